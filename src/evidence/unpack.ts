// From bytes to a document: compression, encoding, and what kind of text it is.
import { gunzipSync } from 'node:zlib';
import { type Duplicate, parseJson } from './json.ts';
import { type Document, Unreadable } from './reading.ts';
import { parseXml } from './xml.ts';

export type ReadLimits = {
  /** Of a document, unpacked. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxNodes: number;
};

export const LIMITS: ReadLimits = { maxBytes: 32 * 1024 * 1024, maxDepth: 256, maxNodes: 4_000_000 };

const MAX_RATIO = 100;

export type Unpacked = { document: Document | null; duplicates: Duplicate[]; bytes: Buffer };

/** The document in the bytes, null where they are no text. Throws `Unreadable`. */
export function unpack(packed: Uint8Array, limits: ReadLimits): Unpacked {
  const bytes = inflate(Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength), limits);
  const text = decode(bytes);
  if (text === null) return { document: null, duplicates: [], bytes };
  const start = text.trimStart();
  if (/^[{[]\s*["{[\]}\d-]/.test(start.slice(0, 10_000))) {
    const lines = jsonLines(text, limits);
    if (lines !== null) return { ...lines, bytes };
    const { value, duplicates } = parseJson(text, limits);
    return { document: { shape: 'json', value, text }, duplicates, bytes };
  }
  if (/^<[?!A-Za-z_]/.test(start))
    return { document: { shape: 'xml', root: parseXml(text, limits), text }, duplicates: [], bytes };
  return { document: { shape: 'text', text }, duplicates: [], bytes };
}

function inflate(bytes: Buffer, limits: ReadLimits): Buffer {
  const name = MAGIC.find(([magic]) => bytes.subarray(0, magic.length).equals(magic))?.[1];
  if (name === undefined) return bytes;
  if (name !== 'gzip') throw new Unreadable(name, `It is compressed with ${name}, which is not read`, { format: name });
  const most = Math.min(limits.maxBytes, bytes.length * MAX_RATIO);
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    const bomb = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    const message = bomb
      ? `Unpacked it takes more than ${most} bytes`
      : `It is damaged gzip: ${(error as Error).message}`;
    throw new Unreadable(bomb ? 'too_large' : 'gzip-malformed', message, { format: 'gzip' });
  }
}

const MAGIC: readonly [Buffer, string][] = [
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), 'xz'],
  [Buffer.from('BZh'), 'bzip2'],
  [Buffer.from([0x50, 0x4b, 0x03, 0x04]), 'zip'],
];

function decode(bytes: Buffer): string | null {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff && second === 0xfe) return textIn('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return textIn('utf-16be', bytes);
  if (second === 0 && first !== 0) return textIn('utf-16le', bytes);
  if (first === 0 && second !== 0) return textIn('utf-16be', bytes);
  const declared = /^<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']/.exec(
    bytes.subarray(0, 200).toString('latin1'),
  )?.[1];
  return textIn(declared ?? 'utf-8', bytes);
}

function textIn(encoding: string, bytes: Buffer): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

// Lines that each begin an object, where the first is a whole one.
function jsonLines(text: string, limits: ReadLimits): { document: Document; duplicates: Duplicate[] } | null {
  const end = text.indexOf('\n');
  if (end === -1 || !text.slice(0, end).trimEnd().endsWith('}')) return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return null;
  const duplicates: Duplicate[] = [];
  const values = lines.map((line, index) => {
    try {
      const parsed = parseJson(line, limits);
      duplicates.push(...parsed.duplicates);
      return parsed.value;
    } catch (error) {
      if (index === 0) throw error;
      return undefined;
    }
  });
  return { document: { shape: 'json-lines', values }, duplicates };
}
