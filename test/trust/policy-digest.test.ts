import { expect, it } from 'vitest';
import { policyDigest } from '../../src/trust/policy-digest.ts';

it('the digest of a policy changes with every value and with the order of fields', () => {
  const digests = [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1, b: 3 }, { a: 1 }].map(policyDigest);
  expect(new Set(digests).size).toBe(4);
  expect(policyDigest({ a: 1, b: 2 })).toBe(digests[0]);
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
});
