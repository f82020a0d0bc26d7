// From bytes to a document: compression, encoding, and the kind of text.

import { BEGINNING_BYTES, type ReadLimits } from './limits.ts';
import { isTarStart } from './media-type.ts';
import type { Document } from './reading.ts';
import { decode } from './text/encoding.ts';
import { type Inflated, inflate } from './text/inflate.ts';
import { parseJson } from './text/json.ts';
import { parseJsonLines } from './text/json-lines.ts';
import type { Duplicate } from './text/key-ledger.ts';
import { isHtml, openingOf } from './text/markup.ts';
import { doctype, parseXml } from './text/xml.ts';
import { Unreadable } from './unreadable.ts';

export type Unpacked = {
  /** Null if the bytes are not text. */
  readonly document: Document | null;
  readonly duplicates: readonly Duplicate[];
  /**
   * Whether the text is only the beginning of one that exceeds the limit: it is recognised, but not
   * read.
   */
  readonly cut: boolean;
  /** Whether bytes that are not UTF-8 were replaced. */
  readonly damaged: boolean;
  /** Whether they contain a compressed tar archive. */
  readonly isTar: boolean;
};

/**
 * The document in the bytes, of which there are more than were given if `isCut`. Throws
 * `Unreadable`.
 */
export function unpack(given: Uint8Array, limits: ReadLimits, isCut = false): Unpacked {
  const inflated = inflate(Buffer.from(given.buffer, given.byteOffset, given.byteLength), limits.maxBytes);
  const { bytes, cut } = beginning(inflated, isCut ? 0 : limits.maxBytes);
  const isTar = isTarStart(bytes);
  const decoded = isTar ? null : decode(bytes);
  if (decoded === null) return { document: null, duplicates: [], cut, damaged: false, isTar };
  return { ...documentOf(decoded.text, limits, cut), cut, damaged: decoded.damaged, isTar };
}

function beginning({ bytes, cut }: Inflated, maxBytes: number): Pick<Inflated, 'bytes' | 'cut'> {
  const tooMuch = cut || bytes.length > maxBytes;
  return { bytes: tooMuch ? bytes.subarray(0, BEGINNING_BYTES) : bytes, cut: tooMuch };
}

type Shaped = Pick<Unpacked, 'document' | 'duplicates'>;

function documentOf(text: string, limits: ReadLimits, cut: boolean): Shaped {
  const start = text.trimStart();
  const shaped = /^[{[]/.test(start) ? jsonOf(text, start, limits, cut) : xmlOf(text, start, limits, cut);
  return shaped ?? { document: { shape: 'text', text }, duplicates: [] };
}

// Null if it is not JSON and does not seem to be meant as JSON: Markdown and TOML begin with
// brackets, too.
function jsonOf(text: string, start: string, limits: ReadLimits, cut: boolean): Shaped | null {
  const isMeant = /^(?:\[\s*)?\{\s*["}]/.test(start);
  if (!isMeant && !/^\[\s*[[\]"\d\-tfn]/.test(start)) return null;
  if (cut) throw tooLarge('json-other', limits);
  const lines = parseJsonLines(text, limits);
  if (lines !== null) return { document: { shape: 'json-lines', values: lines.values }, duplicates: lines.duplicates };
  try {
    const { value, duplicates } = parseJson(text, limits);
    return { document: { shape: 'json', value, text }, duplicates };
  } catch (error) {
    if (!isMeant && isCode(error, 'json-malformed')) return null;
    throw error;
  }
}

// Null if it is HTML or Markdown. A document type is refused unparsed, whatever follows.
function xmlOf(text: string, start: string, limits: ReadLimits, cut: boolean): Shaped | null {
  if (!start.startsWith('<')) return null;
  const opening = openingOf(start);
  if (['html', 'svg'].includes(opening.doctype ?? '') || opening.root?.toLowerCase() === 'html') return null;
  if (opening.doctype !== null) throw doctype();
  if (opening.root === null && !opening.declared) return null;
  if (cut) throw tooLarge('xml-other', limits);
  try {
    const root = parseXml(text, { ...limits, maxNodes: limits.maxNodes / XML_WEIGHT });
    return { document: { shape: 'xml', root, text: withoutEncoding(text) }, duplicates: [] };
  } catch (error) {
    if (!opening.declared && isHtml(opening.root) && isCode(error, 'xml-malformed')) return null;
    throw error;
  }
}

/** An element takes as much time and memory as several values of JSON. */
const XML_WEIGHT = 2;

// The text is no longer in the encoding that it declares.
function withoutEncoding(text: string): string {
  return text.replace(/^(<\?xml[^>]{0,200}?)\sencoding\s*=\s*["'][^"'>]{0,100}["']/, '$1');
}

function tooLarge(format: string, { maxBytes }: ReadLimits): Unreadable {
  return new Unreadable('too_large', `It takes more than ${maxBytes} bytes`, { format });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Unreadable && error.code === code;
}
