// Opening tags, with their attributes and namespaces.
import { endOfName, skipSpaces, unescaped } from './plain-xml-text.ts';
import { NO_ATTRIBUTES, NO_CHILDREN, type OpenElement } from './xml-element.ts';

/** How far a text has been read. */
export type Scan = {
  readonly text: string;
  at: number;
  /** How many tags, comments and entities there were; and how many attributes. */
  marks: number;
  attributes: number;
  /** The name of the innermost element, as written, and the namespaces bound there. */
  name: string;
  scope: Scope;
  /** Whether the tag that was read last closes itself. */
  closed: boolean;
};

/** A prefix bound to a namespace, and those bound before it. `size`: how many there are. */
export type Scope = {
  readonly prefix: string;
  readonly uri: string;
  readonly outer: Scope | null;
  readonly size: number;
};

const XML_URI = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_URI = 'http://www.w3.org/2000/xmlns/';

/** The namespaces of a document. */
export const NAMESPACES: Scope = {
  prefix: 'xml',
  uri: XML_URI,
  outer: { prefix: '', uri: '', outer: null, size: 1 },
  size: 2,
};

// They are searched one after the other.
const MAX_SCOPE = 32;

const [TAB_OR_LINE_FEED, SPACE, QUOTE, AMPERSAND, APOSTROPHE] = [/[\t\n]/g, 0x20, 0x22, 0x26, 0x27];
const [SLASH, LESS, EQUALS, GREATER] = [0x2f, 0x3c, 0x3d, 0x3e];

export function newElement(): OpenElement {
  return { name: '', namespace: '', attributes: NO_ATTRIBUTES, children: NO_CHILDREN, text: '' };
}

/** Reads the tag that begins here; null if it is malformed or has what is rarely written. */
export function openTag(scan: Scan): OpenElement | null {
  const { text } = scan;
  const start = scan.at + 1;
  scan.at = endOfName(text, start);
  if (scan.at === start) return null;
  const name = text.slice(start, scan.at);
  const element = newElement();
  const foreign = readAttributes(scan, element);
  if (foreign === null || !endTag(scan)) return null;
  const colon = name.indexOf(':');
  const uri = uriOf(scan.scope, colon === -1 ? '' : name.slice(0, colon));
  if (uri === null || (foreign !== '' && uriOf(scan.scope, foreign) === null)) return null;
  element.name = colon === -1 ? name : name.slice(colon + 1);
  element.namespace = uri;
  scan.name = name;
  scan.marks += 1;
  return element;
}

function endTag(scan: Scan): boolean {
  scan.closed = scan.text.charCodeAt(scan.at) === SLASH;
  scan.at += scan.closed ? 2 : 1;
  return scan.text.charCodeAt(scan.at - 1) === GREATER;
}

// The prefix of the only attribute that has one, '' if none has; null if they are not read. Two
// prefixes may stand for one namespace, in which the attributes of an element must differ.
function readAttributes(scan: Scan, element: OpenElement): string | null {
  const { text } = scan;
  let foreign = '';
  for (;;) {
    const before = scan.at;
    const start = skipSpaces(text, before);
    scan.at = endOfName(text, start);
    if (scan.at === start || start === before) {
      scan.at = start;
      return foreign;
    }
    const name = text.slice(start, scan.at);
    const value = readValue(scan);
    if (value === null || !addAttribute(element, name, value)) return null;
    scan.attributes += 1;
    const colon = name.indexOf(':');
    const prefix = colon === -1 ? name : name.slice(0, colon);
    if (prefix === 'xmlns') {
      if (!bind(scan, colon === -1 ? '' : name.slice(colon + 1), value.trim())) return null;
    } else if (colon !== -1) {
      if (foreign !== '') return null;
      foreign = prefix;
    }
  }
}

function addAttribute(element: OpenElement, name: string, value: string): boolean {
  if (element.attributes === NO_ATTRIBUTES) element.attributes = new Map();
  else if (element.attributes.has(name)) return false;
  (element.attributes as Map<string, string>).set(name, value);
  return true;
}

function bind(scan: Scan, prefix: string, uri: string): boolean {
  if (uri === XML_URI || uri === XMLNS_URI || prefix === 'xml' || prefix === 'xmlns') return false;
  if (scan.scope.size >= MAX_SCOPE || (prefix !== '' && uri === '')) return false;
  scan.scope = { prefix, uri, outer: scan.scope, size: scan.scope.size + 1 };
  return true;
}

function uriOf(scope: Scope, prefix: string): string | null {
  for (let one: Scope | null = scope; one !== null; one = one.outer) if (one.prefix === prefix) return one.uri;
  return null;
}

// An equals sign and a quoted value.
function readValue(scan: Scan): string | null {
  const { text } = scan;
  const equals = skipSpaces(text, scan.at);
  const open = skipSpaces(text, equals + 1);
  const quote = text.charCodeAt(open);
  if (text.charCodeAt(equals) !== EQUALS || (quote !== QUOTE && quote !== APOSTROPHE)) return null;
  let marks = 0;
  let isOneLine = true;
  let at = open + 1;
  for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(at)) {
    if (code === LESS || at >= text.length) return null;
    if (code === AMPERSAND) marks += 1;
    else if (code < SPACE) isOneLine = false;
    at += 1;
  }
  scan.at = at + 1;
  scan.marks += marks;
  const raw = text.slice(open + 1, at);
  const value = isOneLine ? raw : raw.replace(TAB_OR_LINE_FEED, ' ');
  return marks === 0 ? value : unescaped(value);
}
