// XML as a tree of plain objects, without document types: what they can do (entities, files from elsewhere) is no use to evidence.
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Unreadable } from './reading.ts';

export type XmlElement = {
  /** Without its prefix. */
  readonly name: string;
  /** The namespace as a URI; empty where it has none. */
  readonly namespace: string;
  /** By local name; those of other namespaces (`xsi:type`) by their prefixed name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, joined. */
  readonly text: string;
};

export type XmlLimits = { readonly maxDepth: number; readonly maxNodes: number };

/** Parses XML text. Throws `Unreadable`: `xml-malformed`, `xml-doctype`, `too_deep`, `too_many_values`. */
export function parseXml(text: string, { maxDepth, maxNodes }: XmlLimits): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true });
  type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] };
  const open: Open[] = [];
  let root: XmlElement | null = null;
  let nodes = 0;
  parser.on('doctype', () => {
    throw new Unreadable('xml-doctype', 'It has a document type (<!DOCTYPE>), which is not taken', {
      format: 'xml-other',
    });
  });
  parser.on('error', (error) => {
    throw new Unreadable('xml-malformed', `It is not well-formed XML: ${error.message}`, { format: 'xml-malformed' });
  });
  parser.on('opentag', (tag) => {
    nodes += 1 + Object.keys(tag.attributes).length;
    if (nodes > maxNodes) throw new Unreadable('too_many_values', `It holds more than ${maxNodes} values`);
    const element: Open = {
      name: tag.local,
      namespace: tag.uri,
      attributes: attributesOf(tag),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
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
  if (root === null) throw new Unreadable('xml-malformed', 'It has no element', { format: 'xml-malformed' });
  return root;
}

function attributesOf({ attributes }: SaxesTagNS): Map<string, string> {
  return new Map(
    Object.values(attributes).map(({ name, local, prefix, value }) => [prefix === '' ? local : name, value]),
  );
}

/** The first child of that name, or undefined. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** All children of that name. */
export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? [];
}

/** The text of the first child of that name, without white space around it; null where there is none or it is empty. */
export function childText(element: XmlElement | undefined, name: string): string | null {
  return child(element, name)?.text.trim() || null;
}
