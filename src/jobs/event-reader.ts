// Readers of the event log. Each has a name, under which every tenant has a durable cursor. An event
// is handled at least once, those of a tenant in the order of the log. One process reads a tenant at
// a time: it leases the cursor for a turn of so many events, so that tenants and processes take
// turns. An event that fails is tried again later, and its tenant waits for it; others go on.
import type { EventCursorStore } from '../store/event-cursors.ts';
import type { EventStore } from '../store/events.ts';
import { askedSeldom, type BusyTenants, busyTenants } from './busy-tenants.ts';
import type { EventHandler } from './event-handler.ts';
import { causeOf, detailOf, reasonOf } from './failure.ts';
import { type Handled, type Handling, handleEvents } from './handle-events.ts';
import { type HeldTurn, holdTurn } from './held-turn.ts';
import { type Job, MAX_COUNTED } from './job.ts';
import { startLoop } from './loop.ts';
import { LEASE_MS, type LoopSettings } from './settings.ts';
import type { Failure, Item, Leases, Waiting, Work } from './work.ts';

type LogStores = {
  of(tenant: string): { readonly events: EventStore; readonly cursors: EventCursorStore };
  tenantsBehind(cursor: string): Promise<readonly string[]>;
};

export type EventReaderSettings = LoopSettings & {
  /** The name of the reader and of its cursors, which never changes: another name begins anew. */
  readonly name: string;
  readonly stores: LogStores;
  readonly handler: EventHandler;
  newId(): string;
  /** Time limit for one event, in milliseconds. */
  readonly handlerMs?: number;
  /** Maximum number of events of a tenant in one turn. */
  readonly maxEvents?: number;
  /** How many tenants are read at the same time: as many handlers may hang without stopping others. */
  readonly tenantsAtOnce?: number;
};

const HANDLER_MS = 30_000;
const MAX_EVENTS = 1_000;
const TENANTS_AT_ONCE = 4;

/**
 * How long a tenant rests after a turn that read all there was. Reading costs little for each event
 * and much for each turn: beside writers that never stop, there would be one for every few events.
 */
const REST_MS = 200;

type Turn = Item & {
  /** Null at the beginning of the log. */
  readonly position: string | null;
  readonly holder: string;
  readonly held: HeldTurn;
  failures: number;
  paused: Failure | null;
};

/** Reads what was not handled yet: now, at every poll, and whenever it is woken. */
export function readEvents(settings: EventReaderSettings): Job {
  const busy = busyTenants((tenant) => loop.wake(tenant));
  const loop = startLoop(readingOf(settings, busy), settings);
  return loop;
}

function readingOf(settings: EventReaderSettings, busy: BusyTenants): Work<Turn> {
  const { name, stores, tenantsAtOnce = TENANTS_AT_ONCE } = settings;
  /** Why the last turn of a tenant ended early, where no event of it failed. */
  const paused = new Map<string, Failure>();
  return {
    name,
    places: tenantsAtOnce,
    tenants: askedSeldom(busy, REST_MS, () => stores.tenantsBehind(name)),
    async lease(tenant, { leaseMs }) {
      if (busy.has(tenant)) return undefined;
      const turn = await take(settings, tenant, leaseMs);
      if (turn !== undefined) busy.begin(tenant);
      return turn;
    },
    async act(tenant, turn, stopping) {
      let wakeMs: number | null = null;
      try {
        wakeMs = await read(settings, tenant, turn, stopping);
      } finally {
        if (turn.paused === null) paused.delete(tenant);
        else paused.set(tenant, turn.paused);
        busy.end(tenant, wakeMs);
      }
    },
    // An event is never given up: it would be lost. No turn counts as more than one attempt.
    giveUp: async () => {},
    leases: leasesOf(settings),
    async waiting(tenant) {
      const waiting = await waitingOf(stores.of(tenant).cursors, name);
      // Another process may have gone on.
      const last = waiting.waiting > 0 ? paused.get(tenant) : undefined;
      return { ...waiting, last_failure: waiting.last_failure ?? last ?? null };
    },
    pausedInWords: (reason) => `Reader '${name}' of events is paused: ${reason}`,
    failedInWords: (_turn, reason) => `Reader '${name}' could not handle an event: ${reason}`,
  };
}

