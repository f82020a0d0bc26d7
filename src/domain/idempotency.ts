// A request that may be sent again and acts once: its key, and what it was sent with.
import { invalid, MaestroError } from './errors.ts';
import type { Actor } from './event/actor.ts';

/** How long a key is remembered. */
export const REMEMBERED_MS = 24 * 60 * 60 * 1_000;

export type IdempotencyKey = {
  /** What the key was used for, and the key. */
  scope: string;
  /** SHA-256 of the body's bytes. */
  fingerprint: string;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
};

// PostgreSQL indexes no text of more than 2,704 bytes.
const MAX_ACTOR_CHARACTERS = 512;

/**
 * What the scopes of an actor's keys begin with: a key counts for the actor who sent it, and no two
 * actors can write the same scope. Callers who are not identified share their keys. `digest` is a
 * cryptographic one, for a long id: that of an ID token may have thousands of bytes.
 */
export function scopeOfActor({ type, id }: Actor, digest: (text: string) => string): string {
  if (type === 'anonymous') return '';
  const text = JSON.stringify([type, id]);
  return `${text.length <= MAX_ACTOR_CHARACTERS ? text : JSON.stringify([type, digest(id), 'digest'])} `;
}

/** What a store remembers of a key. */
export type Remembered<Row> = { fingerprint: string; at: string; row: Readonly<Row> };

/** Until when what was remembered counts, seen from `at`. */
export function rememberedSince(at: string): string {
  return new Date(Date.parse(at) - REMEMBERED_MS).toISOString();
}

/** The row that was made when the key was first used. Throws `idempotency_key_reused` where that was with another body. */
export function replayed<Row>({ fingerprint, row }: Omit<Remembered<Row>, 'at'>, key: IdempotencyKey): Readonly<Row> {
  if (fingerprint === key.fingerprint) return row;
  throw new MaestroError('idempotency_key_reused', 'The Idempotency-Key was used before, with another body');
}

const BARE = /^[\x21\x23-\x7e][\x20-\x7e]{0,254}$/;
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/;

/** The key in an `Idempotency-Key` header, bare or quoted. Throws `validation_failed`. */
export function idempotencyKey(header: string): string {
  const text = header.trim();
  const [, quoted] = QUOTED.exec(text) ?? [];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  if (BARE.test(text)) return text;
  const detail = 'must be 1 to 255 printable ASCII characters, bare or in double quotes';
  throw invalid([{ in: 'header', pointer: '/idempotency-key', detail }]);
}
