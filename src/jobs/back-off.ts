/** The wait doubles up to this many times. */
const MAX_DOUBLINGS = 3;

/**
 * Milliseconds until an item that failed is tried again: a lease duration after the first failure,
 * then twice as long each time, up to eight lease durations.
 */
export function backOffMs(failuresBefore: number, leaseMs: number): number {
  return leaseMs * 2 ** Math.min(failuresBefore, MAX_DOUBLINGS);
}
