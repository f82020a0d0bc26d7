// An element of XML as a plain object, and how readers find what is in it.

export type XmlElement = {
  /** Without its prefix. */
  readonly name: string;
  /** The namespace as a URI; empty where it has none. */
  readonly namespace: string;
  /** By local name; attributes of other namespaces (`xsi:type`) by their prefixed name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, joined. */
  readonly text: string;
};

/** An element that is being read. */
export type OpenElement = { -readonly [Key in keyof XmlElement]: XmlElement[Key] };

// Most elements have neither attributes nor children: these two are shared and never written to.
export const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
export const NO_CHILDREN: readonly XmlElement[] = [];

export function append(parent: OpenElement, element: XmlElement): void {
  if (parent.children === NO_CHILDREN) parent.children = [element];
  else (parent.children as XmlElement[]).push(element);
}

/** The first child of that name, or undefined. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** All children of that name. */
export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? [];
}

/** The text of the first child of that name, trimmed; null if there is none or it is empty. */
export function childText(element: XmlElement | undefined, name: string): string | null {
  return child(element, name)?.text.trim() || null;
}
