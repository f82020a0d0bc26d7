import type { EventOf } from '../domain/event/event.ts';
import type { StoredToken } from './token.ts';

/** Nothing that a secret could be compared with, and nothing that changes without an event. */
export type TokenInEvent = Omit<StoredToken, 'digest' | 'previous' | 'last_used_at'>;

type OfToken = { run_id: null; token_id: string; data: Readonly<TokenInEvent> };

type TokenPayloads = { 'token.created': OfToken; 'token.rotated': OfToken; 'token.revoked': OfToken };

export type TokenEvent = EventOf<TokenPayloads>;

export const TOKEN_EVENT_TYPES = [
  'token.created',
  'token.rotated',
  'token.revoked',
] as const satisfies readonly TokenEvent['type'][];
