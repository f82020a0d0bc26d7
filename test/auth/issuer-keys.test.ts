import { describe, expect, it } from 'vitest';
import { issuerKeys } from '../../src/auth/issuer-keys.ts';
import { keySet, NOW, newSigningKey } from './id-tokens.ts';

const ISSUER = 'https://ci.example.com';
const [OLD, NEW] = [newSigningKey('old'), newSigningKey('new')];
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** An issuer that can be away, with a clock. */
function anIssuer(issuer = ISSUER) {
  const state = { at: NOW.getTime(), away: false, keys: keySet(OLD) as object, asked: [] as string[], named: issuer };
  const get = async (url: string) => {
    state.asked.push(url);
    if (state.away) throw new Error('connect ECONNREFUSED');
    const isDiscovery = url.endsWith('/.well-known/openid-configuration');
    return Buffer.from(JSON.stringify(isDiscovery ? { issuer: state.named, jwks_uri: `${ISSUER}/jwks` } : state.keys));
  };
  const keys = issuerKeys(get, () => new Date(state.at));
  return {
    state,
    kids: async (kid: string | null = 'old') => (await keys.of({ issuer }, kid)).keys.map((key) => key.kid),
  };
}

describe('the keys of an issuer', () => {
  it('are discovered once, and kept', async () => {
    const { state, kids } = anIssuer();
    expect(await kids()).toEqual(['old']);
    expect(await kids()).toEqual(['old']);
    expect(state.asked).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/jwks`]);
  });

  it('are fetched once for all who ask at the same time', async () => {
    const { state, kids } = anIssuer();
    await Promise.all(Array.from({ length: 50 }, () => kids()));
    expect(state.asked).toHaveLength(2);
  });

  it('are fetched again at once when a key is rolled over, but not for every unknown id', async () => {
    const { state, kids } = anIssuer();
    await kids();
    state.keys = keySet(OLD, NEW);
    state.at += SECOND;
    expect(await kids('new')).toEqual(['old', 'new']);
    for (const kid of ['a', 'b', 'c']) await kids(kid);
    expect(state.asked).toHaveLength(4);
    state.at += MINUTE;
    await kids('d');
    expect(state.asked).toHaveLength(6);
  });

  it('are fetched again in time, so that a withdrawn one is no longer there', async () => {
    const { state, kids } = anIssuer();
    await kids();
    state.keys = keySet(NEW);
    state.at += 11 * MINUTE;
    expect(await kids()).toEqual(['new']);
  });

  it('are used for an hour while the issuer is away, and no longer', async () => {
    const { state, kids } = anIssuer();
    await kids();
    state.away = true;
    for (const ms of [30 * SECOND, 29 * MINUTE, 29 * MINUTE]) {
      state.at += ms;
      expect(await kids()).toEqual(['old']);
    }
    state.at += HOUR;
    await expect(kids()).rejects.toThrow(`The keys of ${ISSUER} cannot be fetched`);
    state.away = false;
    state.at += MINUTE;
    expect(await kids()).toEqual(['old']);
  });

  it('are fetched again where the clock was set back', async () => {
    const { state, kids } = anIssuer();
    state.at += 24 * HOUR;
    await kids();
    await kids('unknown');
    state.at -= 24 * HOUR;
    state.keys = keySet(NEW);
    expect(await kids('new')).toEqual(['new']);
  });

  it('can be fetched after a failure though the clock was set back since', async () => {
    const { state, kids } = anIssuer();
    state.at += 24 * HOUR;
    state.away = true;
    await expect(kids()).rejects.toThrow('cannot be fetched');
    state.at -= 24 * HOUR;
    state.away = false;
    expect(await kids()).toEqual(['old']);
  });

  it('are none once the issuer has withdrawn them all', async () => {
    const { state, kids } = anIssuer();
    await kids();
    state.keys = { keys: [] };
    state.at += 11 * MINUTE;
    expect(await kids()).toEqual([]);
    state.keys = keySet(NEW);
    state.at += SECOND;
    expect(await kids('new')).toEqual(['new']);
  });

  it('are none where nothing was fetched, and one failure is not repeated for each who asks', async () => {
    const { state, kids } = anIssuer();
    state.away = true;
    for (let time = 0; time < 5; time += 1) await expect(kids()).rejects.toThrow('cannot be fetched');
    expect(state.asked).toHaveLength(1);
  });

  it.each(['https://evil.example', `${ISSUER}/`, ''])(
    'are refused where discovery names the issuer %j',
    async (named) => {
      const { state, kids } = anIssuer();
      state.named = named;
      await expect(kids()).rejects.toThrow('cannot be fetched');
      expect(state.asked).toHaveLength(1);
    },
  );

  it('are public keys of asymmetric algorithms alone', async () => {
    const { state, kids } = anIssuer();
    const short = Buffer.alloc(128, 1).toString('base64url');
    const bad = [
      { kty: 'oct', k: 'AAAA', kid: 'oct' },
      { ...NEW.jwk, d: 'AAAA', kid: 'private' },
      { kty: 'RSA', n: short, e: 'AQAB', kid: 'short' },
    ];
    state.keys = { keys: [...bad, ...keySet(OLD).keys] };
    expect(await kids()).toEqual(['old']);
    state.keys = { keys: bad };
    state.at += 2 * HOUR;
    await expect(kids()).rejects.toThrow('cannot be fetched');
  });

  it('are those of the file where it has them, and nothing is fetched', async () => {
    const keys = issuerKeys(
      () => Promise.reject(new Error('fetched')),
      () => NOW,
    );
    const jwks = { keys: keySet(OLD).keys as unknown as Record<string, unknown>[] };
    expect((await keys.of({ issuer: ISSUER, jwks }, 'new')).keys.map((key) => key.kid)).toEqual(['old']);
  });
});
