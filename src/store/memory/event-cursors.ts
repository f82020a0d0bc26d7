import type { CursorLease, CursorProgress, EventCursorStore } from '../event-cursors.ts';
import { cursorAfter, eventsUpTo } from './events.ts';
import type { Ledger } from './ledger.ts';

type Kept = {
  /** How many events were handled. */
  position: number;
  advancedAt: string | null;
  holder: string;
  /** By a clock that never jumps. */
  leasedUntil: number;
  retryAt: number;
  failures: number;
  lastFailure: CursorProgress['last_failure'];
};

export type EventCursors = Map<string, Kept>;

const NEW: Readonly<Kept> = {
  position: 0,
  advancedAt: null,
  holder: '',
  leasedUntil: 0,
  retryAt: 0,
  failures: 0,
  lastFailure: null,
};

const clock = () => performance.now();

const positionOf = ({ position }: Kept) => (position === 0 ? null : cursorAfter(position));

/** `cursors` are those of the tenant, by their names. */
export function eventCursorStore({ log }: Ledger, cursors: EventCursors): EventCursorStore {
  const known = (name: string): Kept => cursors.get(name) ?? { ...NEW };
  const heldBy = (name: string, { holder }: Pick<CursorLease, 'holder'>) => {
    const kept = cursors.get(name);
    return kept !== undefined && kept.holder === holder && kept.leasedUntil > clock() ? kept : null;
  };
  return {
    async take(name, { holder, ms }) {
      const kept = known(name);
      if (kept.position >= log.count()) return { kind: 'nothing_new' };
      const isLeased = kept.leasedUntil > clock() && kept.holder !== holder;
      if (isLeased || kept.retryAt > clock()) return { kind: 'not_free' };
      cursors.set(name, { ...kept, holder, leasedUntil: clock() + ms });
      return { kind: 'turn', position: positionOf(kept), failures: kept.failures };
    },
    async extend(name, lease) {
      const kept = heldBy(name, lease);
      if (kept !== null) kept.leasedUntil = clock() + lease.ms;
      return kept !== null;
    },
    async advance(name, position, lease) {
      const kept = heldBy(name, lease);
      if (kept === null) return false;
      kept.position = Math.max(kept.position, eventsUpTo(position));
      kept.advancedAt = lease.at;
      kept.failures = 0;
      kept.leasedUntil = clock() + lease.ms;
      return true;
    },
    async fail(name, { detail, retryMs }, lease) {
      const kept = heldBy(name, lease);
      if (kept === null) return false;
      kept.failures += 1;
      kept.lastFailure = { at: lease.at, detail };
      kept.leasedUntil = 0;
      kept.retryAt = clock() + retryMs;
      return true;
    },
    async progress(name, max) {
      const kept = known(name);
      return {
        position: positionOf(kept),
        advanced_at: kept.advancedAt,
        waiting: Math.min(Math.max(log.count() - kept.position, 0), max),
        oldest_waiting_at: log.at(Math.max(kept.position, log.cut()))?.at ?? null,
        is_held: kept.leasedUntil > clock(),
        failures: kept.failures,
        last_failure: kept.lastFailure,
      };
    },
  };
}
