import { expect, it } from 'vitest';
import { sameDigest } from '../../src/auth/same-digest.ts';
import { tokenDigest } from '../../src/auth/token-text.ts';

it('digests are the same where every character is, and of whatever length they are compared', () => {
  const digest = tokenDigest('a');
  expect(sameDigest(digest, tokenDigest('a'))).toBe(true);
  expect(sameDigest(digest, tokenDigest('b'))).toBe(false);
  for (const other of ['', digest.slice(1), `${digest}0`, digest.toUpperCase(), 'ä'.repeat(32)])
    expect(sameDigest(digest, other)).toBe(false);
});
