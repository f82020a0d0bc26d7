// The keys of issuers of ID tokens (JWKS, RFC 7517), found by OpenID Connect Discovery and kept.
import type { JSONWebKeySet, JWK } from 'jose';
import { field, listOf, objectsIn, textOf } from '../json/fields.ts';
import { jsonValue } from '../json/value.ts';

/** How long keys count as new: one that the issuer has withdrawn is accepted no longer. */
const FRESH_MS = 10 * 60_000;
/** How long keys are used while the issuer cannot be reached. */
const USABLE_MS = 60 * 60_000;
/** How long after an unknown key id, or a failure, no other makes us ask again. */
const COOL_DOWN_MS = 30_000;

export type KeyedIssuer = {
  readonly issuer: string;
  /** Its keys, where they are not fetched. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] } | undefined;
};

export type IssuerKeys = {
  /**
   * The keys of an issuer, new enough to hold the one named `kid` if the issuer has it. Throws if
   * there are none that may be used.
   */
  of(issuer: KeyedIssuer, kid: string | null): Promise<JSONWebKeySet>;
};

type Held = {
  keys: JSONWebKeySet | null;
  /** When `keys` were fetched, and when a fetch last failed or was made for an unknown key id. */
  fetchedAt: number;
  askedAt: number;
  failure: unknown;
  running: Promise<void> | null;
};

/** `get` returns the bytes at a URL, within bounds of size and time. */
export function issuerKeys(get: (url: string) => Promise<Buffer>, now: () => Date): IssuerKeys {
  const held = new Map<string, Held>();
  return {
    async of({ issuer, jwks }, kid) {
      if (jwks !== undefined) return usable(jwks);
      const one = held.get(issuer) ?? {
        keys: null,
        fetchedAt: -Infinity,
        askedAt: -Infinity,
        failure: null,
        running: null,
      };
      held.set(issuer, one);
      if (isDue(one, kid, now().getTime())) await refreshed(one, issuer, get, now);
      if (one.keys !== null && between(one.fetchedAt, now().getTime()) < USABLE_MS) return one.keys;
      throw new Error(`The keys of ${issuer} cannot be fetched`, { cause: one.failure });
    },
  };
}

function isDue({ keys, fetchedAt, askedAt }: Held, kid: string | null, at: number): boolean {
  const isCool = between(askedAt, at) >= COOL_DOWN_MS;
  if (keys === null || between(fetchedAt, at) >= FRESH_MS) return isCool;
  return kid !== null && isCool && !keys.keys.some((key) => key.kid === kid);
}

// A clock that was set back counts as time that went by: else keys would stay new until it has caught up.
const between = (one: number, other: number) => Math.abs(other - one);

// All who ask meanwhile wait for the one fetch that runs.
function refreshed(one: Held, issuer: string, get: (url: string) => Promise<Buffer>, now: () => Date): Promise<void> {
  one.running ??= (async () => {
    const wasFresh = between(one.fetchedAt, now().getTime()) < FRESH_MS;
    try {
      one.keys = await fetchKeys(issuer, get);
      one.fetchedAt = now().getTime();
      if (wasFresh) one.askedAt = one.fetchedAt;
    } catch (error) {
      one.failure = error;
      one.askedAt = now().getTime();
    } finally {
      one.running = null;
    }
  })();
  return one.running;
}

async function fetchKeys(issuer: string, get: (url: string) => Promise<Buffer>): Promise<JSONWebKeySet> {
  const discovered = parsed(await get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  // OpenID Connect Discovery 1.0, section 4.3: else one issuer could speak for another.
  if (textOf(discovered, 'issuer') !== issuer) throw new Error('Its discovery document names another issuer');
  const url = textOf(discovered, 'jwks_uri');
  if (url === null || !URL.canParse(url)) throw new Error('Its discovery document names no jwks_uri');
  const answer = parsed(await get(url));
  // It has withdrawn them all.
  return Array.isArray(field(answer, 'keys')) && listOf(answer, 'keys').length === 0 ? { keys: [] } : usable(answer);
}

function parsed(bytes: Buffer): unknown {
  try {
    return jsonValue(bytes.toString('utf8'));
  } catch {
    throw new Error('Its answer is not JSON');
  }
}

/** Public keys of asymmetric algorithms alone: a shared or a private key proves nothing. */
function usable(value: unknown): JSONWebKeySet {
  const keys = objectsIn(value, 'keys')
    .filter(isPublicKey)
    .map((key) => ({ ...key }) as unknown as JWK);
  if (keys.length === 0) throw new Error('It has no public key that can be used');
  return { keys };
}

const MIN_MODULUS_BITS = 2_048;

/** Whether a signature can be verified by it, as far as its form tells. */
export function isPublicKey(key: object): boolean {
  if (field(key, 'd') !== undefined || field(key, 'k') !== undefined) return false;
  switch (field(key, 'kty')) {
    case 'RSA':
      return Buffer.from(textOf(key, 'n') ?? '', 'base64url').length * 8 >= MIN_MODULUS_BITS;
    case 'EC':
    case 'OKP':
      return true;
    default:
      return false;
  }
}
