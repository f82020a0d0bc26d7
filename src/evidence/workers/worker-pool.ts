// The running workers: started on demand, kept while they are used, ended after a long idle time.
import type { Outcome } from './outcome.ts';
import { spareStarter } from './spare-starter.ts';
import type { WorkerProcess } from './start-worker.ts';
import { workerLine } from './worker-line.ts';

/** An idle worker ends after this time, which frees the memory that its documents took. */
const IDLE_MS = 60_000;

/**
 * For how long documents wait for busy workers before another one is started. To start it and to
 * compile the schema of its first document takes a processor most of a second; a worker in use has
 * read most documents by then.
 */
const PATIENCE_MS = 250;

export type WorkerPool = {
  /**
   * Hands a started worker to `act`: an idle one, the first one if there is none, else whichever is
   * free or has started first. If `signal` is aborted meanwhile, the worker is ended, and this rejects
   * with the reason of `signal`. Also rejects if the first worker cannot be started.
   */
  use(signal: AbortSignal, act: (worker: WorkerProcess) => Promise<Outcome>): Promise<Outcome>;
  /** Keeps one worker from now on, however long it is idle. */
  keepOne(): void;
  close(): void;
};

type Idle = { readonly worker: WorkerProcess; readonly timer: NodeJS.Timeout };

type State = {
  start(): WorkerProcess;
  readonly idleMs: number;
  readonly all: Set<WorkerProcess>;
  readonly idle: Idle[];
  readonly line: ReturnType<typeof workerLine>;
  least: number;
};

export function workerPool(
  start: () => WorkerProcess,
  { idleMs = IDLE_MS, patienceMs = PATIENCE_MS } = {},
): WorkerPool {
  const state: State = { start, idleMs, all: new Set(), idle: [], line: workerLine(), least: 0 };
  const spares = spareStarter(patienceMs, state.line, () => startSpare(state));
  return {
    async use(signal, act) {
      signal.throwIfAborted();
      const worker = freeOne(state) ?? (await nextFree(state, spares, signal));
      signal.addEventListener('abort', worker.kill, { once: true });
      try {
        signal.throwIfAborted();
        await worker.started;
        const outcome = await act(worker);
        // A finished reading counts, even if no caller waits for it any more.
        if (!('reading' in outcome)) signal.throwIfAborted();
        return outcome;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', worker.kill);
        release(state, worker);
      }
    },
    keepOne() {
      state.least = 1;
    },
    close() {
      for (const worker of state.all) worker.kill();
    },
  };
}

// The one used last, so that the others may end. Null if all are in use.
function freeOne(state: State): WorkerProcess | null {
  const { all, idle } = state;
  for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
    clearTimeout(one.timer);
    if (one.worker.isAlive()) return one.worker;
    all.delete(one.worker);
  }
  return all.size === 0 ? begun(state) : null;
}

function begun({ start, all }: State): WorkerProcess {
  const worker = start();
  all.add(worker);
  return worker;
}

async function nextFree(
  { line }: State,
  spares: ReturnType<typeof spareStarter>,
  signal: AbortSignal,
): Promise<WorkerProcess> {
  const next = line.next(signal);
  spares.consider();
  try {
    return await next;
  } finally {
    spares.consider();
  }
}

/** Rejects if it cannot be started: that is about no document, as others read them. */
async function startSpare(state: State): Promise<void> {
  const worker = begun(state);
  try {
    await worker.started;
  } catch (error) {
    worker.kill();
    throw error;
  } finally {
    release(state, worker);
  }
}

function release(state: State, worker: WorkerProcess): void {
  const { all, idle, line, idleMs } = state;
  if (!worker.isAlive()) {
    all.delete(worker);
    // Nobody else would hand a worker to those who wait.
    while (all.size === 0 && line.serveFirst(() => begun(state)));
    return;
  }
  if (line.serveFirst(() => worker)) return;
  const one: Idle = { worker, timer: setTimeout(() => retire(state, one), idleMs).unref() };
  idle.push(one);
}

function retire({ all, idle, least }: State, one: Idle): void {
  if (all.size <= least) return;
  idle.splice(idle.indexOf(one), 1);
  all.delete(one.worker);
  one.worker.kill();
}
