// Callers who signed in a moment ago, by the text of their credential.
import type { Principal } from './principal.ts';

/** The most that are kept: the oldest are forgotten first. */
const MAX_KEPT = 10_000;

/** From when to when, in milliseconds since 1970, the caller counts without another look. */
export type Known = { readonly principal: Principal; readonly from: number; readonly until: number };

export type KeptCallers = {
  get(credential: string, at: number): Principal | undefined;
  put(credential: string, known: Known): void;
  clear(): void;
};

export function keptCallers(): KeptCallers {
  const kept = new Map<string, Known>();
  return {
    get(credential, at) {
      const known = kept.get(credential);
      // A clock that was set back proves nothing.
      return known !== undefined && at >= known.from && at < known.until ? known.principal : undefined;
    },
    put(credential, known) {
      kept.delete(credential);
      kept.set(credential, known);
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    clear: () => kept.clear(),
  };
}
