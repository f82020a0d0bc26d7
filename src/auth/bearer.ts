// The credential in the headers of a request (RFC 6750, section 2.1).
import type { IncomingMessage } from 'node:http';
import { MaestroError } from '../domain/errors.ts';

/** As callers send it: the scheme in any case, one blank, and one word. */
const BEARER = /^bearer ([\x21-\x7e]+)$/i;

const MISSING = new MaestroError(
  'credentials_missing',
  'This call needs a token, in the header `Authorization: Bearer <token>`',
);
const TWICE = new MaestroError('credentials_malformed', 'There are several Authorization headers');
const NO_BEARER = new MaestroError('credentials_malformed', 'The Authorization header is not `Bearer <token>`');

/** The token. Throws `credentials_missing` and `credentials_malformed`. */
export function bearerToken({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): string {
  const { authorization } = headers;
  if (authorization === undefined) throw MISSING;
  // Node keeps the first and drops the others, while a proxy in front may have judged the last.
  if (isTwice(rawHeaders)) throw TWICE;
  const [, token] = BEARER.exec(authorization) ?? [];
  if (token === undefined) throw NO_BEARER;
  return token;
}

const NAME = 'authorization';

function isTwice(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === NAME.length && name.toLowerCase() === NAME) count += 1;
  }
  return count > 1;
}
