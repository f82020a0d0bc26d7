// The secret of ADMIN_TOKEN_FILE: whoever sends it is admin and operator.
import type { Principal } from './principal.ts';
import { permissionsOf, type Role } from './role.ts';
import { sameDigest } from './same-digest.ts';
import { tokenDigest } from './token-text.ts';

const MIN_CHARACTERS = 32;
const MAX_CHARACTERS = 4_096;

// A comma in a header can separate two of them.
const FORM = new RegExp(`^[\\x21-\\x2b\\x2d-\\x7e]{${MIN_CHARACTERS},${MAX_CHARACTERS}}$`);

export type AdminToken = {
  readonly principal: Principal;
  /** Whether a text is the secret. */
  matches(text: string): boolean;
};

/**
 * The secret in the content of the file. One line end after it is no part of it. Keeps only its
 * digest. Throws an error of one line, which does not show it.
 */
export function adminToken(content: string, tenant: string): AdminToken {
  const secret = content.replace(/\r?\n$/, '');
  if (!FORM.test(secret)) {
    throw new Error(
      `must hold one secret of ${MIN_CHARACTERS} to 4,096 characters of visible ASCII, without blanks and commas`,
    );
  }
  const digest = tokenDigest(secret);
  return { principal: principalIn(tenant), matches: (text) => sameDigest(tokenDigest(text), digest) };
}

const ROLES: readonly Role[] = ['admin', 'operator'];

function principalIn(tenant: string): Principal {
  return Object.freeze({
    tenant,
    actor: Object.freeze({ type: 'token', id: 'admin-token-file', name: 'ADMIN_TOKEN_FILE' }),
    roles: ROLES,
    permissions: permissionsOf(ROLES),
    owners: 'any',
    expires_at: null,
  });
}
