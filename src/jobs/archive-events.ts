// Moves old events from the log into files, so that the log does not grow for ever. A file is kept
// for good before its events are cut off; where the process ends in between, the same events are
// archived once more.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { EventArchiveStore } from '../store/event-archives.ts';
import type { EventCursorStore } from '../store/event-cursors.ts';
import { ARCHIVIST, archiveText } from './event-archive.ts';
import type { Job } from './job.ts';
import { startLoop } from './loop.ts';
import type { LoopSettings } from './settings.ts';
import type { Item, Waiting, Work } from './work.ts';

export type ArchiveSettings = LoopSettings & {
  readonly stores: {
    of(tenant: string): { readonly archives: EventArchiveStore; readonly cursors: EventCursorStore };
    tenants(): Promise<readonly string[]>;
  };
  /** How long events stay in the log, in milliseconds. */
  readonly keepMs: number;
  /** Stores a file durably, and returns its SHA-256. */
  keep(tenant: string, text: string): Promise<string>;
  newId(): string;
};

export const MAX_EVENTS = 1_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;
const READ_AT_ONCE = 100;
const DAY_MS = 24 * 60 * 60 * 1000;
const POLL_MS = 60 * 60 * 1000;

type Turn = Item & { readonly holder: string };

/** Archives what is old enough: now, and every hour. */
export function archiveEvents(settings: ArchiveSettings): Job {
  return startLoop(archivingOf(settings), { pollMs: POLL_MS, ...settings });
}

function archivingOf(settings: ArchiveSettings): Work<Turn> {
  const { stores, now } = settings;
  const cursorsOf = (tenant: string) => stores.of(tenant).cursors;
  const at = () => now().toISOString();
  return {
    name: ARCHIVIST,
    places: 1,
    tenants: () => stores.tenants(),
    lease: (tenant, { leaseMs }) => take(settings, tenant, leaseMs),
    act: (tenant, turn, signal) => archive(settings, tenant, turn, signal),
    giveUp: async () => {},
    leases: {
      extend: async (tenant, { holder }, ms) => {
        await cursorsOf(tenant).extend(ARCHIVIST, { holder, ms, at: at() });
      },
      refund: async () => {},
      fail: async (tenant, { holder }, { at, detail }, ms) => {
        await cursorsOf(tenant).fail(ARCHIVIST, { detail, retryMs: ms }, { holder, at });
      },
    },
    waiting: (tenant) => waitingOf(settings, tenant),
    pausedInWords: (reason) => `Archiving of events is paused: ${reason}`,
    failedInWords: (_turn, reason) => `Events could not be archived: ${reason}`,
  };
}

async function take(settings: ArchiveSettings, tenant: string, ms: number): Promise<Turn | undefined> {
  const { stores, newId, now } = settings;
  if (!(await isDue(settings, tenant))) return undefined;
  const holder = newId();
  const turn = await stores.of(tenant).cursors.take(ARCHIVIST, { holder, ms, at: now().toISOString() });
  return turn.kind === 'turn' ? { holder, attempts: 1, failures: turn.failures } : undefined;
}

// A file a day at most, unless there is enough for a full one.
async function isDue(settings: ArchiveSettings, tenant: string): Promise<boolean> {
  const { count, first_at } = await countOf(settings, tenant);
  if (first_at === null) return false;
  const isLate = settings.now().getTime() - Date.parse(first_at) > settings.keepMs + DAY_MS;
  return isLate || count === MAX_EVENTS;
}

async function archive(
  settings: ArchiveSettings,
  tenant: string,
  { holder }: Turn,
  signal: AbortSignal,
): Promise<void> {
  const { stores, keep, now } = settings;
  const { archives, cursors } = stores.of(tenant);
  const { events, cursors: positions } = await oldest(settings, tenant);
  const [first, last, cursor] = [events[0], events.at(-1), positions.at(-1)];
  if (first === undefined || last === undefined || cursor === undefined) return;
  signal.throwIfAborted();
  const sha256 = await keep(tenant, archiveText(events, positions));
  signal.throwIfAborted();
  await archives.cut(ARCHIVIST, { sha256, events: events.length, cursor, first_at: first.at, last_at: last.at });
  // Gives the lease back and forgets the failures. No other work reads the position of this cursor.
  await cursors.advance(ARCHIVIST, cursor, { holder, ms: 0, at: now().toISOString() });
}

type Oldest = { readonly events: MaestroEvent[]; readonly cursors: string[] };

/** The events of the next file: those at the beginning of the log that are old enough. */
async function oldest({ stores, keepMs, now }: ArchiveSettings, tenant: string): Promise<Oldest> {
  const before = new Date(now().getTime() - keepMs).toISOString();
  const found: Oldest = { events: [], cursors: [] };
  let characters = 0;
  for (let cursor: string | null = null; ; cursor = found.cursors.at(-1) ?? null) {
    const batch = await stores.of(tenant).archives.archivable(ARCHIVIST, cursor, READ_AT_ONCE);
    for (const [index, event] of batch.events.entries()) {
      const isFull = found.events.length === MAX_EVENTS || characters >= MAX_CHARACTERS;
      if (isFull || event.at >= before) return found;
      characters += JSON.stringify(event).length;
      found.events.push(event);
      found.cursors.push(batch.cursors[index] as string);
    }
    if (batch.events.length < READ_AT_ONCE) return found;
  }
}

async function waitingOf(settings: ArchiveSettings, tenant: string): Promise<Waiting> {
  const progress = await settings.stores.of(tenant).cursors.progress(ARCHIVIST, 1);
  const { count, first_at } = await countOf(settings, tenant);
  return {
    waiting: count,
    oldest_waiting_at: first_at && new Date(Date.parse(first_at) + settings.keepMs).toISOString(),
    running: progress.is_held ? 1 : 0,
    failed: progress.failures > 0 ? 1 : 0,
    last_failure: progress.failures > 0 ? progress.last_failure : null,
  };
}

/** How many events are old enough, up to a full file. */
function countOf({ stores, keepMs, now }: ArchiveSettings, tenant: string) {
  const moment = new Date(now().getTime() - keepMs).toISOString();
  return stores.of(tenant).archives.waiting(ARCHIVIST, moment, MAX_EVENTS);
}
