// A guess of what bytes are that no reader recognises: by their first bytes, or by how their text
// looks.

import type { Document } from './reading.ts';
import { isHtml, openingOf } from './text/markup.ts';

export type Look = { readonly format: string; readonly media_type: string };

/** The media type of bytes, and of the document in them; null if they are not text. */
export function lookOf(bytes: Uint8Array, document: Document | null, isTar: boolean): Look {
  if (bytes.length === 0) return { format: 'empty', media_type: OCTETS };
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512));
  const start = beginning.toString('latin1');
  const magic = isTarStart(beginning) ? 'application/x-tar' : MAGIC.find(([one]) => start.startsWith(one))?.[1];
  if (magic === 'application/gzip') return { format: isTar ? 'artifact-tgz' : 'gzip', media_type: magic };
  if (magic !== undefined) return { format: 'other', media_type: magic };
  if (document === null) return { format: 'other', media_type: OCTETS };
  return LOOKS[document.shape](document as never);
}

const OCTETS = 'application/octet-stream';

const MAGIC: readonly (readonly [string, string])[] = [
  ['\x1f\x8b', 'application/gzip'],
  ['%PDF-', 'application/pdf'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['\x7fELF', 'application/x-elf'],
  ['\0asm', 'application/wasm'],
  ['MZ\x90\0', 'application/vnd.microsoft.portable-executable'],
  ['\xcf\xfa\xed\xfe', 'application/x-mach-binary'],
  ['!<arch>\n', 'application/x-archive'],
  ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  ['\xed\xab\xee\xdb', 'application/x-rpm'],
  ['SQLite format 3\0', 'application/vnd.sqlite3'],
];

/** Whether bytes are the beginning of a tar archive (POSIX.1-1988). */
export function isTarStart(bytes: Buffer): boolean {
  return bytes.toString('latin1', 257, 262) === 'ustar';
}

const LOOKS: { [Shape in Document['shape']]: (document: Extract<Document, { shape: Shape }>) => Look } = {
  json: ({ value }) => ({ format: Array.isArray(value) ? 'json-array' : 'json-other', media_type: 'application/json' }),
  'json-lines': () => ({ format: 'json-lines', media_type: 'application/jsonl' }),
  xml: ({ root }) => ({ format: 'xml-other', media_type: root.name === 'svg' ? 'image/svg+xml' : 'application/xml' }),
  text: ({ text }) => textLook(text.slice(0, 64 * 1024)),
};

function textLook(text: string): Look {
  if (hasControls(text)) return { format: 'other', media_type: OCTETS };
  const { doctype, root } = openingOf(text);
  if (doctype === 'svg') return { format: 'text', media_type: 'image/svg+xml' };
  if (doctype === 'html' || /^(?:html|head|body)$/i.test(root ?? ''))
    return { format: 'text', media_type: 'text/html' };
  if (isHtml(root) || isMarkdown(text)) return { format: 'text', media_type: 'text/markdown' };
  return { format: 'text', media_type: /^(?:%YAML|---\s*\n)/.test(text) ? 'application/yaml' : 'text/plain' };
}

// Tabs, line ends, form feeds, bells, backspaces and escape sequences occur in logs; other control
// characters do not occur in text.
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char < 0x07 || (char > 0x0d && char < 0x20 && char !== 0x1b)) return true;
  }
  return false;
}

// A fence, a link, or a heading at the beginning.
function isMarkdown(text: string): boolean {
  return (
    /^(?:```|~~~)/m.test(text) ||
    /\[[^\]\n]{1,200}\]\((?:https?:|\.|#|\/)/.test(text) ||
    /^# [^\n]{1,200}\r?\n\s*\n/.test(text)
  );
}
