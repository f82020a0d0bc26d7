import { expect, it } from 'vitest';
import { isReliable, type Verified } from '../../src/auth/verified.ts';

it('a verified credential is relied on from its beginning until before its end, and not where the clock was set back', () => {
  const one = { from: 1_000, until: 2_000 } as Verified;
  expect([999, 1_000, 1_999, 2_000].map((at) => isReliable(one, at))).toEqual([false, true, true, false]);
  expect(isReliable({ ...one, from: -Infinity, until: Infinity }, 0)).toBe(true);
  expect(isReliable({ ...one, until: Number.NaN }, 1_500)).toBe(false);
});
