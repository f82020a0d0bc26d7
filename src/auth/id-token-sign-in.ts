// Signs in by the ID token of a CI job: verified, then granted what the first grant that matches says.
import { type ErrorCode, MaestroError } from '../domain/errors.ts';
import type { JsonObject } from '../json/fields.ts';
import type { AuthFile } from './auth-file.ts';
import { grantOf } from './grant.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { Known } from './kept-callers.ts';
import { permissionsOf } from './role.ts';
import { isTokenRefusal } from './token-refusal.ts';
import { CLOCK_TOLERANCE_SECONDS, verifyIdToken } from './verify-id-token.ts';

/** How long a verified token is not verified again: after that, a key that was withdrawn counts no more. */
const TRUSTED_MS = 60_000;

export type IdTokenSignIn = {
  /** What AUTH_FILE says now. */
  file(): AuthFile;
  readonly keys: IssuerKeys;
  now(): Date;
};

/**
 * The caller with that ID token. Throws `id_token_...` for one that is not accepted,
 * `issuer_unavailable` where its keys cannot be had, and `no_grant` where nothing is granted to it.
 */
export async function idTokenSignIn({ file, keys, now }: IdTokenSignIn, text: string): Promise<Known> {
  const { issuers, grants } = file();
  const from = now();
  const { issuer, claims } = await verifyIdToken(text, issuers, keysOf(keys), from).catch(refused);
  const grant = grantOf(grants, issuer.name, claims);
  if (grant === null) throw noGrant(claims);
  const { exp, iat, sub } = claims as { exp: number; iat: number; sub: string };
  const end = 1_000 * (Math.min(exp, iat + issuer.max_token_age) + CLOCK_TOLERANCE_SECONDS);
  const principal = {
    tenant: grant.tenant,
    actor: { type: 'oidc', id: `${issuer.issuer} ${sub}`, name: sub } as const,
    roles: grant.roles,
    permissions: permissionsOf(grant.roles),
    owners: grant.owners ?? [],
    expires_at: new Date(exp * 1_000).toISOString(),
  };
  return { principal, from: from.getTime(), until: Math.min(from.getTime() + TRUSTED_MS, end) };
}

const keysOf = (keys: IssuerKeys) => async (issuer: AuthFile['issuers'][number], kid: string | null) => {
  try {
    return await keys.of(issuer, kid);
  } catch (error) {
    const message = `The keys of ${issuer.issuer} cannot be fetched; try again`;
    throw new MaestroError('issuer_unavailable', message, [], (error as Error).cause ?? error);
  }
};

function refused(error: unknown): never {
  if (!isTokenRefusal(error)) throw error;
  throw new MaestroError(`id_token_${error.refusal}` satisfies ErrorCode, error.message, [], error.cause);
}

// Its own claims are what a caller needs to write the grant, and they are no secret to that caller.
function noGrant(claims: JsonObject): MaestroError {
  const shown = JSON.stringify(claims);
  return new MaestroError('no_grant', `The ID token is valid, and no grant of AUTH_FILE is for its claims: ${shown}`);
}
