// The parts of a signed JWT (RFC 7515, compact serialisation), decoded strictly before any key is
// looked up: what two readers could read differently is refused.
import { parseJsonBody } from '../http/json-body.ts';
import { type JsonObject, objectOf } from '../json/fields.ts';
import { jsonValue } from '../json/value.ts';
import { tokenRefusal } from './token-refusal.ts';

const MAX_TOKEN_CHARACTERS = 8_192;
const [SIGNED_PARTS, ENCRYPTED_PARTS] = [3, 5];

export type JwtParts = { readonly header: JsonObject; readonly claims: JsonObject };

/** Decodes without verifying anything. Throws a `TokenRefusal`. */
export function jwtParts(text: string): JwtParts {
  if (text.length > MAX_TOKEN_CHARACTERS) throw tokenRefusal('too_large');
  const parts = text.split('.');
  if (parts.length === ENCRYPTED_PARTS) throw tokenRefusal('encrypted');
  if (parts.length !== SIGNED_PARTS) throw tokenRefusal('malformed');
  const [header, claims] = parts.map(decoded);
  if (header === undefined || claims === undefined) throw tokenRefusal('malformed');
  return { header: objectIn(header), claims: objectIn(claims) };
}

// Characters outside the alphabet, padding and spare bits would give one token several texts.
function decoded(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== part) throw tokenRefusal('malformed');
  return bytes;
}

function objectIn(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = jsonValue(bytes.toString('utf8'));
  } catch (error) {
    throw tokenRefusal('malformed', error);
  }
  const object = objectOf(value);
  if (object === null) throw tokenRefusal('malformed');
  try {
    parseJsonBody(bytes);
  } catch (error) {
    throw tokenRefusal('ambiguous_claims', error);
  }
  return object;
}
