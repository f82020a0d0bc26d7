// Starts more workers once documents have waited for a while.

/**
 * Starts a spare worker whenever the line has not been empty for `patienceMs`, one for each that
 * waits at most. `start` resolves when the worker is free, and may reject.
 */
export function spareStarter(patienceMs: number, line: { length(): number }, start: () => Promise<void>) {
  let starting = 0;
  let timer: NodeJS.Timeout | null = null;

  function startOne(): void {
    timer = null;
    if (starting < line.length()) {
      starting += 1;
      start()
        // Those who wait are served by the other workers.
        .catch(() => {})
        .finally(() => {
          starting -= 1;
          consider();
        });
    }
    consider();
  }

  function consider(): void {
    if (line.length() <= starting) {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    } else timer ??= setTimeout(startOne, patienceMs).unref();
  }

  return {
    /** To be called whenever the line has changed. */
    consider,
  };
}
