// Signs in by an API token.
import { timingSafeEqual } from 'node:crypto';
import { MaestroError } from '../domain/errors.ts';
import type { Known } from './kept-callers.ts';
import { permissionsOf } from './role.ts';
import type { SignInStore, StoredToken } from './store.ts';
import { tokenDigest, tokenIdOf } from './token-text.ts';

/** How long a token's row is trusted: revoking it holds in every process after that. */
export const TRUSTED_MS = 1_000;

export type TokenSignIn = {
  readonly signIns: SignInStore;
  now(): Date;
  /** Takes the id of a token that was used, which need not be stored. */
  used(id: string, at: Date): void;
};

const MISTYPED = new MaestroError('token_mistyped', 'The token is mistyped or cut off: its checksum does not match');
const UNKNOWN = new MaestroError('token_unknown', 'This server does not know the token');
const REVOKED = new MaestroError('token_revoked', 'The token was revoked');
const ROTATED = new MaestroError('token_revoked', 'The token was rotated, and this is its former text');
const EXPIRED = new MaestroError('token_expired', 'The token has expired');

export const unknownToken = () => UNKNOWN;

/** Whether a text is meant to be an API token, even a mistyped one. */
export const looksLikeToken = (text: string) => /^mst_/i.test(text);

/**
 * The caller with that token, as it is stored now. Throws `token_mistyped`, without a look-up;
 * `token_unknown` for whoever does not have the secret; `token_revoked` and `token_expired`; and what
 * the store throws.
 */
export async function tokenSignIn({ signIns, now, used }: TokenSignIn, text: string): Promise<Known> {
  const id = tokenIdOf(text);
  if (id === null) throw MISTYPED;
  const from = now();
  const found = await signIns.token(id);
  if (found === null) throw UNKNOWN;
  const { tenant, token } = found;
  const end = endOf(token, tokenDigest(text), now().toISOString());
  used(id, from);
  const until = Math.min(from.getTime() + TRUSTED_MS, Date.parse(end));
  return { principal: principalOf(tenant, token, end), from: from.getTime(), until };
}

/** When the text ends to count. Throws where it does not count at `at`. */
function endOf({ digest, previous, revoked_at, expires_at }: StoredToken, presented: string, at: string): string {
  const isPrevious = previous !== null && isSame(previous.digest, presented);
  if (!isPrevious && !isSame(digest, presented)) throw UNKNOWN;
  if (revoked_at !== null) throw REVOKED;
  if (expires_at <= at) throw EXPIRED;
  if (!isPrevious) return expires_at;
  if (previous.until <= at) throw ROTATED;
  return previous.until < expires_at ? previous.until : expires_at;
}

// In constant time: how many digits of a digest are right is nobody's business.
function isSame(digest: string, presented: string): boolean {
  return digest.length === presented.length && timingSafeEqual(Buffer.from(digest), Buffer.from(presented));
}

function principalOf(tenant: string, { id, name, roles, owners }: StoredToken, end: string) {
  return {
    tenant,
    actor: { type: 'token', id, name } as const,
    roles,
    permissions: permissionsOf(roles),
    owners: owners ?? ('any' as const),
    expires_at: end,
  };
}
