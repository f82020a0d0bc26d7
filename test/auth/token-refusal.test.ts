import { describe, expect, it } from 'vitest';
import { isTokenRefusal, TOKEN_REFUSALS, tokenRefusal } from '../../src/auth/token-refusal.ts';

describe('the refusal of an ID token', () => {
  it('has its code, its words and its cause', () => {
    const cause = new Error('of a library');
    const refusal = tokenRefusal('expired', cause);
    expect(refusal).toMatchObject({ refusal: 'expired', message: TOKEN_REFUSALS.expired, cause });
    expect(isTokenRefusal(refusal)).toBe(true);
  });

  it('is told from every other error', () => {
    for (const other of [new Error('expired'), Object.assign(new Error(''), { refusal: 'other' }), null, 'expired', {}])
      expect(isTokenRefusal(other)).toBe(false);
  });
});
