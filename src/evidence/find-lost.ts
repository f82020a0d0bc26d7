// Finds content that was recorded as lost and is available now, and has it read again: a folder may
// not have been mounted, or a backup may have been restored since.
import { causeOf, reasonOf } from '../jobs/failure.ts';
import { type LostSettings, lookForLost } from './jobs/look-for-lost.ts';

const POLL_MS = 60_000;

export type LostReadings = {
  /** Looks now, because the content store is available again. */
  look(): void;
  /** Begins nothing more. Resolves when what was begun has ended. */
  close(): Promise<void>;
};

/** Looks for such content now and at every poll. */
export function findLost(settings: LostSettings): LostReadings {
  const stopping = new AbortController();
  let looking: Promise<void> | null = null;
  let closed = false;
  const search = { settings, signal: stopping.signal, lookedTo: new Map<string, string>(), isClosed: () => closed };

  function look(): void {
    if (closed) return;
    looking ??= lookForLost(search)
      .catch((error) => {
        if (!closed) settings.warn(`What was lost was not looked for: ${reasonOf(error)}`, causeOf(error));
      })
      .finally(() => {
        looking = null;
      });
  }

  const timer = setInterval(look, settings.pollMs ?? POLL_MS).unref();
  look();
  return {
    look,
    async close() {
      closed = true;
      clearInterval(timer);
      stopping.abort(new Error('The process stops'));
      await looking;
    },
  };
}
