// The trust policy without a trust file. Apart from the policies of files, so that a server without
// one does not load what reads and checks them.
import type { CurrentTrust } from './current.ts';
import { policyDigest } from './policy-digest.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** The policy that trusts nothing, which `readTrustPolicy(null)` returns. `since` is when it began. */
export function nothingTrusted(since: string): TrustPolicy {
  const none = { public_good: false, npm: false, roots: [], builders: [], sources: [] };
  const trusted = { key_threshold: 1, keys: [], identities: [], ...none };
  return { ...trusted, warnings: [], since, digest: policyDigest(trusted) };
}

/** Trusts nothing, however often it is read. */
export function noTrust(now: () => Date): CurrentTrust {
  const trust = nothingTrusted(now().toISOString());
  return { current: () => trust, lastError: () => null, reload: () => false };
}
