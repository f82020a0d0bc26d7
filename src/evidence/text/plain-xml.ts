// Reads XML as most tools write it, in a tenth of the time that saxes takes. It knows less of XML
// than saxes and refuses nothing: what it does not know for certain is left to saxes.
import { NAMESPACES, newElement, openTag, type Scan, type Scope } from './plain-xml-tag.ts';
import { marksIn, skipSpaces, unescaped } from './plain-xml-text.ts';
import { append, type OpenElement, type XmlElement } from './xml-element.ts';

export type XmlLimits = { readonly maxDepth: number; readonly maxNodes: number };

/**
 * The tree that saxes would give; null if the text is malformed, exceeds a limit, or has what is
 * rarely written: a document type, processing instructions, names beyond ASCII.
 */
export function plainXml(given: string, limits: XmlLimits): XmlElement | null {
  if (ODD.test(given) || !given.isWellFormed()) return null;
  const text = given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given;
  const at = DECLARATION.exec(text)?.[0].length ?? 0;
  const marks = at === 0 ? 0 : 1;
  const scan: Scan = { text, at, marks, attributes: 0, name: '', scope: NAMESPACES, closed: false };
  const document = newElement();
  const isComplete = readElements(scan, document, limits);
  return isComplete && document.children.length === 1 && scan.marks <= limits.maxNodes
    ? (document.children[0] ?? null)
    : null;
}

// Surrogates are pairs if the text is well-formed Unicode.
const ODD = /[^\t\n\r\x20-\ufffd]/;
// Bounded, as a long match might overflow the stack.
const DECLARATION = new RegExp(
  [
    String.raw`^<\?xml[ \t\n]{1,9}version=(["'])1\.0\1`,
    String.raw`(?:[ \t\n]{1,9}encoding=(["'])[A-Za-z][\w.-]{0,40}\2)?`,
    String.raw`(?:[ \t\n]{1,9}standalone=(["'])(?:yes|no)\3)?[ \t\n]{0,9}\?>`,
  ].join(''),
);

const [BANG, AMPERSAND, SLASH, LESS, GREATER] = [0x21, 0x26, 0x2f, 0x3c, 0x3e];

type Outer = { readonly element: OpenElement; readonly name: string; readonly scope: Scope };

// To the end of the text; false if it is not read.
function readElements(scan: Scan, document: OpenElement, { maxDepth, maxNodes }: XmlLimits): boolean {
  const { text } = scan;
  const hasEnds = text.includes(']]>');
  const outer: Outer[] = [];
  let top = document;
  while (readText(scan, top, hasEnds, outer.length === 0)) {
    const next = text.charCodeAt(scan.at + 1);
    if (next === SLASH) {
      const last = outer.pop();
      if (last === undefined || !closeTag(scan)) return false;
      top = last.element;
      scan.name = last.name;
      scan.scope = last.scope;
    } else if (next === BANG) {
      if (!readAside(scan, top, outer.length === 0)) return false;
    } else {
      const { name, scope } = scan;
      const element = openTag(scan);
      if (element === null || outer.length >= maxDepth) return false;
      if (scan.marks > maxNodes || scan.attributes > maxNodes) return false;
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
  return scan.at === text.length && outer.length === 0;
}

// To the next `<`. False at the end, and where the text is not read.
function readText(scan: Scan, top: OpenElement, hasEnds: boolean, isOutside: boolean): boolean {
  const { text, at: start } = scan;
  let at = start;
  let marks = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LESS) break;
    if (code === AMPERSAND) marks += 1;
  }
  if (isOutside) {
    if (skipSpaces(text, start) !== at) return false;
  } else if (at > start) {
    const raw = text.slice(start, at);
    const piece = marks === 0 ? raw : unescaped(raw);
    if (piece === null || (hasEnds && raw.includes(']]>'))) return false;
    scan.marks += marks;
    top.text += piece;
  }
  scan.at = at;
  return at < text.length;
}

function closeTag(scan: Scan): boolean {
  const { text, name } = scan;
  if (!text.startsWith(name, scan.at + 2)) return false;
  const end = skipSpaces(text, scan.at + 2 + name.length);
  scan.at = end + 1;
  return text.charCodeAt(end) === GREATER;
}

// A comment, or CDATA.
function readAside(scan: Scan, top: OpenElement, isOutside: boolean): boolean {
  const { text, at } = scan;
  const isComment = text.startsWith('<!--', at);
  if (!isComment && (isOutside || !text.startsWith('<![CDATA[', at))) return false;
  const start = at + (isComment ? '<!--' : '<![CDATA[').length;
  const end = text.indexOf(isComment ? '--' : ']]>', start);
  if (end === -1 || (isComment && text.charCodeAt(end + 2) !== GREATER)) return false;
  if (!isComment) top.text += text.slice(start, end);
  scan.marks += 1 + marksIn(text, start, end);
  scan.at = end + ']]>'.length;
  return true;
}
