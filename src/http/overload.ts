import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

export type OverloadLimits = {
  /** Mean delay of the turns of the event loop, in milliseconds. */
  maxEventLoopDelayMs: number;
  maxHeapUsedBytes: number;
};

const SAMPLE_MS = 250;
const RESOLUTION_MS = 10;

/**
 * Watches whether the process is overloaded. `isOverloaded` is at most a quarter of a second old.
 */
export function watchLoad({ maxEventLoopDelayMs, maxHeapUsedBytes }: OverloadLimits) {
  const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  turns.enable();
  let overloaded = false;
  let sampledAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // After a reset, the first turn only starts the clock. If none was measured, one turn took the
    // whole time.
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
