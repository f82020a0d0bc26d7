// The one loop for background work. It takes the tenants in turn, leases one item at a time while
// there is a free place, and works on it while its lease is extended. Each item is worked on at
// least once, and by one process at a time as long as the store can be reached.
import { attend } from './attend.ts';
import { endOrStop } from './end-or-stop.ts';
import { causeOf, detailOf, reasonOf } from './failure.ts';
import type { Job, JobProgress } from './job.ts';
import { GRACE_MS, LEASE_MS, type LoopSettings, POLL_MS } from './settings.ts';
import { newTurns } from './turns.ts';
import type { Failure, Item, Work } from './work.ts';

export type Loop = Job & {
  /** Looks now whether something of any tenant waits. */
  poll(): void;
  /** Whether something is looked for or worked on in this process. */
  isBusy(): boolean;
};

type State<Leased extends Item> = {
  readonly work: Work<Leased>;
  readonly settings: LoopSettings;
  readonly turns: ReturnType<typeof newTurns>;
  readonly running: Set<Promise<void>>;
  readonly stopping: AbortController;
  looking: Promise<void> | null;
  polling: Promise<void> | null;
  lookAgain: boolean;
  /** Why nothing can be begun; null where it can. */
  paused: Failure | null;
  /** Why the tenants could not be listed at the last poll; null where they could. */
  unlisted: Failure | null;
  closed: boolean;
};

/** Works on what waits: now, at every poll, and whenever it is woken. */
export function startLoop<Leased extends Item>(work: Work<Leased>, settings: LoopSettings): Loop {
  const state: State<Leased> = {
    ...{ work, settings, turns: newTurns(), running: new Set(), stopping: new AbortController() },
    ...{ looking: null, polling: null, lookAgain: false, paused: null, unlisted: null, closed: false },
  };
  const timer = setInterval(() => poll(state), settings.pollMs ?? POLL_MS).unref();
  poll(state);
  return {
    name: work.name,
    wake(tenant) {
      state.turns.add(tenant);
      look(state);
    },
    poll: () => poll(state),
    isBusy: () => state.polling !== null || state.looking !== null || state.running.size > 0,
    progress: (tenant) => progressOf(state, tenant),
    async close() {
      state.closed = true;
      clearInterval(timer);
      await state.polling;
      await state.looking;
      await endOrStop([...state.running], settings.graceMs ?? GRACE_MS, state.stopping);
    },
  };
}

function poll<Leased extends Item>(state: State<Leased>): void {
  if (state.closed) return;
  state.polling ??= addTenants(state).finally(() => {
    state.polling = null;
    look(state);
  });
}

async function addTenants<Leased extends Item>(state: State<Leased>): Promise<void> {
  try {
    for (const tenant of await state.work.tenants()) state.turns.add(tenant);
    state.unlisted = null;
  } catch (error) {
    state.unlisted = paused(state, error);
  }
}

function look<Leased extends Item>(state: State<Leased>): void {
  state.lookAgain = true;
  if (state.closed) return;
  state.looking ??= lookWhileAsked(state).finally(() => {
    state.looking = null;
    // A look was requested after the last one and before this line.
    if (state.lookAgain) look(state);
  });
}

async function lookWhileAsked<Leased extends Item>(state: State<Leased>): Promise<void> {
  while (state.lookAgain && !state.closed) {
    state.lookAgain = false;
    try {
      await fillPlaces(state);
    } catch (error) {
      state.paused = paused(state, error);
    }
  }
}

/** Each tenant gets one item in its turn, so that none waits for all the items of another. */
async function fillPlaces<Leased extends Item>(state: State<Leased>): Promise<void> {
  const { work, turns, running, settings } = state;
  const turn = { leaseMs: settings.leaseMs ?? LEASE_MS, isClosed: () => state.closed };
  // Each item that ends looks again.
  while (!state.closed && running.size < work.places) {
    const tenant = turns.next();
    if (tenant === undefined) return;
    const item = await work.lease(tenant, turn).catch((error) => {
      turns.add(tenant);
      throw error;
    });
    state.paused = null;
    if (item === undefined) continue;
    turns.add(tenant);
    begin(state, tenant, item);
  }
}

function begin<Leased extends Item>(state: State<Leased>, tenant: string, item: Leased): void {
  const { work, settings, stopping, running } = state;
  const attended = attend({ work, settings, signal: stopping.signal }, tenant, item).finally(() => {
    running.delete(attended);
    look(state);
  });
  running.add(attended);
}

// Whatever could not be asked keeps its turn, and is asked at the next poll.
function paused<Leased extends Item>({ work, settings }: State<Leased>, error: unknown): Failure {
  settings.warn(work.pausedInWords(reasonOf(error)), causeOf(error));
  return { at: settings.now().toISOString(), detail: detailOf(error) };
}

async function progressOf<Leased extends Item>(state: State<Leased>, tenant: string): Promise<JobProgress> {
  const { work, unlisted, paused } = state;
  const waiting = await work.waiting(tenant);
  const last_failure = later(later(waiting.last_failure, unlisted), paused);
  return { name: work.name, ...waiting, last_failure };
}

function later(one: Failure | null, other: Failure | null): Failure | null {
  return other !== null && (one === null || other.at > one.at) ? other : one;
}
