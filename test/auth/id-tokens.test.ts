import { describe, expect, it } from 'vitest';
import { type AuthFile, readAuthFile } from '../../src/auth/auth-file.ts';
import { idTokens } from '../../src/auth/id-tokens.ts';
import type { MaestroError } from '../../src/domain/errors.ts';
import { CLAIMS, idToken, keySet, NOW, newSigningKey, SECONDS } from './id-tokens.ts';

const KEY = newSigningKey('ec-1');
const FILE = {
  version: 1,
  issuers: [{ name: 'github', issuer: CLAIMS.iss, audience: CLAIMS.aud, max_token_age: 600 }],
  grants: [
    {
      ...{ name: 'release', issuer: 'github', claims: { sub: CLAIMS.sub } },
      ...{ tenant: 'acme', roles: ['reporter'], owners: ['team-*'] },
    },
    { name: 'look', issuer: 'github', claims: { team: 'a' }, tenant: 'acme', roles: ['reader'] },
  ],
};

function world(keysOf = async () => keySet(KEY)) {
  let file = readAuthFile(JSON.stringify(FILE));
  let now = NOW;
  const verify = idTokens(
    () => file,
    { of: keysOf },
    () => now,
  );
  return {
    verify,
    refusal: (text: string) =>
      verify(text).then(
        () => expect.unreachable(),
        (error: MaestroError) => error,
      ),
    grant: (grants: AuthFile['grants']) => (file = { ...file, grants }),
    pass: (ms: number) => (now = new Date(now.getTime() + ms)),
  };
}

describe('an ID token', () => {
  it('is its issuer and subject, in the tenant and with the roles of its grant', async () => {
    const { principal, tokenId } = await world().verify(idToken(KEY));
    expect(principal).toMatchObject({
      tenant: 'acme',
      actor: { type: 'oidc', id: `${CLAIMS.iss} ${CLAIMS.sub}`, name: CLAIMS.sub },
      roles: ['reporter'],
      owners: ['team-*'],
      expires_at: new Date((SECONDS + 300) * 1_000).toISOString(),
    });
    expect(tokenId).toBeNull();
  });

  it('of a grant without owners may write for none', async () => {
    const { principal } = await world().verify(idToken(KEY, { sub: 'b', team: 'a' }));
    expect([principal.owners, principal.roles]).toEqual([[], ['reader']]);
  });

  it('is relied on for a minute, and no longer than it is valid', async () => {
    const until = async (claims: object) => (await world().verify(idToken(KEY, claims))).until - NOW.getTime();
    expect(await until({})).toBe(60_000);
    expect(await until({ exp: SECONDS + 20 })).toBe(25_000);
    expect(await until({ exp: SECONDS - 4 })).toBe(1_000);
    expect(await until({ exp: SECONDS + 90_000, iat: SECONDS - 590 })).toBe(15_000);
  });

  it('with a time beyond all dates ends with its greatest age', async () => {
    const { principal } = await world().verify(idToken(KEY, { exp: Number.MAX_SAFE_INTEGER, iat: SECONDS }));
    expect(principal.expires_at).toBe(new Date((SECONDS + 600) * 1_000).toISOString());
  });

  it('that is refused is so with the code of its reason', async () => {
    const { refusal } = world();
    expect((await refusal(idToken(KEY, { exp: SECONDS - 6 }))).code).toBe('id_token_expired');
    expect((await refusal(idToken(newSigningKey('ec-1')))).code).toBe('id_token_signature_invalid');
    expect((await refusal(idToken(newSigningKey('ec-2')))).code).toBe('id_token_key_unknown');
    expect((await refusal('a.b.c')).code).toBe('id_token_malformed');
    expect((await refusal('a.b.c.d.e')).code).toBe('id_token_encrypted');
  });

  it('without a grant shows its own claims, and neither its signature nor a key', async () => {
    const text = idToken(KEY, { sub: 'other', team: 'b' });
    const { code, message } = await world().refusal(text);
    expect(code).toBe('no_grant');
    expect(message).toContain(JSON.stringify({ ...CLAIMS, sub: 'other', team: 'b' }));
    for (const part of text.split('.')) expect(message).not.toContain(part);
  });

  it('is no longer granted what the file no longer says', async () => {
    const { verify, refusal, grant } = world();
    await verify(idToken(KEY));
    grant([]);
    expect((await refusal(idToken(KEY))).code).toBe('no_grant');
  });

  it('whose keys cannot be had is neither right nor wrong: the reason is for the log', async () => {
    const away = new Error('The keys cannot be fetched', { cause: new Error('connect ECONNREFUSED 10.0.0.1:443') });
    const { code, message, cause } = await world(() => Promise.reject(away)).refusal(idToken(KEY));
    expect(code).toBe('issuer_unavailable');
    expect(message).not.toContain('10.0.0.1');
    expect((cause as Error).message).toContain('10.0.0.1');
  });
});
