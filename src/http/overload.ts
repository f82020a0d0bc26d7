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
 * Whether a process is overloaded, by one sample after another. The event loop must have been late
 * twice in a row: a single late sample is a long turn, or a process that did not get the processor,
 * and nothing need wait behind it. Otherwise a lone caller on a busy machine would be refused for
 * the time that his last request took.
 */
export function overloadRule({ maxEventLoopDelayMs, maxHeapUsedBytes }: OverloadLimits) {
  let wasLate = false;
  return (delayMs: number, heapUsedBytes: number): boolean => {
    const isLate = delayMs > maxEventLoopDelayMs;
    const isSustained = isLate && wasLate;
    wasLate = isLate;
    return isSustained || heapUsedBytes > maxHeapUsedBytes;
  };
}

/** Watches whether the process is overloaded. `isOverloaded` is at most a quarter of a second old. */
export function watchLoad(limits: OverloadLimits) {
  const rule = overloadRule(limits);
  const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  turns.enable();
  let overloaded = false;
  let sampledAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // After a reset, the first turn only starts the clock. If none was measured, one turn took the
    // whole time.
    const turn = turns.count === 0 ? now - sampledAt : turns.mean / 1e6;
    overloaded = rule(turn - RESOLUTION_MS, getHeapStatistics().used_heap_size);
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
