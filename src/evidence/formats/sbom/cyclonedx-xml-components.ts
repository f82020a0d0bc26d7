// The components of a CycloneDX document in XML.
import type { Note } from '../../reading.ts';
import { child, children, childText, type XmlElement } from '../../text/xml-element.ts';
import { type Component, knownTexts, purlOf } from './cyclonedx.ts';
import { knownName, knownText } from './sbom-tally.ts';

export function* allComponents(holders: (XmlElement | undefined)[], note: Note): Generator<Component> {
  // Elements of other namespaces, which the schema allows anywhere, do not belong to CycloneDX.
  const listOf = (holder: XmlElement | undefined) => {
    const isOwn = ({ namespace }: XmlElement) => namespace === holder?.namespace;
    const list = children(holder, 'components').find(isOwn);
    return children(list, 'component').filter(isOwn);
  };
  const open = holders.map((holder) => listOf(holder).values()).reverse();
  for (let list = open.at(-1); list !== undefined; list = open.at(-1)) {
    const { value, done } = list.next();
    if (done) {
      open.pop();
      continue;
    }
    checkRange(value, note);
    yield componentOf(value, note);
    const nested = listOf(value);
    if (nested.length > 0) open.push(nested.values());
  }
}

// The schema states this as an assertion of XSD 1.1, which no available validator supports; in JSON
// it is an ordinary fault.
function checkRange(component: XmlElement, note: Note): void {
  if (child(component, 'versionRange') === undefined) return;
  if (['true', '1'].includes(component.attributes.get('isExternal') ?? '')) return;
  const message = `The component '${childText(component, 'name')}' has a versionRange and is not external`;
  note({ code: 'schema', severity: 'error', message, pointer: null });
}

export function componentOf(element: XmlElement, note: Note): Component {
  // The XML reader keeps no positions, so the finding has no pointer.
  const purl = purlOf(childText(element, 'purl'), () => null, note);
  const hashes = children(child(element, 'hashes'), 'hash').flatMap(({ attributes, text }) => {
    const [algorithm, content] = [attributes.get('alg') ?? '', knownText(text)];
    return algorithm === '' || content === null ? [] : [[algorithm, content] as const];
  });
  return {
    ref: element.attributes.get('bom-ref') || null,
    name: knownName({ name: childText(element, 'name') }, 'name'),
    version: knownChild(element, 'version'),
    purl,
    identified:
      purl !== null ||
      knownChild(element, 'cpe') !== null ||
      knownText(child(element, 'swid')?.attributes.get('tagId') ?? null) !== null ||
      knownTexts([...children(element, 'swhid'), ...children(element, 'omniborId')].map(({ text }) => text)).length > 0,
    supplied: isSupplied(element),
    licences: child(element, 'licenses')?.children.flatMap(licenceOf) ?? [],
    hashed: hashes.length > 0,
    hashes,
  };
}

function isSupplied(element: XmlElement): boolean {
  return (
    knownChild(child(element, 'supplier'), 'name') !== null ||
    knownChild(child(element, 'manufacturer'), 'name') !== null ||
    knownChild(element, 'publisher') !== null ||
    knownChild(element, 'author') !== null ||
    children(child(element, 'authors'), 'author').some((one) => knownChild(one, 'name') !== null)
  );
}

// Since 1.7 an expression may have details of its parts: `<expression-detailed expression="...">`.
function licenceOf(element: XmlElement): string[] {
  switch (element.name) {
    case 'license':
      return knownTexts([knownChild(element, 'id') ?? knownChild(element, 'name')]);
    case 'expression':
      return knownTexts([element.text]);
    case 'expression-detailed':
      return knownTexts([element.attributes.get('expression')]);
    default:
      return [];
  }
}

/** The text of the first child with that name; null if it means unknown. */
export function knownChild(element: XmlElement | undefined, name: string): string | null {
  return knownText(childText(element, name));
}
