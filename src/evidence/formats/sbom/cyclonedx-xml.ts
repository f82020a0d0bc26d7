// CycloneDX in XML: https://cyclonedx.org/docs/1.7/xml/
import type { Tool } from '../../../domain/evidence/evidence-facts.ts';
import type { Format, Note } from '../../reading.ts';
import { child, children, childText, type XmlElement } from '../../text/xml.ts';
import {
  type Bom,
  type Component,
  type Dependency,
  knownTexts,
  purlOf,
  understandBom,
  type Vulnerability,
} from './cyclonedx.ts';
import { checkXmlSchema, isXmlVersion } from './cyclonedx-xml-schema.ts';
import { knownName, knownText } from './sbom-tally.ts';

const NAMESPACE = /^https?:\/\/(?:www\.)?cyclonedx\.org\/schema\/bom\/(.+)$/;

const XML_DSIG = 'http://www.w3.org/2000/09/xmldsig#';

export const cyclonedxXml: Format<'xml'> = {
  shape: 'xml',
  name: 'cyclonedx-xml',
  kind: 'sbom',
  // An attribute that occurs twice is no XML.
  fields: [],
  recognises: ({ root }) => root.name === 'bom' && NAMESPACE.test(root.namespace),
  async read({ root, text }, note) {
    const version = NAMESPACE.exec(root.namespace)?.[1] ?? null;
    if (version !== null && isXmlVersion(version)) await checkXmlSchema(version, text, note);
    else {
      const message = `CycloneDX XML ${version} is not known: 1.0 to 1.7 are`;
      note({ code: 'unknown_version', severity: 'error', message, pointer: '/bom' });
    }
    const understood = understandBom(bomOf(root, version, note), note);
    const isSigned = root.children.some(({ name, namespace }) => name === 'Signature' && namespace === XML_DSIG);
    return isSigned ? { ...understood, signed: [{ pointer: '/bom/Signature', form: 'xml_dsig' }] } : understood;
  },
};

function bomOf(root: XmlElement, version: string | null, note: Note): Bom {
  const metadata = child(root, 'metadata');
  const subject = child(metadata, 'component');
  return {
    format: 'cyclonedx-xml',
    version,
    knownVersion: version !== null && isXmlVersion(version),
    created: knownChild(metadata, 'timestamp'),
    tools: toolsOf(metadata),
    authors: authorsOf(metadata),
    subject: subject === undefined ? null : componentOf(subject, note),
    components: allComponents([subject, root], note),
    services: children(child(root, 'services'), 'service').length,
    dependencies: dependenciesOf(root, note),
    refs: refsOf(root),
    vulnerabilities: children(child(root, 'vulnerabilities'), 'vulnerability').map(vulnerabilityOf),
  };
}

function* toolsOf(metadata: XmlElement | undefined): Generator<Tool> {
  const tools = child(metadata, 'tools');
  const lists = [
    children(tools, 'tool'),
    children(child(tools, 'components'), 'component'),
    children(child(tools, 'services'), 'service'),
  ];
  for (const tool of lists.flat()) {
    const name = knownChild(tool, 'name');
    if (name !== null) yield { name, version: knownChild(tool, 'version') };
  }
}

function authorsOf(metadata: XmlElement | undefined): string[] {
  const people = children(child(metadata, 'authors'), 'author');
  const organisations = ['manufacturer', 'supplier', 'manufacture'].map((name) => child(metadata, name));
  return [
    ...people.map((one) => knownChild(one, 'name') ?? knownChild(one, 'email')),
    ...organisations.map((one) => knownChild(one, 'name')),
  ].filter((name) => name !== null);
}

function* allComponents(holders: (XmlElement | undefined)[], note: Note): Generator<Component> {
  // Elements of other namespaces, which the schema lets stand anywhere, are none of CycloneDX.
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

// The schema states this as an assertion of XSD 1.1, which no validator at hand knows; in JSON it is a fault like any other.
function checkRange(component: XmlElement, note: Note): void {
  if (child(component, 'versionRange') === undefined) return;
  if (['true', '1'].includes(component.attributes.get('isExternal') ?? '')) return;
  const message = `The component '${childText(component, 'name')}' has a versionRange and is not external`;
  note({ code: 'schema', severity: 'error', message, pointer: null });
}

function componentOf(element: XmlElement, note: Note): Component {
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

// Since 1.7 an expression may come with details of its parts: `<expression-detailed expression="...">`.
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

/** The text of the first child of that name, unless it says that nothing is known. */
function knownChild(element: XmlElement | undefined, name: string): string | null {
  return knownText(childText(element, name));
}

// Those within a dependency are what it depends on, at any depth; before 1.2 they came as an extension, of the same form.
function* dependenciesOf(root: XmlElement, note: Note): Generator<Dependency> {
  for (const [index, outer] of children(child(root, 'dependencies'), 'dependency').entries()) {
    const pointer = `/bom/dependencies/dependency[${index + 1}]`;
    const open = [outer];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const inner = one.children.filter(({ name }) => name === 'dependency' || name === 'provides');
      const ref = one.attributes.get('ref') ?? null;
      if (ref === null && one.namespace !== root.namespace) noteNoRef(pointer, note);
      yield { ref, targets: inner.flatMap(({ attributes }) => attributes.get('ref') ?? []), pointer };
      for (const next of inner.reverse()) open.push(next);
    }
  }
}

// The schema of the extension does not ship with those of CycloneDX.
function noteNoRef(pointer: string, note: Note): void {
  note({ code: 'schema', severity: 'error', message: "A dependency has no attribute 'ref'", pointer });
}

// That they occur once the schema says.
function refsOf(root: XmlElement): Set<string> {
  const refs = new Set<string>();
  const open = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    const ref = element.attributes.get('bom-ref');
    if (ref !== undefined) refs.add(ref);
    for (const inner of element.children) open.push(inner);
  }
  return refs;
}

function vulnerabilityOf(element: XmlElement): Vulnerability {
  const targets = children(child(element, 'affects'), 'target');
  const references = children(child(element, 'references'), 'reference');
  return {
    named: [element, ...references].some((one) => knownChild(one, 'id') !== null),
    state: childText(child(element, 'analysis'), 'state'),
    affects: targets.flatMap((target) => childText(target, 'ref') ?? []),
  };
}
