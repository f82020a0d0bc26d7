/** The longest wait: another process may have made the change, and does not announce it here. */
const LOOK_AGAIN_MS = 250;

/** Announces changes, each under a key, to those that wait for one of that key. */
export function announcements() {
  const waiters = new Map<string, Set<() => void>>();
  return {
    announce(key: string): void {
      for (const wake of waiters.get(key) ?? []) wake();
    },
    /**
     * Resolves at the next announcement under `key`, or after a quarter of a second or `ms`,
     * whichever comes first.
     */
    next: (key: string, ms: number): Promise<void> =>
      new Promise((resolve) => {
        const waiting = waiters.get(key) ?? new Set();
        const wake = () => {
          clearTimeout(over);
          waiting.delete(wake);
          if (waiting.size === 0 && waiters.get(key) === waiting) waiters.delete(key);
          resolve();
        };
        const over = setTimeout(wake, Math.min(ms, LOOK_AGAIN_MS));
        waiting.add(wake);
        waiters.set(key, waiting);
      }),
  };
}
