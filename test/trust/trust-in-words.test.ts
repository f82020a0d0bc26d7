import { expect, it } from 'vitest';
import { trustInWords } from '../../src/trust/trust-in-words.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { newKey } from './signing.ts';
import { GITHUB, SIGNER, SINCE, SOURCE } from './trusted.ts';

it('the policy is shown as counts and its digest, without any of its content', () => {
  const { pem } = newKey();
  const trust = readTrustPolicy(
    JSON.stringify({
      ...{ public_good: true, npm: true },
      keys: [{ name: 'one', pem, valid_from: '2026-01-01T00:00:00Z' }],
      identities: ['a', 'b'].map((name) => ({ name, issuer: GITHUB, subject: SIGNER.subject })),
      builders: [{ id: SIGNER.subject, identities: ['a'] }],
      sources: [{ repository: SOURCE }],
    }),
    SINCE,
  );
  expect(trustInWords(trust)).toBe(
    `2 identities, 1 key and those of npm, 1 builder, 1 source, 1 root; digest ${trust.digest}`,
  );
});

it('an empty policy is shown as one', () => {
  const trust = readTrustPolicy('{}', SINCE);
  expect(trustInWords(trust)).toBe(`0 identities, 0 keys, 0 builders, 0 sources, 0 roots; digest ${trust.digest}`);
});
