// What a process trusts now: read at start, and again when it is told to.
import { readTrust, type Trust } from './trust.ts';

export type CurrentTrust = {
  current(): Trust;
  /** Why the last try to read it again failed and what was trusted before stays; null where it did not fail. */
  lastError(): string | null;
  /** Reads it again, and tells whether something else is trusted from now on. Throws where it cannot be used: what was trusted stays. */
  reload(): boolean;
};

/** What the source says; nothing is trusted where there is none. Throws an error of one line where it cannot be used. */
export function openTrust(source: (() => string) | null, now: () => Date): CurrentTrust {
  const read = () => readTrust(source === null ? null : source(), now().toISOString());
  let trust = read();
  let failure: string | null = null;
  return {
    current: () => trust,
    lastError: () => failure,
    reload() {
      try {
        const fresh = read();
        failure = null;
        if (fresh.digest === trust.digest) return false;
        trust = fresh;
        return true;
      } catch (error) {
        failure = (error as Error).message;
        throw error;
      }
    },
  };
}
