// Reads the XML that most tools write in a fifth of the time that saxes takes. It knows less of XML
// than saxes and refuses nothing: whatever it does not know for certain is left to saxes.
import { append, NO_ATTRIBUTES, NO_CHILDREN, type OpenElement, type XmlElement } from './xml-element.ts';

export type XmlLimits = { readonly maxDepth: number; readonly maxNodes: number };

/**
 * The tree that saxes would give, or null if the text is malformed, exceeds a limit or has something
 * that is rarely written.
 */
export function plainXml(given: string, { maxDepth, maxNodes }: XmlLimits): XmlElement | null {
  if (ODD.test(given) || !given.isWellFormed()) return null;
  const text = given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given;
  const declaration = DECLARATION.exec(text)?.[0].length ?? 0;
  const scan: Scan = {
    text,
    at: declaration,
    marks: declaration === 0 ? 0 : 1,
    attributes: 0,
    name: '',
    scope: XML,
    closed: false,
  };
  const hasEnds = text.includes(']]>');
  const document = newElement();
  let top = document;
  const outer: Outer[] = [];
  while (skipText(scan, top, hasEnds, outer.length === 0)) {
    const next = text.charCodeAt(scan.at + 1);
    if (next === SLASH) {
      const end = closeTag(scan);
      const last = outer.pop();
      if (!end || last === undefined) return null;
      top = last.element;
      scan.name = last.name;
      scan.scope = last.scope;
    } else if (next === BANG) {
      if (!skipAside(scan, top, outer.length === 0)) return null;
    } else {
      const { name, scope } = scan;
      const element = openTag(scan);
      if (element === null || scan.marks > maxNodes || scan.attributes > maxNodes || outer.length >= maxDepth)
        return null;
      append(top, element);
      if (scan.closed) {
        scan.name = name;
        scan.scope = scope;
      } else {
        outer.push({ element: top, name, scope });
        top = element;
      }
    }
  }
  const [root = null] = document.children;
  const complete = scan.at === text.length && outer.length === 0 && document.children.length === 1;
  return complete && scan.marks <= maxNodes ? root : null;
}

type Outer = { readonly element: OpenElement; readonly name: string; readonly scope: Scope };

// Names bound to namespaces, the innermost first. `size`: how many.
type Scope = { readonly prefix: string; readonly uri: string; readonly outer: Scope | null; readonly size: number };

type Scan = {
  readonly text: string;
  at: number;
  marks: number;
  attributes: number;
  /** The name of the innermost open element, as written, and its namespaces. */
  name: string;
  scope: Scope;
  closed: boolean;
};

const XML_URI = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_URI = 'http://www.w3.org/2000/xmlns/';
const XML: Scope = { prefix: 'xml', uri: XML_URI, outer: { prefix: '', uri: '', outer: null, size: 1 }, size: 2 };
const MAX_SCOPE = 32;

const ODD = /[^\t\n\r\x20-\ufffd]/;
const DECLARATION =
  /^<\?xml[ \t\n]+version=(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\n]+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/;

const [TAB, LINE_FEED, SPACE, BANG, QUOTE, AMPERSAND, APOSTROPHE] = [0x09, 0x0a, 0x20, 0x21, 0x22, 0x26, 0x27];
const [SLASH, LESS, EQUALS, GREATER] = [0x2f, 0x3c, 0x3d, 0x3e];

const isSpace = (code: number) => code === SPACE || code === LINE_FEED || code === TAB;

function newElement(): OpenElement {
  return { name: '', namespace: '', attributes: NO_ATTRIBUTES, children: NO_CHILDREN, text: '' };
}

// To the next `<`. False at the end, and where the text is not taken: then `at` is not the end.
function skipText(scan: Scan, top: OpenElement, hasEnds: boolean, outside: boolean): boolean {
  const { text, at: start } = scan;
  let at = start;
  let marks = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LESS) break;
    if (code === AMPERSAND) marks += 1;
  }
  if (at === start) return at < text.length;
  const raw = text.slice(start, at);
  if (outside) {
    if (!/^[ \n\t]*$/.test(raw)) return false;
  } else {
    if (hasEnds && raw.includes(']]>')) return false;
    const piece = marks === 0 ? raw : unescaped(raw);
    if (piece === null) return false;
    scan.marks += marks;
    top.text += piece;
  }
  scan.at = at;
  return at < text.length;
}

