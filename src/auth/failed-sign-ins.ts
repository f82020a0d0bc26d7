// Counts sign-ins that failed. Threat: guessing, and the load that it makes.
import { callerGroup } from './caller-address.ts';

/** Failed sign-ins of one caller in a minute that are answered as such. */
const MAX_FAILURES = 20;
const MINUTE_MS = 60_000;

/** Callers that are counted at the same time: the oldest are forgotten first. */
const MAX_CALLERS = 10_000;

type Count = { since: number; failures: number };

/** Returns a function that counts a failure of an address, and returns whether it is one too many. */
export function failedSignIns(now: () => Date): (address: string) => boolean {
  const counts = new Map<string, Count>();
  return (address) => {
    const group = callerGroup(address);
    const at = now().getTime();
    const known = counts.get(group);
    if (known !== undefined && at >= known.since && at - known.since < MINUTE_MS) {
      known.failures += 1;
      return known.failures > MAX_FAILURES;
    }
    counts.delete(group);
    counts.set(group, { since: at, failures: 1 });
    const [oldest] = counts.keys();
    if (counts.size > MAX_CALLERS && oldest !== undefined) counts.delete(oldest);
    return false;
  };
}
