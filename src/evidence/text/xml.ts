// XML as a tree of plain objects, without document types: entities and external files are of no use
// to evidence.
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Unreadable } from '../unreadable.ts';
import { plainXml, type XmlLimits } from './plain-xml.ts';
import { marksIn } from './plain-xml-text.ts';
import { append, NO_ATTRIBUTES, NO_CHILDREN, type OpenElement, type XmlElement } from './xml-element.ts';

/**
 * Parses XML text. Throws `Unreadable`: `xml-malformed`, `xml-doctype`, `too_deep`,
 * `too_many_values`.
 */
export function parseXml(text: string, limits: XmlLimits): XmlElement {
  return plainXml(text, limits) ?? parseFully(text, limits);
}

/** The same, by saxes from the first character on. */
export function parseFully(text: string, { maxDepth, maxNodes }: XmlLimits): XmlElement {
  checkSize(text, maxNodes);
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let attributes = 0;
  parser.on('doctype', () => {
    throw doctype();
  });
  parser.on('error', (error) => {
    throw malformed(error.message);
  });
  // Checked before the element is complete: by then all of its attributes would be in memory.
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > maxNodes) throw tooMany(maxNodes);
  });
  parser.on('opentag', (tag) => {
    const element = elementOf(tag);
    const parent = open.at(-1);
    if (parent !== undefined) append(parent, element);
    open.push(element);
    root ??= element;
    if (open.length > maxDepth) throw new Unreadable('too_deep', `It is more than ${maxDepth} levels deep`);
  });
  const addText = (piece: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  if (root === null) throw malformed('it has no element');
  return root;
}

/** The error for a document type. */
export function doctype(): Unreadable {
  return new Unreadable('xml-doctype', 'It has a document type (<!DOCTYPE>), which is not taken', {
    format: 'xml-other',
  });
}

function elementOf({ local, uri, attributes }: SaxesTagNS): OpenElement {
  const entries = Object.values(attributes);
  return {
    name: local,
    namespace: uri,
    attributes:
      entries.length === 0
        ? NO_ATTRIBUTES
        : new Map(entries.map(({ name, local, prefix, value }) => [prefix === '' ? local : name, value])),
    children: NO_CHILDREN,
    text: '',
  };
}

// Each tag, comment and entity costs the parser about a microsecond: too many are refused
// beforehand.
function checkSize(text: string, maxNodes: number): void {
  if (marksIn(text, 0, text.length) > maxNodes) throw tooMany(maxNodes);
}

function malformed(what: string): Unreadable {
  return new Unreadable('xml-malformed', `It is not well-formed XML: ${what}`, { format: 'xml-malformed' });
}

function tooMany(maxNodes: number): Unreadable {
  return new Unreadable('too_many_values', `It holds more than ${maxNodes} elements, attributes or entities`);
}
