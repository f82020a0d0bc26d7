// The secret of `ADMIN_TOKEN_FILE`: a credential for a server whose store forgets.
import { hash, timingSafeEqual } from 'node:crypto';
import type { Principal } from './principal.ts';
import { permissionsOf, type Role } from './role.ts';

const MIN_CHARACTERS = 32;
const ROLES: readonly Role[] = ['admin', 'operator'];

/** Of the bits of a file's mode, those of its group and of others. */
const NOT_OF_OWNER = 0o077;

const ADMIN: Principal = Object.freeze({
  tenant: 'default',
  actor: Object.freeze({ type: 'token', id: 'admin-token-file', name: 'ADMIN_TOKEN_FILE' }),
  roles: ROLES,
  permissions: permissionsOf(ROLES),
  owners: 'any',
  expires_at: null,
});

/** Why a file may not hold the secret, by its kind and mode; null if it may. */
export function fileFault({ isFile, mode }: { isFile: boolean; mode: number }): string | null {
  if (!isFile) return 'is not a file';
  if ((mode & NOT_OF_OWNER) !== 0) return 'can be read or written by others than its owner: run chmod 600 on it';
  return null;
}

/**
 * Returns a function that knows the secret in `text`, which may end with a line end. Throws an error
 * that does not show it.
 */
export function adminToken(text: string): (presented: string) => Principal | null {
  const secret = text.replace(/\r?\n$/, '');
  if (secret.length < MIN_CHARACTERS) throw new Error(`holds fewer than ${MIN_CHARACTERS} characters`);
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new Error('holds more than one word of visible ASCII characters');
  const digest = digestOf(secret);
  return (presented) => (timingSafeEqual(digestOf(presented), digest) ? ADMIN : null);
}

const digestOf = (text: string) => hash('sha256', text, 'buffer');
