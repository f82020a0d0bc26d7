// Identifies the sender of a request by its credential.
import { MaestroError } from '../domain/errors.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { AdminToken } from './admin-token.ts';
import { API_TOKEN, MISTYPED, UNKNOWN } from './api-tokens.ts';
import { authorizationOf, bearerToken, MISSING } from './authorization.ts';
import { boundedMap } from './bounded-map.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import { idTokenRefused } from './id-token-refused.ts';
import type { Principal } from './principal.ts';
import { tokenIdOf } from './token-text.ts';
import type { TokenUses } from './token-uses.ts';
import { isReliable, type Verified } from './verified.ts';

const MOST_SEEN = 10_000;

export type SignInWith = {
  readonly admin: AdminToken | null;
  /** Null where no store keeps tokens. */
  readonly apiTokens: ((text: string) => Promise<Verified>) | null;
  /** Null where AUTH_FILE is not set. */
  readonly idTokens: ((text: string) => Promise<Verified>) | null;
  readonly uses: TokenUses | null;
  readonly failed: FailedSignIns;
  now(): Date;
};

export type SignIn = {
  /**
   * Who sends a request, at once where the credential was seen a moment ago. Throws, or rejects with,
   * why it is refused. `address` returns the address that a wrong credential is counted for.
   */
  principal(rawHeaders: readonly string[], address: () => string): Principal | Promise<Principal>;
  /** Verifies every credential anew from now on. */
  forget(): void;
  /** How many credentials are remembered. */
  size(): number;
};

export function signIn(given: SignInWith): SignIn {
  const seen = boundedMap<string, Seen>(MOST_SEEN);
  let generation = 0;

  async function verified(header: string): Promise<Principal> {
    const began = generation;
    const one = await verify(bearerToken(header), given);
    const at = given.now().getTime();
    // Verified by what was in force before the last `forget`: good for the request that asked, and
    // for no other.
    if (began === generation && isReliable(one, at)) seen.set(keyOf(header), { header, verified: one });
    if (one.tokenId !== null) given.uses?.note(one.tokenId, at);
    return one.principal;
  }

  return {
    principal(rawHeaders, address) {
      const header = authorizationOf(rawHeaders);
      if (header === null) throw MISSING;
      const last = seen.get(keyOf(header));
      const known = last?.header === header ? last.verified : undefined;
      const at = given.now().getTime();
      if (known === undefined || !isReliable(known, at)) {
        return verified(header).catch((error) => {
          throw isWrong(error) ? given.failed.refusal(address(), error) : error;
        });
      }
      if (known.tokenId !== null) given.uses?.note(known.tokenId, at);
      return known.principal;
    },
    forget() {
      generation += 1;
      seen.clear();
    },
    size: seen.size,
  };
}

type Seen = { readonly header: string; readonly verified: Verified };

const [SHORT, SIGNATURE] = [128, 86];

// Hashing all of an ID token takes longer than the rest of this. The end of its signature differs
// from one token to another, and the whole header is compared.
function keyOf(header: string): string {
  return header.length <= SHORT ? header : header.slice(-SIGNATURE);
}

async function verify(token: string, { admin, apiTokens, idTokens }: SignInWith): Promise<Verified> {
  if (admin?.matches(token)) return { principal: admin.principal, tokenId: null, from: -Infinity, until: Infinity };
  // A mistyped one is named as such, in any case of its letters.
  if (token.slice(0, API_TOKEN.length).toLowerCase() === API_TOKEN) {
    if (apiTokens !== null) return apiTokens(token);
    throw tokenIdOf(token) === null ? MISTYPED : UNKNOWN;
  }
  if (!token.includes('.')) throw UNKNOWN;
  if (idTokens !== null) return idTokens(token);
  throw idTokenRefused('issuer_unknown');
}

// A valid credential without a grant was not guessed, and a store that is away says nothing of one.
function isWrong(error: unknown): error is MaestroError {
  return error instanceof MaestroError && PROBLEMS[error.code].status === 401;
}
