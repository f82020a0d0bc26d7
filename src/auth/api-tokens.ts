// Verifies API tokens against their stored rows.
import { MaestroError } from '../domain/errors.ts';
import { boundedMap } from './bounded-map.ts';
import type { Principal } from './principal.ts';
import { knownRoles, permissionsOf } from './role.ts';
import { sameDigest } from './same-digest.ts';
import type { SignInStore } from './store.ts';
import type { StoredToken } from './token.ts';
import { tokenDigest, tokenIdOf } from './token-text.ts';
import type { Verified } from './verified.ts';

/** How long a row is relied on: a token that was revoked elsewhere ends no later. */
const ROW_MS = 1_000;
const MOST_ROWS = 10_000;

/** What every API token begins with. */
export const API_TOKEN = 'mst_';

type Row = Awaited<ReturnType<SignInStore['token']>>;
type Look = { readonly began: number; readonly row: Promise<Row> };

/**
 * Returns a function that verifies a text which begins with `mst_`. It throws `token_mistyped`,
 * `token_unknown`, `token_expired` or `token_revoked`, and `store_unavailable` where the store
 * fails. Only who sends the right secret learns more of a token than that.
 */
export function apiTokens(signIns: Pick<SignInStore, 'token'>, now: () => Date): (text: string) => Promise<Verified> {
  const rowOf = rows(signIns, now);
  // A row that was read a moment ago may lack the digest that a rotation gave it since.
  const rowFor = async (id: string, digest: string) => {
    const { began, isShared, row } = rowOf(id, 'shared');
    const found = await row;
    if (!isShared || found === null || endOf(found.token, digest) !== null) return { began, found };
    const again = rowOf(id, 'new');
    return { began: again.began, found: await again.row };
  };
  return async (text) => {
    const id = tokenIdOf(text);
    if (id === null) throw MISTYPED;
    const digest = tokenDigest(text);
    const { began, found } = await rowFor(id, digest);
    const at = now().getTime();
    const until = found === null ? null : endOf(found.token, digest);
    if (found === null || until === null) throw UNKNOWN;
    const { tenant, token } = found;
    if (!(at < Date.parse(token.expires_at)))
      throw new MaestroError('token_expired', `The token expired at ${token.expires_at}`);
    if (token.revoked_at !== null)
      throw new MaestroError('token_revoked', `The token was revoked at ${token.revoked_at}`);
    if (!(at < until))
      throw new MaestroError('token_revoked', `The token was rotated at ${token.rotated_at}: send its new text`);
    return {
      principal: principalOf(tenant, token),
      tokenId: token.id,
      from: began,
      until: Math.min(began + ROW_MS, until, Date.parse(token.expires_at)),
    };
  };
}

// Until when a digest is one of the token's; null if it is none. Both are compared, so that the time
// this takes tells nothing.
function endOf({ digest, previous }: Readonly<StoredToken>, sent: string): number | null {
  const isCurrent = sameDigest(sent, digest);
  const isPrevious = sameDigest(sent, previous?.digest ?? '');
  if (isCurrent) return Number.POSITIVE_INFINITY;
  return isPrevious ? Date.parse(previous?.until ?? '') : null;
}

// All who ask for a row share a look that began a moment ago: one that began earlier might not see
// that the token was revoked meanwhile.
function rows(signIns: Pick<SignInStore, 'token'>, now: () => Date) {
  const looks = boundedMap<string, Look>(MOST_ROWS);
  return (id: string, which: 'shared' | 'new'): Look & { readonly isShared: boolean } => {
    const began = now().getTime();
    const known = which === 'new' ? undefined : looks.get(id);
    if (known !== undefined && began >= known.began && began - known.began < ROW_MS)
      return { ...known, isShared: true };
    const forget = () => {
      if (looks.get(id) === look) looks.delete(id);
    };
    const row = lookUp(signIns, id).then(
      (found) => {
        // A token that does not exist may be created in the next moment.
        if (found === null) forget();
        return found;
      },
      (error) => {
        forget();
        throw error;
      },
    );
    const look: Look = { began, row };
    looks.set(id, look);
    return { ...look, isShared: false };
  };
}

async function lookUp(signIns: Pick<SignInStore, 'token'>, id: string): Promise<Row> {
  try {
    return await signIns.token(id);
  } catch (error) {
    if (error instanceof MaestroError) throw error;
    throw new MaestroError('store_unavailable', 'The token cannot be looked up; try again', [], error);
  }
}

function principalOf(tenant: string, token: Readonly<StoredToken>): Principal {
  const { id, name, owners, expires_at } = token;
  const roles = knownRoles(token.roles);
  return {
    tenant,
    actor: { type: 'token', id, name },
    roles,
    permissions: permissionsOf(roles),
    owners: owners === null ? 'any' : owners,
    expires_at,
  };
}

export const MISTYPED = new MaestroError(
  'token_mistyped',
  'The token has the form of an API token, and its checksum is wrong: it was cut off or mistyped',
);

export const UNKNOWN = new MaestroError('token_unknown', 'There is no such token, or its secret is another');
