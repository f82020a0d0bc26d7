// The refusals of every blob store, in the same words.
import { MaestroError } from '../domain/errors.ts';

/** For bytes that a row names and that are missing. */
export function lost(sha256: string): MaestroError {
  return damaged(`no blob ${sha256}`);
}

/** For bytes that are there, but are not those that a row names. */
export function damaged(what: string): MaestroError {
  return new MaestroError(
    'content_lost',
    'The content cannot be read; the server log has the details',
    [],
    new Error(what),
  );
}

export function unavailable(cause: unknown): MaestroError {
  return new MaestroError('content_store_unavailable', 'The content store does not respond; try again', [], cause);
}

export function full(cause: unknown): MaestroError {
  return new MaestroError('content_store_full', 'The content store has no space for this content', [], cause);
}

/** The name of the marker at the root of a place. */
export const MARKER = 'maestro-place';
export const MAX_MARKER_BYTES = 1_024;

const SHA256 = /^[0-9a-f]{64}$/;

export const isSha256 = (text: string) => SHA256.test(text);

/**
 * Returns 64 lower-case hexadecimal digits, and throws for anything else, which only a fault of
 * ours can pass here.
 */
export function requireSha256(text: string): string {
  if (isSha256(text)) return text;
  throw new TypeError('not a SHA-256 in lower-case hexadecimal digits');
}
