// Digests as people and tools write them: hexadecimal in either case, Subresource Integrity, the
// output of sha256sum and openssl.

/** The algorithms whose digests identify bytes, with their number of hexadecimal digits. */
const DIGITS = { sha256: 64, sha384: 96, sha512: 128 } as const;
export type Algorithm = keyof typeof DIGITS;
const ALGORITHMS = Object.keys(DIGITS) as Algorithm[];

/** A complete digest in lower-case hexadecimal digits. */
export type Digest = { readonly algorithm: Algorithm; readonly hex: string };

// Fast paths: nearly all digests have these forms, and a gate may parse those of 10,000 artifacts. A
// whole SHA-256 takes a third of the time that the next form takes.
const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/;
const PLAIN = /^(?:sha(?:256|384|512):)?[0-9a-f]+$/;

// Text that is copied from pages and terminals may contain invisible characters.
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu;
const QUOTES = /^["'`]+|["'`]+$/g;

// sha256sum (`*` marks binary mode, `\` an escaped name); shasum --tag and openssl dgst.
const SUM = /^\\?([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}) [ *]?[^ ].*$/i;
const TAGGED = /^(sha-?(?:2-)?(?:256|384|512)) ?\(.*\) ?= ?([0-9a-f]+)$/i;

// The SHA-256 digests of two files are not one SHA-512 with a blank between its digits.
const TWO = /^[0-9a-f]{64} +[0-9a-f]{64}$/i;

const PREFIX =
  /^(?:urn:|ni:\/{3})?sha[-_]?(?:2[-_])?(256|384|512)(?:fingerprint|digest|sum)?(?:=:|:=|:\/\/|[-:=;])?(.+)$/i;

/**
 * The complete SHA-256, SHA-384 and SHA-512 digests that a text consists of, each algorithm at most
 * once. None where any part of the text is something else: a truncated digest, a weak one, words.
 */
export function digestsIn(text: string): Digest[] {
  const [, sha256] = SHA256.exec(text) ?? [];
  if (sha256 !== undefined) return [{ algorithm: 'sha256', hex: sha256 }];
  if (PLAIN.test(text)) return [wholeDigest(text)].filter((digest) => digest !== null);
  const lines = text.normalize('NFKC').replace(/\s/g, ' ').replace(INVISIBLE, '').trim().replace(QUOTES, '').trim();
  const one = digestIn(lines);
  if (one !== null) return [one];
  const parts = lines.split(/[ ,]+/).filter((part) => part !== '');
  // Prose. A gate may see that of 10,000 artifacts.
  if (parts.length > ALGORITHMS.length) return [];
  const found = parts.map(digestIn);
  const digests = found.filter((digest) => digest !== null);
  const algorithms = new Set(digests.map(({ algorithm }) => algorithm));
  return digests.length === found.length && digests.length === algorithms.size ? digests : [];
}

/**
 * The digest under the name of an algorithm, in any spelling of both; null where it is not a
 * complete digest.
 */
export function digestUnder(name: string, value: string): Digest | null {
  const algorithm = ALGORITHMS.find((one) => one === name || one === plainName(name));
  if (algorithm === undefined) return null;
  // Fast path: thousands are compared at a time, and nearly all have this form.
  if (/^[0-9a-f]+$/.test(value)) return value.length === DIGITS[algorithm] ? { algorithm, hex: value } : null;
  const [digest = wholeDigest(`${algorithm}-${value}`), ...more] = digestsIn(value);
  return digest?.algorithm === algorithm && more.length === 0 ? digest : null;
}

const plainName = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^sha2(?=(?:256|384|512)$)/, 'sha');

function digestIn(line: string): Digest | null {
  const [, tag = '', tagged = ''] = TAGGED.exec(line) ?? [];
  if (TWO.test(line)) return null;
  const sum = SUM.exec(line)?.[1] ?? `${tag}${tag && ':'}${tagged}`;
  return wholeDigest(line.replaceAll(' ', '')) ?? (sum === '' ? null : wholeDigest(sum));
}

function wholeDigest(text: string): Digest | null {
  const [, family, digits = text] = PREFIX.exec(text) ?? [];
  const hex = hexOf(digits) ?? base64Of(digits, family !== undefined);
  const algorithm = ALGORITHMS.find((name) => DIGITS[name] === hex?.length);
  if (hex === null || algorithm === undefined || (family !== undefined && algorithm !== `sha${family}`)) return null;
  return { algorithm, hex };
}

function hexOf(digits: string): string | null {
  const [, hex] = /^(?:0x)?([0-9a-f]+|(?:[0-9a-f]{2}:)+[0-9a-f]{2})$/i.exec(digits) ?? [];
  return hex?.replaceAll(':', '').toLowerCase() ?? null;
}

/**
 * The hexadecimal digits of base64 in either alphabet. Options of Subresource Integrity are
 * ignored, and so is the colon that ends a byte sequence of RFC 9530.
 */
function base64Of(text: string, isNamed: boolean): string | null {
  const [, digits = ''] = /^([A-Za-z0-9+/_-]{43,86}={0,2}):?(?:\?.*)?$/.exec(text) ?? [];
  // Without an algorithm it is more likely another text of this length, such as a branch name.
  if (digits === '' || (!isNamed && !/^(?=.*[a-z])(?=.*[A-Z]).*\d/.test(digits))) return null;
  const plain = digits.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  try {
    const bytes = atob(plain);
    if (btoa(bytes).replace(/=+$/, '') !== plain) return null;
    return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  } catch {
    return null;
  }
}
