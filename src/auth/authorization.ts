// The credential of a request (RFC 9110, section 11.6.2; RFC 6750, section 2.1).
import { MaestroError } from '../domain/errors.ts';

const NAME = 'authorization';

/**
 * The one `Authorization` header of a request; null without it. Several count as an empty one: Node
 * drops all but the first, while a proxy in front may have checked another.
 */
export function authorizationOf(rawHeaders: readonly string[]): string | null {
  let found: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== NAME.length || name.toLowerCase() !== NAME) continue;
    found = found === null ? (rawHeaders[index + 1] ?? '') : '';
  }
  return found;
}

// The name of the scheme is case-insensitive. A comma may separate two credentials.
const BEARER = /^bearer ([\x21-\x2b\x2d-\x7e]+)$/i;

/** The token of an `Authorization` header. Throws `credentials_malformed`. */
export function bearerToken(header: string): string {
  const [, token] = BEARER.exec(header) ?? [];
  if (token === undefined) throw MALFORMED;
  return token;
}

export const MISSING = new MaestroError(
  'credentials_missing',
  'This needs a credential, sent as Authorization: Bearer <token>',
);

export const MALFORMED = new MaestroError(
  'credentials_malformed',
  'There must be one Authorization header, with the word Bearer, one blank and a token',
);
