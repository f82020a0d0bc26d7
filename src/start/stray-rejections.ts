// Logs unhandled rejections. By default Node ends the process, and with it the requests of all
// other callers.
import { inspect } from 'node:util';

type Log = { error(fields: { err: Error }, message: string): void };

/** Returns a listener of `unhandledRejection`. Rejections need not be errors. */
export function strayRejections(log: Log): (reason: unknown) => void {
  return (reason) => {
    const err = reason instanceof Error ? reason : new Error(`rejected with ${inspect(reason, { depth: 2 })}`);
    log.error({ err }, 'a promise was rejected that nobody awaited; this is a fault in Maestro, which goes on');
  };
}
