// Tokens and principals for tests.
import { v7 as uuidv7 } from 'uuid';
import { createToken } from '../../src/auth/change-token.ts';
import type { Principal } from '../../src/auth/principal.ts';
import { permissionsOf, type Role } from '../../src/auth/role.ts';
import type { CreateTokenRequest } from '../../src/auth/token.ts';
import type { Stamp } from '../../src/domain/event/event.ts';

export const AT = '2026-01-31T10:00:00.000Z';

/** A caller with these roles who is known by a token. */
export function callerWith(roles: readonly Role[], owners: Principal['owners'] = 'any'): Principal {
  const actor = { type: 'token', id: 'caller', name: 'caller' } as const;
  return { tenant: 'default', actor, roles, permissions: permissionsOf(roles), owners, expires_at: null };
}

export const ADMIN = callerWith(['admin', 'operator']);

export const stampAt = (at = AT): Stamp => ({ id: uuidv7(), at, request_id: 'request', actor: ADMIN.actor });

export const secretOf = (byte: number) => new Uint8Array(32).fill(byte);

export const NEW_TOKEN: CreateTokenRequest = { name: 'pipeline', roles: ['reporter'] };

/** A new token, its event and its text. */
export function newToken(changes: Partial<CreateTokenRequest> = {}, id = uuidv7(), at = AT, secret = secretOf(1)) {
  return createToken({ ...NEW_TOKEN, ...changes }, { id, secret }, ADMIN, stampAt(at));
}
