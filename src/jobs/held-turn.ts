// What a reader may do while it holds a cursor: its signal is aborted when the process stops, and
// when the lease is lost, or may be lost as the store could not be asked in time.

export type HeldTurn = {
  /** Aborted when nothing more may be done in this turn. */
  readonly signal: AbortSignal;
  /** Whether it was aborted as the lease was lost. */
  isLost(): boolean;
  /** The lease was lost to another, or has expired. */
  lose(): void;
  /** The lease ends `ms` after `since` (by `performance.now()`), as the store has confirmed. */
  extended(since: number, ms: number): void;
  /** Aborts `signal` when `stopping` is aborted. */
  stopWith(stopping: AbortSignal): void;
  /** The turn is over. */
  end(): void;
};

/** A turn whose lease ends `ms` after `since`: when the store was asked for it, not when it answered. */
export function holdTurn(since: number, ms: number): HeldTurn {
  const controller = new AbortController();
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let isLost = false;
  const lose = () => {
    if (controller.signal.aborted) return;
    isLost = true;
    controller.abort(new Error('The lease on the cursor was lost'));
  };
  const extended: HeldTurn['extended'] = (from, duration) => {
    clearTimeout(timer);
    // A lease of no time was given back: it was not lost.
    if (ended.signal.aborted || duration === 0) return;
    timer = setTimeout(lose, from + duration - performance.now()).unref();
  };
  extended(since, ms);
  return {
    signal: controller.signal,
    isLost: () => isLost,
    lose,
    extended,
    stopWith(stopping) {
      const stop = () => controller.abort(stopping.reason);
      if (stopping.aborted) stop();
      else stopping.addEventListener('abort', stop, { once: true, signal: ended.signal });
    },
    end() {
      clearTimeout(timer);
      ended.abort();
    },
  };
}
