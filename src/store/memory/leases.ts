// Leases in the memory store, by a clock that never jumps.
import type { Failure } from '../../jobs/work.ts';

/** `until` is 0 where it was never leased. */
export type Lease = {
  until: number;
  attempts: number;
  failures: number;
  /** Kept until the work succeeds, and how long the item is not leased for it. */
  failure: (Failure & { readonly until: number }) | null;
};

export const neverLeased = (): Lease => ({ until: 0, attempts: 0, failures: 0, failure: null });

const clock = () => performance.now();

export const isLeased = ({ until }: Lease): boolean => until > clock();

export function lease(one: Lease, ms: number): void {
  one.until = clock() + ms;
  one.attempts += 1;
}

/** An expired lease is not revived. */
export function extend(one: Lease, ms: number): void {
  if (isLeased(one)) one.until = clock() + ms;
}

export function refund(one: Lease): void {
  if (one.attempts > 0) one.attempts -= 1;
}

export function fail(one: Lease, failure: Failure, ms: number): void {
  refund(one);
  one.until = Math.max(one.until, clock() + ms);
  one.failures += 1;
  one.failure = { ...failure, until: one.until };
}

/** How many are leased and did not fail since, how many failed, and the last failure. */
export function countLeases(leases: readonly Lease[]) {
  const failures = leases.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  const [last = null] = failures.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  return {
    running: leases.filter((one) => isLeased(one) && one.until !== one.failure?.until).length,
    failed: failures.length,
    last_failure: last && { at: last.at, detail: last.detail },
  };
}
