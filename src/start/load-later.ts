// Loads what no start needs, once the server has served for a moment, so that no caller waits for
// it.
import { writeCompiled } from './compile-cache.ts';

/** Long enough for the callers who waited for the start. */
const AFTER_MS = 500;

const LATER: readonly (() => Promise<unknown>)[] = [() => import('../openapi/documentation.ts')];

/**
 * Loads it `afterMs` from now, unless the process is asked to stop before. Calls `fail` with an error
 * of one line where a part of the installation is missing or damaged.
 */
export function loadLater(stop: AbortSignal, fail: (error: Error) => void, parts = LATER, afterMs = AFTER_MS): void {
  const load = async () => {
    for (const part of parts) if (!stop.aborted) await part();
    writeCompiled();
  };
  setTimeout(() => {
    load().catch((error) => fail(new Error(`Maestro is not installed completely: ${(error as Error).message}`)));
  }, afterMs).unref();
}
