// The stop of the process, as requests see it: whether it has begun, and when they must end.
import { setMaxListeners } from 'node:events';
import { MaestroError } from '../domain/errors.ts';

export type Readiness = 'starting' | 'ready' | 'stopping';

/** Signals running requests that the process is stopping. */
export type Stop = {
  /** Aborted when the process is asked to stop. */
  readonly begun: AbortSignal;
  /** Aborted when requests still running must end. */
  readonly over: AbortSignal;
};

/** A stop that starts with `begin` and is over `graceMs` milliseconds later. */
export function stopping(graceMs: number): Stop & { begin(): void } {
  const [begun, over] = [new AbortController(), new AbortController()];
  // Each running request has a listener; Node warns of more than ten.
  setMaxListeners(0, begun.signal, over.signal);
  return {
    begun: begun.signal,
    over: over.signal,
    begin() {
      if (begun.signal.aborted) return;
      begun.abort();
      setTimeout(() => over.abort(), graceMs).unref();
    },
  };
}

export const STOPPING = new MaestroError('not_ready', 'The server is stopping; send the request again');

/**
 * Returns the result of `work`. If the stop is over first, throws `not_ready`; `work` itself is not
 * cancelled.
 */
export function unlessOver<Result>({ over }: Stop, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(STOPPING);
    if (over.aborted) end();
    over.addEventListener('abort', end);
    work.finally(() => over.removeEventListener('abort', end)).then(resolve, reject);
  });
}
