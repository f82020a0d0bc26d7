import { createHash } from 'node:crypto';
import { VERIFIER } from '../domain/evidence/verifier.ts';
import { LIBRARIES } from './libraries.ts';

/**
 * SHA-256 of all that is trusted and of what verifies by it, as lower-case hexadecimal digits. It is
 * of the JSON text: another order of fields would be another policy.
 */
export function policyDigest(trusted: object): string {
  const all = JSON.stringify([VERIFIER, LIBRARIES, trusted]);
  return createHash('sha256').update(all).digest('hex');
}
