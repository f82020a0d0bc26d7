import { expect, it } from 'vitest';
import { noTrust, nothingTrusted } from '../../src/trust/no-trust.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';

const AT = '2026-01-01T00:00:00.000Z';

it('without a trust file the policy is that of an empty one, to the last field, its order and its digest', () => {
  expect(JSON.stringify(nothingTrusted(AT))).toBe(JSON.stringify(readTrustPolicy(null, AT)));
  expect(nothingTrusted(AT).digest).toBe(readTrustPolicy('{}', AT).digest);
});

it('nothing stays trusted since the start, however often it is read', () => {
  let hour = 0;
  const trust = noTrust(() => new Date(Date.UTC(2026, 0, 1, hour++)));
  expect(trust.reload()).toBe(false);
  expect(trust.current()).toEqual(readTrustPolicy(null, AT));
  expect(trust.lastError()).toBeNull();
});
