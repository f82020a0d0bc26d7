// Notes when API tokens were used, to the minute and beside the request: no caller waits for it.
import type { SignInStore } from './store.ts';

/** The most tokens whose last minute is remembered here. */
const MAX_KEPT = 10_000;

/** `failed` takes the error of a use that could not be noted. */
export function lastUses(signIns: SignInStore, failed: (error: unknown) => void): (id: string, at: Date) => void {
  const noted = new Map<string, string>();
  return (id, at) => {
    const minute = `${at.toISOString().slice(0, 16)}:00.000Z`;
    if (noted.get(id) === minute) return;
    if (noted.size >= MAX_KEPT) noted.clear();
    noted.set(id, minute);
    signIns.used(id, minute).catch((error) => {
      noted.delete(id);
      failed(error);
    });
  };
}
