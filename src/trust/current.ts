// The trust policy of the process: read at start, and again on request.
import { readTrustPolicy, type TrustPolicy } from './trust-policy.ts';

export type CurrentTrust = {
  current(): TrustPolicy;
  /**
   * Why the last reload failed, so that the policy before it stays in force; null if it did not
   * fail.
   */
  lastError(): string | null;
  /**
   * Reads the policy again, and returns whether it changed. Throws if it cannot be used: the policy
   * before it stays in force.
   */
  reload(): boolean;
};

/**
 * The policy that the source states; without a source, nothing is trusted. Throws an error of one
 * line if it cannot be used.
 */
export function openTrust(source: (() => string) | null, now: () => Date): CurrentTrust {
  const read = () => readTrustPolicy(source === null ? null : source(), now().toISOString());
  let trust = read();
  let failure: string | null = null;
  return {
    current: () => trust,
    lastError: () => failure,
    reload() {
      try {
        const fresh = read();
        failure = null;
        if (fresh.digest === trust.digest) return false;
        trust = fresh;
        return true;
      } catch (error) {
        failure = (error as Error).message;
        throw error;
      }
    },
  };
}
