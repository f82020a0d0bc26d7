/** The longest wait: another process may have read the document, and does not announce it here. */
const LOOK_AGAIN_MS = 250;

/** Announces each reading to the callers who wait for one. */
export function readingAnnouncements() {
  const waiters = new Set<() => void>();
  return {
    announce(): void {
      for (const wake of waiters) wake();
    },
    /** Resolves at the next announcement, or after a quarter of a second or `ms`, whichever comes first. */
    next: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(over);
          waiters.delete(wake);
          resolve();
        };
        const over = setTimeout(wake, Math.min(ms, LOOK_AGAIN_MS));
        waiters.add(wake);
      }),
  };
}
