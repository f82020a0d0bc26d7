// What becomes of a promise that was rejected and that nobody awaited: a line in the log. Node would end the process, and with it
// every request of every other caller.
import { inspect } from 'node:util';

type Log = { error(fields: { err: Error }, message: string): void };

/** Listens to `unhandledRejection`. Anything can be rejected with, so that nothing is taken for an error that is none. */
export function strayRejections(log: Log): (reason: unknown) => void {
  return (reason) => {
    const err = reason instanceof Error ? reason : new Error(`rejected with ${inspect(reason, { depth: 2 })}`);
    log.error({ err }, 'a promise was rejected that nobody awaited; this is a fault in Maestro, which goes on');
  };
}
