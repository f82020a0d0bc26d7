import { describe, expect, it } from 'vitest';
import { verifyIdToken } from '../../src/auth/verify-id-token.ts';
import { CLAIMS, idToken, keySet, NOW, SECONDS } from './id-tokens.ts';
import { EC, FOREIGN, REFUSED, RSA } from './refused-id-tokens.ts';

const GITHUB = { issuer: CLAIMS.iss, audience: CLAIMS.aud, max_token_age: 3_600 };
const OTHER = { issuer: 'https://gitlab.example.com', audience: CLAIMS.aud, max_token_age: 3_600 };
const KEYS = new Map([
  [GITHUB, keySet(EC, RSA)],
  [OTHER, keySet(FOREIGN)],
]);

const asked: string[] = [];
const verified = (text: string) =>
  verifyIdToken(
    text,
    [GITHUB, OTHER],
    async (issuer) => {
      asked.push(issuer.issuer);
      return KEYS.get(issuer) ?? { keys: [] };
    },
    NOW,
  );

describe('an ID token', () => {
  it.each([EC, RSA])('of a key of its issuer is accepted with all its claims ($alg)', async (key) => {
    const claims = { repository: 'acme/payment-api', nested: { a: [1, true, null] } };
    const token = await verified(idToken(key, claims));
    expect(token.issuer).toBe(GITHUB);
    expect(token.claims).toEqual({ ...CLAIMS, ...claims });
  });

  it.each([
    ['expired 4 s ago', { exp: SECONDS - 4 }],
    ['issued 4 s ahead', { iat: SECONDS + 4 }],
    ['valid 4 s from now', { nbf: SECONDS + 4 }],
    ['without nbf', { nbf: undefined }],
    ['with its audience as a list of one', { aud: [CLAIMS.aud] }],
    ['issued just within the greatest age', { iat: SECONDS - 3_600 }],
  ])('%s is accepted', async (_what, claims) => {
    await verified(idToken(EC, claims));
  });

  it.each(REFUSED)('%s is refused', async (_what, text, code) => {
    await expect(verified(text)).rejects.toMatchObject({ refusal: code });
  });

  it('has no keys looked up unless it is of a known issuer and has the right form', async () => {
    asked.length = 0;
    const early = REFUSED.filter(([, , code]) => !['key_unknown', 'signature_invalid', 'expired'].includes(code));
    for (const [, text] of early) await verified(text).catch(() => {});
    expect(new Set(asked).size).toBeLessThanOrEqual(1);
    expect(asked).not.toContain('https://evil.example');
  });

  it('is refused wherever one character of it is another', async () => {
    const text = idToken(EC);
    for (let at = 0; at < text.length; at += 7) {
      const other = text.charAt(at) === 'A' ? 'B' : 'A';
      await expect(verified(text.slice(0, at) + other + text.slice(at + 1))).rejects.toHaveProperty('refusal');
    }
  });

  it.each([
    ['is on no curve', { ...EC.jwk, x: 'AAAA' }],
    ['lacks a part', { ...EC.jwk, x: undefined }],
    ['is of a type that does not exist', { ...EC.jwk, kty: 'NONE' }],
  ])('is refused for its key, not for its form, where the key %s', async (_what, jwk) => {
    const keys = { keys: [jwk] } as ReturnType<typeof keySet>;
    await expect(verifyIdToken(idToken(EC), [GITHUB], async () => keys, NOW)).rejects.toMatchObject({
      refusal: 'key_unknown',
    });
  });

  it('counts for the issuer it names where two issuers have one key', async () => {
    const both = async () => keySet(EC);
    const issuers = [GITHUB, { ...OTHER, audience: 'https://other.example' }];
    const named = await verifyIdToken(idToken(EC), issuers, both, NOW);
    expect(named.issuer).toBe(GITHUB);
    await expect(verifyIdToken(idToken(EC, { iss: OTHER.issuer }), issuers, both, NOW)).rejects.toMatchObject({
      refusal: 'audience_other',
    });
  });
});
