// CycloneDX in XML: https://cyclonedx.org/docs/1.7/xml/
import type { Tool } from '../../../domain/evidence/evidence-facts.ts';
import type { Format, Note } from '../../reading.ts';
import { child, children, childText, type XmlElement } from '../../text/xml-element.ts';
import { type Bom, type Dependency, parseBom, type Vulnerability } from './cyclonedx.ts';
import { allComponents, componentOf, knownChild } from './cyclonedx-xml-components.ts';
import { checkXmlSchema, isXmlVersion } from './cyclonedx-xml-schema.ts';

const NAMESPACE = /^https?:\/\/(?:www\.)?cyclonedx\.org\/schema\/bom\/(.+)$/;

const XML_DSIG = 'http://www.w3.org/2000/09/xmldsig#';

export const cyclonedxXml: Format<'xml'> = {
  shape: 'xml',
  name: 'cyclonedx-xml',
  kind: 'sbom',
  // A duplicate attribute is malformed XML.
  fields: [],
  recognises: ({ root }) => root.name === 'bom' && NAMESPACE.test(root.namespace),
  async read({ root, text }, note) {
    const version = NAMESPACE.exec(root.namespace)?.[1] ?? null;
    if (version !== null && isXmlVersion(version)) await checkXmlSchema(version, text, note);
    else {
      const message = `CycloneDX XML ${version} is not known: 1.0 to 1.7 are`;
      note({ code: 'unknown_version', severity: 'error', message, pointer: '/bom' });
    }
    const parsed = parseBom(bomOf(root, version, note), note);
    const isSigned = root.children.some(({ name, namespace }) => name === 'Signature' && namespace === XML_DSIG);
    return isSigned ? { ...parsed, signed: [{ pointer: '/bom/Signature', form: 'xml_dsig' }] } : parsed;
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

// Nested dependencies are what the outer one depends on, at any depth. Before 1.2 they were an
// extension of the same form.
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

// The schema checks that they are unique.
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