function leasesOf({ name, stores, now }: EventReaderSettings): Leases<Turn> {
  const cursorsOf = (tenant: string) => stores.of(tenant).cursors;
  return {
    async extend(tenant, { holder, held }, ms) {
      const since = performance.now();
      if (await cursorsOf(tenant).extend(name, { holder, ms, at: now().toISOString() })) held.extended(since, ms);
      else held.lose();
    },
    refund: async () => {},
    async fail(tenant, { holder }, failure, ms) {
      await cursorsOf(tenant).fail(name, { detail: failure.detail, retryMs: ms }, { holder, at: failure.at });
    },
  };
}

async function take({ name, stores, newId, now }: EventReaderSettings, tenant: string, ms: number) {
  const holder = newId();
  const since = performance.now();
  const turn = await stores.of(tenant).cursors.take(name, { holder, ms, at: now().toISOString() });
  if (turn.kind !== 'turn') return undefined;
  const { position, failures } = turn;
  return { position, failures, holder, held: holdTurn(since, ms), attempts: 1, paused: null };
}

/**
 * Resolves to when the next turn may begin, in milliseconds from now; null at the next poll.
 * Rejects where an event was not handled, and where the process stops before all were. Where the
 * store fails, or the lease was lost, nothing is wrong with the event: the next poll goes on.
 */
async function read(
  settings: EventReaderSettings,
  tenant: string,
  turn: Turn,
  stopping: AbortSignal,
): Promise<number | null> {
  const { held } = turn;
  held.stopWith(stopping);
  try {
    const handled = await handleEvents(handlingOf(settings, tenant, turn), turn.position, held.signal).catch((error) =>
      pause(settings, tenant, turn, error),
    );
    if (handled.count > 0) turn.failures = 0;
    if (held.isLost()) await pause(settings, tenant, turn, held.signal.reason);
    else if (handled.failure !== null) throw handled.failure.error;
    if (held.isLost() || handled.count === 0) return null;
    return handled.isFull ? 0 : REST_MS;
  } finally {
    held.end();
  }
}

const NOTHING: Handled = { count: 0, isFull: false, failure: null };

async function pause(
  { name, stores, warn, now }: EventReaderSettings,
  tenant: string,
  turn: Turn,
  error: unknown,
): Promise<Handled> {
  const { holder } = turn;
  turn.paused = { at: now().toISOString(), detail: detailOf(error) };
  warn(`Reader '${name}' of events is paused: ${reasonOf(error)}`, causeOf(error));
  await stores
    .of(tenant)
    .cursors.extend(name, { holder, ms: 0, at: now().toISOString() })
    .catch(() => {});
  return NOTHING;
}

function handlingOf(settings: EventReaderSettings, tenant: string, { holder, held }: Turn): Handling {
  const { name, stores, handler, now, handlerMs = HANDLER_MS, maxEvents = MAX_EVENTS, leaseMs = LEASE_MS } = settings;
  const { events, cursors } = stores.of(tenant);
  return {
    ...{ tenant, events, handler, handlerMs, maxEvents },
    async advance(position, isEnd) {
      const [since, ms] = [performance.now(), isEnd ? 0 : leaseMs];
      const lease = { holder, ms, at: now().toISOString() };
      const isHeld =
        position === null ? await cursors.extend(name, lease) : await cursors.advance(name, position, lease);
      if (isHeld) held.extended(since, ms);
      else held.lose();
    },
  };
}

async function waitingOf(cursors: EventCursorStore, name: string): Promise<Waiting> {
  const progress = await cursors.progress(name, MAX_COUNTED);
  return {
    waiting: progress.waiting,
    oldest_waiting_at: progress.oldest_waiting_at,
    running: progress.is_held ? 1 : 0,
    failed: progress.failures > 0 ? 1 : 0,
    last_failure: progress.failures > 0 ? progress.last_failure : null,
  };
}
