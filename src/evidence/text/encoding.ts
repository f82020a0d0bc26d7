// From bytes to text: UTF-8, UTF-16, and what an XML declaration says.
import { Unreadable } from '../unreadable.ts';

export type Decoded = {
  readonly text: string;
  /** Whether bytes that are not UTF-8 were replaced. */
  readonly damaged: boolean;
};

/**
 * The text of the bytes, without a byte-order mark; null if they are not text. Throws `Unreadable`
 * for JSON and XML that is not in its declared or required encoding: `json-malformed`,
 * `xml-malformed`.
 */
export function decode(bytes: Buffer): Decoded | null {
  const wide = utf16Of(bytes);
  if (wide !== null) return strictly(wide, bytes);
  const start = bytes
    .toString('latin1', 0, 256)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  const declared = start.startsWith('<?xml') ? declaredIn(start) : null;
  if (declared !== null) return declaredText(declared, bytes);
  const decoded = strictly('utf-8', bytes);
  if (decoded !== null) return decoded;
  if (/^[{[]\s*[{["]/.test(start)) throw malformed('json', 'its bytes are not valid UTF-8');
  if (/^<[?!A-Za-z]/.test(start)) throw malformed('xml', 'its bytes are not valid UTF-8');
  return bytes.includes(0) ? null : { text: new TextDecoder().decode(bytes), damaged: true };
}

function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // Without a byte-order mark: two characters of ASCII.
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return 'utf-16le';
  if (a === 0 && isAscii(b) && c === 0 && isAscii(d)) return 'utf-16be';
  return null;
}

const isAscii = (byte: number) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);

function strictly(encoding: string, bytes: Buffer): Decoded | null {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), damaged: false };
  } catch {
    return null;
  }
}

function declaredIn(start: string): string | null {
  const encoding = /^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(start)?.[1];
  // It could be read in single bytes up to here, so it is not UTF-16, whatever it declares: .NET
  // writes such files.
  return encoding === undefined || /^(?:utf-?(?:8|16|32)|ucs-?[24]|unicode)/i.test(encoding) ? null : encoding;
}

function declaredText(encoding: string, bytes: Buffer): Decoded {
  const decoded = strictly(encoding, bytes);
  if (decoded === null)
    throw malformed('xml', `it is not in the encoding that it declares, or ${encoding} is not read`);
  return decoded;
}

function malformed(what: 'json' | 'xml', why: string): Unreadable {
  const format = `${what}-malformed`;
  return new Unreadable(format, `It is not ${what === 'json' ? 'JSON' : 'well-formed XML'}: ${why}`, { format });
}
