// Verifies ID tokens of CI jobs and other services, and finds what AUTH_FILE grants them.
import { MaestroError } from '../domain/errors.ts';
import { field, type JsonObject } from '../json/fields.ts';
import type { AuthFile } from './auth-file.ts';
import { grantOf } from './grant.ts';
import { idTokenRefused } from './id-token-refused.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { Principal } from './principal.ts';
import { permissionsOf } from './role.ts';
import { isTokenRefusal } from './token-refusal.ts';
import type { Verified } from './verified.ts';
import { CLOCK_TOLERANCE_SECONDS, verifyIdToken } from './verify-id-token.ts';

/** How long a verified token is relied on: one whose key the issuer has withdrawn ends no later. */
const VERIFIED_MS = 60_000;

type Issuer = AuthFile['issuers'][number];
type Grant = AuthFile['grants'][number];

/**
 * Returns a function that verifies a text with the parts of a JWT. It throws `id_token_...`, `no_grant`
 * and `issuer_unavailable`. `current` returns what AUTH_FILE says now.
 */
export function idTokens(
  current: () => AuthFile,
  keys: IssuerKeys,
  now: () => Date,
): (text: string) => Promise<Verified> {
  const keysOf = (issuer: Issuer, kid: string | null) =>
    keys.of(issuer, kid).catch((error) => {
      const detail = `The keys of the issuer ${issuer.issuer} cannot be fetched; try again`;
      throw new MaestroError('issuer_unavailable', detail, [], reasonIn(error));
    });
  return async (text) => {
    const { issuers, grants } = current();
    try {
      const { issuer, claims } = await verifyIdToken(text, issuers, keysOf, now());
      const grant = grantOf(grants, issuer.name, claims);
      if (grant === null) throw noGrant(claims);
      const at = now().getTime();
      const end = endOf(issuer, claims);
      return {
        principal: principalOf(grant, issuer, claims, end),
        tokenId: null,
        from: at,
        until: Math.min(at + VERIFIED_MS, end + CLOCK_TOLERANCE_SECONDS * 1_000),
      };
    } catch (error) {
      throw isTokenRefusal(error) ? idTokenRefused(error.refusal) : error;
    }
  };
}

// The first cause says what happened; the error around it, only that it did.
function reasonIn(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

// The claims are the caller's own, and name what a grant would have to name.
function noGrant(claims: JsonObject): MaestroError {
  return new MaestroError(
    'no_grant',
    `The ID token is valid, and no grant of AUTH_FILE fits its claims: ${JSON.stringify(claims)}`,
  );
}

// Verified: both times are numbers, and `iat` is about now.
function endOf({ max_token_age }: Issuer, claims: JsonObject): number {
  return Math.min(Number(field(claims, 'exp')), Number(field(claims, 'iat')) + max_token_age) * 1_000;
}

function principalOf({ tenant, roles, owners }: Grant, { issuer }: Issuer, claims: JsonObject, end: number): Principal {
  const subject = String(field(claims, 'sub'));
  return {
    tenant,
    actor: { type: 'oidc', id: `${issuer} ${subject}`, name: subject },
    roles,
    permissions: permissionsOf(roles),
    // A grant that may write names them.
    owners: owners ?? [],
    expires_at: new Date(end).toISOString(),
  };
}
