// The stop of the process, as requests see it: begun or not, and the moment by which they must end.
import { setMaxListeners } from 'node:events';
import { MaestroError } from '../domain/errors.ts';

export type Readiness = 'starting' | 'ready' | 'stopping';

/** Tells running requests that the process is stopping. */
export type Stop = {
  /** Aborted when the process is told to stop. */
  readonly begun: AbortSignal;
  /** Aborted when what is still under way has to end. */
  readonly over: AbortSignal;
};

/** A stop that `begin` begins and that is over `graceMs` milliseconds later. */
export function stopping(graceMs: number): Stop & { begin(): void } {
  const [begun, over] = [new AbortController(), new AbortController()];
  // One for each request that is under way; Node warns of more than ten.
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

export const STOPPING = new MaestroError('not_ready', 'The server is stopping; send it again');

/** Returns the result of `work`. If the stop is over first, throws `not_ready`; `work` itself is not cancelled. */
export function unlessOver<Result>({ over }: Stop, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(STOPPING);
    if (over.aborted) end();
    over.addEventListener('abort', end);
    work.finally(() => over.removeEventListener('abort', end)).then(resolve, reject);
  });
}