function closeTag(scan: Scan): boolean {
  const { text, name } = scan;
  if (!text.startsWith(name, scan.at + 2)) return false;
  scan.at = skipSpaces(text, scan.at + 2 + name.length);
  if (text.charCodeAt(scan.at) !== GREATER) return false;
  scan.at += 1;
  return true;
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

// A comment, or CDATA.
function skipAside(scan: Scan, top: OpenElement, outside: boolean): boolean {
  const { text, at } = scan;
  const isComment = text.startsWith('<!--', at);
  if (!isComment && (outside || !text.startsWith('<![CDATA[', at))) return false;
  const start = at + (isComment ? 4 : 9);
  const end = text.indexOf(isComment ? '--' : ']]>', start);
  if (end === -1 || (isComment && text.charCodeAt(end + 2) !== GREATER)) return false;
  if (!isComment) top.text += text.slice(start, end);
  scan.marks += 1 + marksIn(text, start, end);
  scan.at = end + 3;
  return true;
}

/** How many tags, comments and entities begin in a part of a text. */
export function marksIn(text: string, start: number, end: number): number {
  let marks = 0;
  for (let at = start; at < end; at += 1) {
    const char = text.charCodeAt(at);
    if (char === AMPERSAND || (char === LESS && text.charCodeAt(at + 1) !== SLASH)) marks += 1;
  }
  return marks;
}

function openTag(scan: Scan): OpenElement | null {
  const { text } = scan;
  const start = scan.at + 1;
  const end = endOfName(text, start);
  if (end === start) return null;
  const name = text.slice(start, end);
  const element = newElement();
  scan.at = end;
  scan.marks += 1;
  const foreign = readAttributes(scan, element);
  if (foreign === null || !endTag(scan)) return null;
  if (foreign !== '' && uriOf(scan.scope, foreign) === undefined) return null;
  const colon = name.indexOf(':');
  const prefix = colon === -1 ? '' : name.slice(0, colon);
  const uri = uriOf(scan.scope, prefix);
  if (uri === undefined) return null;
  element.name = colon === -1 ? name : name.slice(colon + 1);
  element.namespace = uri;
  scan.name = name;
  return element;
}

function endTag(scan: Scan): boolean {
  const { text, at } = scan;
  scan.closed = text.charCodeAt(at) === SLASH;
  scan.at = at + (scan.closed ? 2 : 1);
  return text.charCodeAt(scan.at - 1) === GREATER;
}

// The prefix of the one attribute that has any; null where they are not taken.
function readAttributes(scan: Scan, element: OpenElement): string | null {
  const { text } = scan;
  let foreign = '';
  for (;;) {
    const start = skipSpaces(text, scan.at);
    const end = endOfName(text, start);
    if (end === start || start === scan.at) {
      scan.at = start;
      return foreign;
    }
    const name = text.slice(start, end);
    scan.at = end;
    const value = readValue(scan);
    if (value === null) return null;
    scan.attributes += 1;
    if (element.attributes === NO_ATTRIBUTES) element.attributes = new Map();
    else if (element.attributes.has(name)) return null;
    (element.attributes as Map<string, string>).set(name, value);
    const colon = name.indexOf(':');
    const prefix = colon === -1 ? '' : name.slice(0, colon);
    if (name === 'xmlns' || prefix === 'xmlns') {
      if (!bind(scan, prefix === '' ? '' : name.slice(colon + 1), value.trim())) return null;
    } else if (prefix !== '') {
      if (foreign !== '') return null;
      foreign = prefix;
    }
  }
}

function bind(scan: Scan, prefix: string, uri: string): boolean {
  if (uri === XML_URI || uri === XMLNS_URI || prefix === 'xml' || prefix === 'xmlns') return false;
  if (scan.scope.size >= MAX_SCOPE || (prefix !== '' && uri === '')) return false;
  scan.scope = { prefix, uri, outer: scan.scope, size: scan.scope.size + 1 };
  return true;
}

function uriOf(scope: Scope, prefix: string): string | undefined {
  for (let one: Scope | null = scope; one !== null; one = one.outer) if (one.prefix === prefix) return one.uri;
  return undefined;
}

// ` = "..."`
function readValue(scan: Scan): string | null {
  const { text } = scan;
  let at = skipSpaces(text, scan.at);
  if (text.charCodeAt(at) !== EQUALS) return null;
  at = skipSpaces(text, at + 1);
  const quote = text.charCodeAt(at);
  if (quote !== QUOTE && quote !== APOSTROPHE) return null;
  const start = at + 1;
  let [marks, spaces] = [0, false];
  for (at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) break;
    if (code === AMPERSAND) marks += 1;
    else if (code === LESS) return null;
    else if (code < SPACE) spaces = true;
  }
  if (at === text.length) return null;
  scan.at = at + 1;
  scan.marks += marks;
  const raw = text.slice(start, at);
  const value = spaces ? raw.replace(/[\t\n]/g, ' ') : raw;
  return marks === 0 ? value : unescaped(value);
}

// The end of a name of ASCII with at most one colon, which is neither first nor last; where there is
// none, `start`.
function endOfName(text: string, start: number): number {
  let at = start;
  let colon = start;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 0x80 ? (KINDS[code] as number) : 0;
    if (kind === NAME || (kind === LATER && at > start)) continue;
    if (code !== COLON) break;
    if (colon !== start || at === start) return start;
    colon = at;
  }
  return colon !== start && colon === at - 1 ? start : at;
}

const COLON = 0x3a;
const [NAME, LATER] = [1, 2];
const KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const char = String.fromCharCode(code);
  return /[A-Za-z_]/.test(char) ? NAME : /[\d.-]/.test(char) ? LATER : 0;
});

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

// Null where an entity is none of the five, nor one character that XML has.
function unescaped(raw: string): string | null {
  let known = true;
  const text = raw.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\dA-Fa-f]{1,6}));|&/g, (_, name, digits, hex) => {
    if (name !== undefined) return ENTITIES[name] as string;
    const code = digits === undefined ? Number.parseInt(hex, 16) : Number(digits);
    if (isChar(code)) return String.fromCodePoint(code);
    known = false;
    return '';
  });
  return known ? text : null;
}

function isChar(code: number): boolean {
  if (code < 0xd800) return code >= SPACE || code === TAB || code === LINE_FEED || code === 0x0d;
  return (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
