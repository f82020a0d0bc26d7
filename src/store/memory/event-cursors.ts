import type { CursorLease, CursorProgress, EventCursorStore } from '../event-cursors.ts';
import { cursorAfter, eventsUpTo } from './events.ts';
import type { Ledger } from './ledger.ts';
import { later } from './readings.ts';

type Kept = {
  /** How many events were handled. */
  position: number;
  advancedAt: string | null;
  holder: string;
  /** Empty where it was never leased, or where it may be tried again at any time. */
  leasedUntil: string;
  retryAt: string;
  failures: number;
  lastFailure: CursorProgress['last_failure'];
};

export type EventCursors = Map<string, Kept>;

const NEW: Readonly<Kept> = {
  position: 0,
  advancedAt: null,
  holder: '',
  leasedUntil: '',
  retryAt: '',
  failures: 0,
  lastFailure: null,
};

const positionOf = ({ position }: Kept) => (position === 0 ? null : cursorAfter(position));

/** `cursors` are those of the tenant, by their names. */
export function eventCursorStore({ log }: Ledger, cursors: EventCursors): EventCursorStore {
  const known = (name: string): Kept => cursors.get(name) ?? { ...NEW };
  const heldBy = (name: string, { holder, at }: Omit<CursorLease, 'ms'>) => {
    const kept = cursors.get(name);
    return kept !== undefined && kept.holder === holder && kept.leasedUntil > at ? kept : null;
  };
  return {
    async take(name, { holder, ms, at }) {
      const kept = known(name);
      if (kept.position >= log.count()) return { kind: 'nothing_new' };
      const isLeased = kept.leasedUntil > at && kept.holder !== holder;
      if (isLeased || kept.retryAt > at) return { kind: 'not_free' };
      cursors.set(name, { ...kept, holder, leasedUntil: later(at, ms) });
      return { kind: 'turn', position: positionOf(kept), failures: kept.failures };
    },
    async extend(name, lease) {
      const kept = heldBy(name, lease);
      if (kept !== null) kept.leasedUntil = later(lease.at, lease.ms);
      return kept !== null;
    },
    async advance(name, position, lease) {
      const kept = heldBy(name, lease);
      if (kept === null) return false;
      kept.position = Math.max(kept.position, eventsUpTo(position));
      kept.advancedAt = lease.at;
      kept.failures = 0;
      kept.leasedUntil = later(lease.at, lease.ms);
      return true;
    },
    async fail(name, { detail, retryMs }, lease) {
      const kept = heldBy(name, lease);
      if (kept === null) return false;
      kept.failures += 1;
      kept.lastFailure = { at: lease.at, detail };
      kept.leasedUntil = lease.at;
      kept.retryAt = later(lease.at, retryMs);
      return true;
    },
    async progress(name, max, at) {
      const kept = known(name);
      return {
        position: positionOf(kept),
        advanced_at: kept.advancedAt,
        waiting: Math.min(Math.max(log.count() - kept.position, 0), max),
        oldest_waiting_at: log.at(Math.max(kept.position, log.cut()))?.at ?? null,
        is_held: kept.leasedUntil > at,
        failures: kept.failures,
        last_failure: kept.lastFailure,
      };
    },
  };
}
