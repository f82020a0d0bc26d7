// The text of an API token: `mst_`, its id, its secret and a checksum. Secret scanners find it by
// its form, and a mistyped one is refused before anything is looked up.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'mst_';
const [ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH] = [32, 43, 6];
const SECRET_BYTES = 32;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The form of every API token, as secret scanners take it. */
export const TOKEN_FORM = /^mst_[0-9a-f]{32}[0-9A-Za-z]{49}$/;

/**
 * The text of a token. `id` is a UUID, `secret` 32 random bytes. All of it is one word of letters,
 * digits and an underscore, so that a double click selects it.
 */
export function tokenText(id: string, secret: Uint8Array): string {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`A secret has ${SECRET_BYTES} bytes`);
  const body = `${PREFIX}${id.replaceAll('-', '')}${base62(BigInt(`0x${hexOf(secret)}`), SECRET_LENGTH)}`;
  return body + checksumOf(body);
}

/** The id of the token that a text names; null if the text is not a token, or mistyped. */
export function tokenIdOf(text: string): string | null {
  if (!TOKEN_FORM.test(text)) return null;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (checksumOf(body) !== text.slice(-CHECKSUM_LENGTH)) return null;
  const hex = text.slice(PREFIX.length, PREFIX.length + ID_LENGTH);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * All that is kept of a token: SHA-256 of its text, as hexadecimal digits. It has 256 random bits,
 * so no slow hash is needed.
 */
export function tokenDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function checksumOf(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_LENGTH);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
