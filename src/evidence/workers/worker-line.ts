// Those who wait for a worker, while all of them are in use.
import type { WorkerProcess } from './start-worker.ts';

type Waiting = { take(worker: WorkerProcess): void; fail(error: unknown): void };

export function workerLine() {
  const line: Waiting[] = [];
  return {
    length: () => line.length,
    /** The worker that is served to this call in its turn. Rejects when `signal` is aborted. */
    next(signal: AbortSignal): Promise<WorkerProcess> {
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          line.splice(line.indexOf(one), 1);
          reject(signal.reason);
        };
        const one: Waiting = {
          take(worker) {
            signal.removeEventListener('abort', giveUp);
            resolve(worker);
          },
          fail(error) {
            signal.removeEventListener('abort', giveUp);
            reject(error);
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        line.push(one);
      });
    },
    /**
     * Serves a worker to the one that waits longest, or the error that `worker` throws. Returns
     * whether anyone waited.
     */
    serveFirst(worker: () => WorkerProcess): boolean {
      const first = line.shift();
      if (first === undefined) return false;
      try {
        first.take(worker());
      } catch (error) {
        first.fail(error);
      }
      return true;
    },
  };
}
