// The running workers: started on demand, kept while they are used, ended after a long idle time.
import type { Outcome } from './outcome.ts';
import type { WorkerProcess } from './start-worker.ts';

/** An idle worker ends after this time, which frees the memory that its documents took. */
const IDLE_MS = 60_000;

export type WorkerPool = {
  /**
   * Hands a started worker to `act`: an idle one or a new one, because callers have already waited
   * for their turn. If `signal` is aborted meanwhile, the worker is ended, and this rejects with
   * the reason of `signal`. Also rejects if no worker can be started.
   */
  use(signal: AbortSignal, act: (worker: WorkerProcess) => Promise<Outcome>): Promise<Outcome>;
  /** Keeps one worker from now on, however long it is idle. */
  keepOne(): void;
  close(): void;
};

type Idle = { readonly worker: WorkerProcess; readonly timer: NodeJS.Timeout };

type State = { readonly all: Set<WorkerProcess>; readonly idle: Idle[]; least: number };

export function workerPool(start: () => WorkerProcess, idleMs = IDLE_MS): WorkerPool {
  const state: State = { all: new Set(), idle: [], least: 0 };
  return {
    async use(signal, act) {
      signal.throwIfAborted();
      const worker = freeOne(state, start);
      signal.addEventListener('abort', worker.kill, { once: true });
      try {
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
        release(state, worker, idleMs);
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

// The one used last, so that the others may end.
function freeOne({ all, idle }: State, start: () => WorkerProcess): WorkerProcess {
  for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
    clearTimeout(one.timer);
    if (one.worker.isAlive()) return one.worker;
    all.delete(one.worker);
  }
  const worker = start();
  all.add(worker);
  return worker;
}

function release(state: State, worker: WorkerProcess, idleMs: number): void {
  if (!worker.isAlive()) {
    state.all.delete(worker);
    return;
  }
  const one: Idle = { worker, timer: setTimeout(() => retire(state, one), idleMs).unref() };
  state.idle.push(one);
}

function retire({ all, idle, least }: State, one: Idle): void {
  if (all.size <= least) return;
  idle.splice(idle.indexOf(one), 1);
  all.delete(one.worker);
  one.worker.kill();
}
