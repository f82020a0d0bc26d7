// One look for many callers who ask for the same thing at about the same time.

/** What was asked for last under a key. `begun` once its look runs. */
type Shared = { begun: boolean; found: Promise<unknown> };

/** What `look` finds, in a look that begins after this call. Rejects as that look does. */
export type Together = <Found>(key: string, look: () => Promise<Found>) => Promise<Found>;

/**
 * Returns a function whose callers share looks. For each key at most one look runs, and one waits
 * for its end: a caller joins the one that waits, never one that runs, as that may have seen the
 * time before the caller's last write. What callers under one key ask for must be the same, and
 * every look must end.
 */
export function sharedLooks(): Together {
  const latest = new Map<string, Shared>();
  return <Found>(key: string, look: () => Promise<Found>) => {
    const before = latest.get(key);
    if (before !== undefined && !before.begun) return before.found as Promise<Found>;
    // In the next turn of the event loop, so that all who are woken in this one share it.
    const begin = async () => {
      await new Promise(setImmediate);
      shared.begun = true;
      return look();
    };
    const found = (before?.found ?? Promise.resolve()).then(begin, begin);
    const shared: Shared = { begun: false, found };
    const end = () => {
      if (latest.get(key) === shared) latest.delete(key);
    };
    found.then(end, end);
    latest.set(key, shared);
    return found;
  };
}
