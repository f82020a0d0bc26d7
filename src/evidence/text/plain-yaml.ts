// Reads YAML as tools write an SBOM, three to five times as fast as js-yaml: block mappings and
// sequences, plain and quoted scalars. It refuses nothing: what it does not know for certain is left
// to js-yaml.
import { isWord, NOT_PLAIN, scalarOf } from './plain-yaml-scalar.ts';

/** The mapping that js-yaml would give with its core schema, or null. */
export function plainYaml(given: string): Record<string, unknown> | null {
  const text = given.includes('\r') ? given.replaceAll('\r\n', '\n') : given;
  if (ODD.test(text)) return null;
  const scan: Scan = { text, at: text.startsWith('---\n') ? 3 : 0, indent: 0 };
  if (scan.at === 3) nextLine(scan);
  else startLine(scan);
  try {
    const root = scan.indent === 0 ? readMapping(scan, 0, 0) : null;
    return scan.indent === END ? root : null;
  } catch (error) {
    if (error !== NOT_PLAIN) throw error;
    return null;
  }
}

/** `at` is where the content of a line begins, and `indent` its column. */
type Scan = { readonly text: string; at: number; indent: number };

type Mapping = Record<string, unknown>;

// The column after the last line.
const END = -1;

// Whatever is not printable, and what may be taken for a line end or a byte-order mark.
const ODD = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

// js-yaml limits the length of a key, and its caller the depth.
const [MAX_KEY, MAX_DEPTH] = [100, 30];

const [LINE_FEED, SPACE, QUOTE, HASH, DASH, COLON, BACKSLASH] = [0x0a, 0x20, 0x22, 0x23, 0x2d, 0x3a, 0x5c];

// From the end of a line to the content of the next one that is neither blank nor a comment.
function nextLine(scan: Scan): void {
  scan.at += 1;
  startLine(scan);
}

function startLine(scan: Scan): void {
  const { text } = scan;
  for (let start = scan.at; start < text.length; ) {
    const at = skipSpaces(text, start);
    const code = text.charCodeAt(at);
    if (code !== LINE_FEED && code !== HASH && at < text.length) {
      scan.at = at;
      scan.indent = at - start;
      return;
    }
    start = endOfLine(text, at) + 1;
  }
  scan.at = text.length;
  scan.indent = END;
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return at;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

function readMapping(scan: Scan, indent: number, depth: number): Mapping {
  if (depth > MAX_DEPTH) throw NOT_PLAIN;
  const mapping: Mapping = {};
  while (scan.indent === indent) {
    const end = endOfKey(scan.text, scan.at);
    const key = scan.text.slice(scan.at, end);
    // Also the names that every object has.
    if (end === scan.at || key in mapping || isWord(key)) throw NOT_PLAIN;
    scan.at = skipSpaces(scan.text, end + 1);
    mapping[key] = isLineEnd(scan) ? readBelow(scan, indent, depth + 1) : readScalar(scan, indent);
  }
  if (scan.indent > indent) throw NOT_PLAIN;
  return mapping;
}

// The value of a key that ends its line. A sequence may be as far to the left as the key.
function readBelow(scan: Scan, indent: number, depth: number): unknown {
  nextLine(scan);
  if (scan.indent >= indent && isDash(scan)) return readSequence(scan, scan.indent, depth);
  if (scan.indent <= indent) throw NOT_PLAIN;
  return readMapping(scan, scan.indent, depth);
}

function readSequence(scan: Scan, indent: number, depth: number): unknown[] {
  if (depth > MAX_DEPTH) throw NOT_PLAIN;
  const sequence: unknown[] = [];
  while (scan.indent === indent && isDash(scan)) {
    const dash = scan.at;
    scan.at = skipSpaces(scan.text, dash + 1);
    const isMapping = endOfKey(scan.text, scan.at) > scan.at;
    if (isMapping) scan.indent = indent + scan.at - dash;
    sequence.push(isMapping ? readMapping(scan, scan.indent, depth + 1) : readScalar(scan, indent));
  }
  if (scan.indent > indent) throw NOT_PLAIN;
  return sequence;
}

const isLineEnd = ({ text, at }: Scan) => at >= text.length || text.charCodeAt(at) === LINE_FEED;

const isDash = ({ text, at }: Scan) => text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;

// The colon after a key of letters and digits; `start` if there is none.
function endOfKey(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); isLetter(code) || (at > start && isDigit(code)); code = text.charCodeAt(at))
    at += 1;
  if (text.charCodeAt(at) !== COLON || at - start > MAX_KEY) return start;
  const next = text.charCodeAt(at + 1);
  return next === SPACE || next === LINE_FEED || at + 1 === text.length ? at : start;
}

const isLetter = (code: number) => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

// A value on the rest of the line, and on the lines below it that are indented further.
function readScalar(scan: Scan, indent: number): unknown {
  const { text } = scan;
  const isDouble = text.charCodeAt(scan.at) === QUOTE;
  let written = '';
  for (;;) {
    const end = endOfLine(text, scan.at);
    const last = endOfContent(text, scan.at, end);
    const isEscaped = isDouble && isLineEndEscaped(text, scan.at, last);
    if (isEscaped && last < end) throw NOT_PLAIN;
    written += text.slice(scan.at, isEscaped ? last - 1 : last);
    scan.at = end;
    nextLine(scan);
    if (scan.indent <= indent) {
      if (isEscaped) throw NOT_PLAIN;
      return scalarOf(written);
    }
    // A blank line stands for a line end, and a comment ends the value.
    if (scan.at - scan.indent !== end + 1) throw NOT_PLAIN;
    if (!isEscaped) written += ' ';
  }
}

// Without the spaces at its end.
function endOfContent(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && text.charCodeAt(last - 1) === SPACE) last -= 1;
  return last;
}

function isLineEndEscaped(text: string, start: number, end: number): boolean {
  let at = end;
  while (at > start && text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
  return (end - at) % 2 === 1;
}
