// Notes when API tokens were last used, beside the requests that they come with.
import { boundedMap } from './bounded-map.ts';
import type { SignInStore } from './store.ts';

const MINUTE_MS = 60_000;
const MOST_TOKENS = 10_000;

export type TokenUses = {
  /** Notes a use at `at` (Unix time in milliseconds), once a minute. Never throws and never waits. */
  note(id: string, at: number): void;
  /** Resolves when all notes have landed or failed. */
  settled(): Promise<void>;
};

/** `warn` is called where a note fails. The next minute, another is tried. */
export function tokenUses(store: Pick<SignInStore, 'used'>, warn: (message: string) => void): TokenUses {
  const noted = boundedMap<string, number>(MOST_TOKENS);
  const running = new Set<Promise<void>>();
  return {
    note(id, at) {
      const minute = Math.floor(at / MINUTE_MS);
      if (noted.get(id) === minute) return;
      noted.set(id, minute);
      const note = write(store, id, new Date(minute * MINUTE_MS).toISOString(), warn);
      running.add(note);
      const end = () => running.delete(note);
      note.then(end, end);
    },
    async settled() {
      await Promise.allSettled(running);
    },
  };
}

async function write(
  store: Pick<SignInStore, 'used'>,
  id: string,
  at: string,
  warn: (message: string) => void,
): Promise<void> {
  try {
    await store.used(id, at);
  } catch (error) {
    warn(`The last use of an API token was not noted: ${(error as Error).message}`);
  }
}
