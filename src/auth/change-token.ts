// What can be done with a token: create, rotate, revoke. The text of a token is returned beside it
// and stored nowhere.
import { parseTimestamp } from '../domain/bounds.ts';
import { invalid, MaestroError } from '../domain/errors.ts';
import type { Stamp } from '../domain/event/event.ts';
import { requireMayGrant } from './may-grant.ts';
import type { Principal } from './principal.ts';
import type { TokenChange } from './store.ts';
import {
  type CreateTokenRequest,
  DEFAULT_LIFETIME_DAYS,
  MAX_LIFETIME_DAYS,
  type RotateTokenRequest,
  type StoredToken,
  statusOf,
} from './token.ts';
import type { TokenEvent, TokenInEvent } from './token-events.ts';
import { tokenDigest, tokenText } from './token-text.ts';

type Change = NonNullable<TokenChange>;

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * A new token, its event and its text. `secret` is 32 random bytes. Throws `role_not_granted`,
 * `owner_not_granted`, or `validation_failed` where `expires_at` is in the past or too far ahead.
 */
export function createToken(
  request: CreateTokenRequest,
  made: { id: string; secret: Uint8Array },
  principal: Principal,
  stamp: Stamp,
): Change & { readonly text: string } {
  const { name, roles, owners = null } = request;
  requireMayGrant(principal, { roles, owners });
  const text = tokenText(made.id, made.secret);
  const token: StoredToken = {
    ...{ id: made.id, name, roles, owners, created_at: stamp.at, created_by: stamp.actor.id },
    expires_at: expiryOf(request.expires_at, stamp.at) ?? after(stamp.at, DEFAULT_LIFETIME_DAYS * DAY_MS),
    ...{ rotated_at: null, revoked_at: null, last_used_at: null },
    ...{ digest: tokenDigest(text), previous: null },
  };
  return { token, event: eventOf('token.created', token, stamp), text };
}

/**
 * Gives a token a new text, made with `secret`. Throws `role_not_granted`, `owner_not_granted`,
 * `token_inactive`, or `validation_failed` for `expires_at`.
 */
export function rotateToken(
  current: Readonly<StoredToken>,
  request: RotateTokenRequest,
  secret: Uint8Array,
  principal: Principal,
  stamp: Stamp,
): Change & { readonly text: string } {
  requireMayGrant(principal, current);
  const status = statusOf(current, stamp.at);
  if (status !== 'active')
    throw new MaestroError('token_inactive', `The token is ${status} and cannot be rotated; create another one`);
  const text = tokenText(current.id, secret);
  const graceMs = (request.grace_seconds ?? 0) * 1_000;
  const expires_at = expiryOf(request.expires_at, stamp.at) ?? current.expires_at;
  const earlier = expires_at < current.expires_at ? expires_at : current.expires_at;
  const token: StoredToken = {
    ...current,
    expires_at,
    rotated_at: stamp.at,
    digest: tokenDigest(text),
    previous: graceMs === 0 ? null : { digest: current.digest, until: graceEnd(earlier, stamp.at, graceMs) },
  };
  return { token, event: eventOf('token.rotated', token, stamp), text };
}

/** Null where it is revoked already. */
export function revokeToken(current: Readonly<StoredToken>, stamp: Stamp): TokenChange {
  if (current.revoked_at !== null) return null;
  const token: StoredToken = { ...current, revoked_at: stamp.at, previous: null };
  return { token, event: eventOf('token.revoked', token, stamp) };
}

// A rotation that lets the token live longer must not do so for its previous text.
function graceEnd(expires_at: string, now: string, graceMs: number): string {
  const end = after(now, graceMs);
  return end < expires_at ? end : expires_at;
}

function expiryOf(asked: string | null | undefined, now: string): string | null {
  if (asked === null || asked === undefined) return null;
  const at = parseTimestamp(asked) ?? '';
  const latest = after(now, MAX_LIFETIME_DAYS * DAY_MS);
  if (at <= now) throw badExpiry('must be in the future');
  if (at > latest) throw badExpiry(`must be at most ${MAX_LIFETIME_DAYS} days from now: ${latest}`);
  return at;
}

const badExpiry = (detail: string) => invalid([{ in: 'body', pointer: '/expires_at', detail }]);

const after = (moment: string, ms: number) => new Date(Date.parse(moment) + ms).toISOString();

function eventOf(type: TokenEvent['type'], token: StoredToken, stamp: Stamp): TokenEvent {
  const { id, name, roles, owners, created_at, created_by, expires_at, rotated_at, revoked_at } = token;
  const data: TokenInEvent = {
    ...{ id, name, roles, owners, created_at, created_by, expires_at, rotated_at, revoked_at },
  };
  return { ...stamp, type, run_id: null, token_id: id, data };
}
