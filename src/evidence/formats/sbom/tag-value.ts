// The lines of a tag-value text: `Tag: value`, where a value within <text> may span lines.

export type Line = {
  /** Counted from 1. */
  readonly number: number;
  /** Null if the line is not `Tag: value`; `value` is the line then. */
  readonly tag: string | null;
  readonly value: string;
  /** An unterminated <text>: its value is the whole rest. */
  readonly unterminated: boolean;
};

/**
 * The form of SPDX 2 that a text has. Tag-value writes the tag of the version with a capital, YAML
 * without, at the top of its tree: the first of them decides.
 */
export function textForm(document: string): 'spdx-tv' | 'spdx-yaml' | null {
  const squeezed = squeezedForm(document);
  if (squeezed !== null) return squeezed;
  // A log or a page that quotes a document is not one: its first significant line is not a tag.
  const first = /^\s*(?:#[^\r\n]*[\r\n]\s*)*([^\r\n]*)/.exec(document)?.[1] ?? '';
  if (!/^(?:---|["']?[A-Za-z]{2,40}["']?[ \t]*:|[{%])/.test(first)) return null;
  const found = /^(?:[ \t]*(SPDXVersion)[ \t]*:|["']?spdxVersion["']?[ \t]*:[ \t]*["']?SPDX-)/m.exec(document);
  if (found !== null) return found[1] === undefined ? 'spdx-yaml' : 'spdx-tv';
  // A document without a version still has a unique name for itself.
  return /^[ \t]*SPDXID[ \t]*:[ \t]*SPDXRef-DOCUMENT[ \t]*\r?$/m.test(document) ? 'spdx-tv' : null;
}

/** Why a document without line ends is refused, and how to send it. */
export const LINE_ENDS_LOST =
  'Its line ends were removed, as `curl -d @file` does, so it is unknown where a value ends: send it ' +
  'with --data-binary @file or -T file';

/** Whether a text is an SPDX document on a single line: one that has lost its line ends. */
export function lostLineEnds(document: string): boolean {
  return squeezedForm(document) !== null;
}

// A document that began with a comment is one long comment here, so `#` is accepted at the start.
function squeezedForm(document: string): 'spdx-tv' | 'spdx-yaml' | null {
  const line = document.trim();
  if (/[\r\n]/.test(line) || !/^(?:#|---|%|["']?[A-Za-z]{2,40}["']?[ \t]*:)/.test(line)) return null;
  if (/SPDXVersion[ \t]*:[ \t]*SPDX-\d/.test(line)) return holdsTwo(line, TAGS_OF_A_DOCUMENT) ? 'spdx-tv' : null;
  if (/spdxVersion["']?[ \t]*:[ \t]*["']?SPDX-\d/.test(line))
    return holdsTwo(line, KEYS_OF_A_DOCUMENT) ? 'spdx-yaml' : null;
  return null;
}

const TAGS_OF_A_DOCUMENT = ['DataLicense', 'SPDXID', 'DocumentName', 'DocumentNamespace', 'Creator', 'Created'];
const KEYS_OF_A_DOCUMENT = ['dataLicense', 'SPDXID', 'documentNamespace', 'creationInfo', 'packages', 'created'];

function holdsTwo(line: string, names: readonly string[]): boolean {
  return names.filter((name) => line.includes(`${name}:`) || line.includes(`${name}":`)).length >= 2;
}

const [OPEN, CLOSE] = ['<text>', '</text>'];

/** All lines except empty ones and comments, in one pass. A line ends with LF, CR LF or CR. */
export function* linesOf(document: string): Generator<Line> {
  let number = 1;
  let at = 0;
  while (at < document.length) {
    const end = endOfLine(document, at);
    const line = document.slice(at, end).trim();
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trimStart();
    if (line === '' || line.startsWith('#')) {
      // An empty line or a comment.
    } else if (!isTag(line, colon)) {
      yield { number, tag: null, value: line, unterminated: false };
    } else if (value.startsWith(OPEN)) {
      const start = document.indexOf(OPEN, at) + OPEN.length;
      const close = document.indexOf(CLOSE, start);
      const stop = close === -1 ? document.length : close;
      const whole = document.slice(start, stop);
      yield { number, tag: line.slice(0, colon), value: whole.trim(), unterminated: close === -1 };
      number += lineEnds(whole) + 1;
      at = afterLine(document, endOfLine(document, stop));
      continue;
    } else yield { number, tag: line.slice(0, colon), value, unterminated: false };
    number += 1;
    at = afterLine(document, end);
  }
}

function endOfLine(document: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(document)?.index ?? document.length;
}

function afterLine(document: string, end: number): number {
  return document.startsWith('\r\n', end) ? end + 2 : end + 1;
}

const LINE_END = /\r\n|\n|\r/g;

// Tags are words of letters; other text before a colon is not a tag.
function isTag(line: string, colon: number): boolean {
  return colon > 0 && colon <= 40 && /^[A-Za-z]+$/.test(line.slice(0, colon));
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = endOfLine(text, 0); at < text.length; at = endOfLine(text, afterLine(text, at))) count += 1;
  return count;
}
