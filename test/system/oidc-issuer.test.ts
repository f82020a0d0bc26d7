import { afterAll, describe, expect, it } from 'vitest';
import { issuerKeys } from '../../src/auth/issuer-keys.ts';
import { verifyIdToken } from '../../src/auth/verify-id-token.ts';
import { openOutbound } from '../../src/outbound/client.ts';
import { startOidcIssuer } from '../auth/oidc-issuer.ts';

const AUDIENCE = 'https://maestro.example.com';
const issuer = await startOidcIssuer([AUDIENCE, 'https://other.example.com']);
const outbound = openOutbound({ allows: (kind) => kind === 'local', maxMs: 10_000, maxBytes: 1_000_000 });
afterAll(async () => {
  await outbound.close();
  await issuer.close();
});

const now = () => new Date();
const keys = issuerKeys(outbound.get, now);
const TRUSTED = { issuer: issuer.url, audience: AUDIENCE, max_token_age: 3_600 };
const verify = (token: string) => verifyIdToken(token, [TRUSTED], (one, kid) => keys.of(one, kid), now());
const CLAIMS = { sub: 'repo:acme/payment-api:ref:refs/heads/main', repository: 'acme/payment-api' };

describe('the ID tokens of a real OpenID provider', () => {
  it('are verified with keys that are discovered once, and again after the key was rolled over', async () => {
    const { claims } = await verify(await issuer.token(AUDIENCE, CLAIMS));
    expect(claims).toMatchObject({ iss: issuer.url, aud: AUDIENCE, ...CLAIMS });
    await verify(await issuer.token(AUDIENCE, CLAIMS));
    expect(issuer.requests()).toBe(2);
    issuer.rollOver();
    await verify(await issuer.token(AUDIENCE, CLAIMS));
    expect(issuer.requests()).toBe(4);
  });

  it('are refused where they are for another audience', async () => {
    const token = await issuer.token('https://other.example.com', CLAIMS);
    await expect(verify(token)).rejects.toMatchObject({ refusal: 'audience_other' });
  });
});
