import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

export type OverloadLimits = {
  /** Mean of what each turn of the event loop comes late. */
  maxEventLoopDelayMs: number;
  maxHeapUsedBytes: number;
};

const SAMPLE_MS = 250;
const RESOLUTION_MS = 10;

/** Watches whether the process has more work than it can do. What `isOverloaded` says is a quarter of a second old at most. */
export function watchLoad({ maxEventLoopDelayMs, maxHeapUsedBytes }: OverloadLimits) {
  const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  turns.enable();
  let overloaded = false;
  let sampledAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // After a reset the first turn only starts the clock. Where none was measured, one turn took all of the time.
    const turn = turns.count === 0 ? now - sampledAt : turns.mean / 1e6;
    const delay = turn - RESOLUTION_MS;
    overloaded = delay > maxEventLoopDelayMs || getHeapStatistics().used_heap_size > maxHeapUsedBytes;
    sampledAt = now;
    turns.reset();
  }, SAMPLE_MS).unref();
  return {
    isOverloaded: () => overloaded,
    close() {
      clearInterval(timer);
      turns.disable();
    },
  };
}
