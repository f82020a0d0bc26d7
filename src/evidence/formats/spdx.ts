// What the forms of SPDX 2 (JSON, YAML, tag-value) share: from the document as the JSON form has it to facts.
import type { Subject, Tool } from '../../domain/evidence-facts.ts';
import { field, type JsonObject, listOf, objectOf, objectsIn, textOf } from '../../domain/json-fields.ts';
import type { Note, Understood } from '../reading.ts';
import { type Component, countComponents, known, sbomFacts, toolOf } from './sbom-tally.ts';
import { topOf, type Where } from './shape-rules.ts';
import { checkSpdx2 } from './spdx-checks.ts';
import { SPDX2_DOCUMENTS } from './spdx2-schema.ts';
import { purlDigests } from './stated-digests.ts';

/** One form of SPDX 2. */
export type Spdx2Form = {
  readonly format: string;
  /**
   * Whether what the text of the specification asks for is asked for. JSON and YAML have a published schema, which is what their makers
   * hold themselves to: there the rest is a warning. Tag-value has no schema but that text.
   */
  readonly strict: boolean;
  readonly where: Where;
  readonly note: Note;
};

/** The names of the fields that facts and subjects of SPDX 2 are taken from. */
export const SPDX2_FIELDS: readonly string[] = [
  ...['spdxVersion', 'SPDXID', 'name', 'creationInfo', 'created', 'creators', 'documentDescribes', 'packages', 'files'],
  ...[
    'relationships',
    'spdxElementId',
    'relatedSpdxElement',
    'relationshipType',
    'versionInfo',
    'fileName',
    'supplier',
  ],
  ...['originator', 'licenseConcluded', 'licenseDeclared', 'checksums', 'algorithm', 'checksumValue', 'externalRefs'],
  ...['referenceType', 'referenceLocator', 'sbom'],
];

/** What an SPDX 2 document says; what is wrong with it is noted. */
export function understandSpdx2(document: JsonObject, form: Spdx2Form): Understood {
  const version = versionOf(document);
  const schema = SPDX2_DOCUMENTS.get(version ?? '');
  if (schema === undefined) {
    const stated = version === null ? 'no version of SPDX' : `SPDX ${version.slice(0, 100)}`;
    const message = `It states ${stated}; those known are 2.2 and 2.3`;
    form.note({ code: 'unknown_version', severity: 'error', message, pointer: form.where(document, '/spdxVersion') });
  } else schema(document, topOf(form.note, form.where));
  const described = describedBy(document);
  checkSpdx2(document, described, form);
  const subjects = described.map(({ subject }) => subject).filter((subject) => subject !== null);
  const tool = toolsOf(document)[0] ?? null;
  return {
    kind: 'sbom',
    format: form.format,
    version,
    tool,
    subjects,
    facts: factsOf(document, mainOf(document, described)),
  };
}

/** The version that a document states: "2.3" of "SPDX-2.3", null where it is no version of SPDX. */
export function versionOf(document: unknown): string | null {
  const said = field(document, 'spdxVersion');
  if (typeof said === 'number') return String(said);
  return typeof said === 'string' && said.startsWith('SPDX-') ? said.slice('SPDX-'.length).trim() || null : null;
}

/** What a document says that it is about: the element, if it is there. */
export type Described = { readonly id: string; readonly element: unknown; readonly subject: Subject | null };

function describedBy(document: JsonObject): Described[] {
  const elements = new Map<string, unknown>();
  for (const list of ['files', 'packages']) {
    for (const one of listOf(document, list)) elements.set(textOf(one, 'SPDXID') ?? '', one);
  }
  const ids = describedIds(document);
  const packages = listOf(document, 'packages');
  // Clause 11.1 of SPDX 2.3: a document of one package and nothing else describes that package, without saying so.
  const alone = packages.length === 1 && elements.size === 1;
  if (ids.size === 0 && alone && objectOf(packages[0]) !== null) {
    return [{ id: textOf(packages[0], 'SPDXID') ?? '', element: packages[0], subject: subjectOf(packages[0]) }];
  }
  return [...ids].map((id) => {
    const element = elements.get(id);
    return { id, element, subject: element === undefined ? null : subjectOf(element) };
  });
}

// A document may describe files beside the package that they are of.
function mainOf(document: JsonObject, described: readonly Described[]): Described | null {
  const packages = new Set(listOf(document, 'packages'));
  const there = described.filter(({ subject }) => subject !== null);
  return there.find(({ element }) => packages.has(element)) ?? there[0] ?? null;
}

function describedIds(document: JsonObject): Set<string> {
  const root = textOf(document, 'SPDXID') ?? 'SPDXRef-DOCUMENT';
  const ids = new Set(listOf(document, 'documentDescribes').filter((id) => typeof id === 'string'));
  for (const one of listOf(document, 'relationships')) {
    const type = field(one, 'relationshipType');
    const [from, to] = [textOf(one, 'spdxElementId'), textOf(one, 'relatedSpdxElement')];
    if (type === 'DESCRIBES' && from === root && to !== null) ids.add(to);
    if (type === 'DESCRIBED_BY' && to === root && from !== null) ids.add(from);
  }
  return ids;
}

function subjectOf(element: unknown): Subject {
  return { name: textOf(element, 'name') ?? textOf(element, 'fileName'), digests: digestsOf(element) };
}

function digestsOf(element: unknown): Record<string, string> {
  const digests = new Map<string, string>();
  for (const one of listOf(element, 'checksums')) {
    const [algorithm, value] = [textOf(one, 'algorithm'), textOf(one, 'checksumValue')];
    if (algorithm === null || value === null) continue;
    const name = algorithm.toLowerCase().replace(/^sha-/, 'sha');
    if (!digests.has(name)) digests.set(name, value);
  }
  for (const [name, value] of Object.entries(purlDigests(purlOf(element)))) {
    if (!digests.has(name)) digests.set(name, value);
  }
  return Object.fromEntries(digests);
}

function purlOf(element: unknown): string | null {
  const found = listOf(element, 'externalRefs').find((one) => lastStep(textOf(one, 'referenceType')) === 'purl');
  return known(found, 'referenceLocator');
}

// Types are words, or URIs that end in them.
function lastStep(type: string | null): string | null {
  return type === null ? null : type.slice(Math.max(type.lastIndexOf('/'), type.lastIndexOf('#')) + 1);
}

function factsOf(document: JsonObject, described: Described | null) {
  const relationships = listOf(document, 'relationships');
  const creators = listOf(document, 'creationInfo', 'creators');
  return sbomFacts(countComponents(objectsIn(document, 'packages').map(componentOf)), {
    relationships: relationships.length,
    created: textOf(document, 'creationInfo', 'created'),
    subject: described?.subject
      ? { ...described.subject, version: known(described.element, 'versionInfo'), purl: purlOf(described.element) }
      : null,
    depends: relationships.some((one) => DEPENDENCIES.has(field(one, 'relationshipType'))),
    authored: creators.some((one) => typeof one === 'string' && one.slice(one.indexOf(':') + 1).trim() !== ''),
  });
}

function componentOf(one: unknown): Component {
  const licence = known(one, 'licenseConcluded') ?? known(one, 'licenseDeclared');
  return {
    name: known(one, 'name'),
    version: known(one, 'versionInfo'),
    purl: purlOf(one),
    licences: licence === null ? [] : [licence],
    hashed: listOf(one, 'checksums').some((checksum) => textOf(checksum, 'checksumValue') !== null),
    supplied: known(one, 'supplier') !== null || known(one, 'originator') !== null,
    // Annex K of SPDX 2.3 has the SPDX identifier, with the namespace of the document, for the unique identifier that NTIA asks for.
    identified: textOf(one, 'SPDXID') !== null,
  };
}

// That one holds another counts too: what NTIA asks for is that an upstream component is included in a piece of software.
const DEPENDENCIES: ReadonlySet<unknown> = new Set([
  ...['DEPENDS_ON', 'DEPENDENCY_OF', 'BUILD_DEPENDENCY_OF', 'DEV_DEPENDENCY_OF', 'OPTIONAL_DEPENDENCY_OF'],
  ...['PROVIDED_DEPENDENCY_OF', 'RUNTIME_DEPENDENCY_OF', 'TEST_DEPENDENCY_OF', 'CONTAINS', 'CONTAINED_BY'],
  ...['DYNAMIC_LINK', 'STATIC_LINK', 'HAS_PREREQUISITE', 'PREREQUISITE_FOR', 'PACKAGE_OF', 'OPTIONAL_COMPONENT_OF'],
]);

const TOOL = 'Tool:';

function toolsOf(document: JsonObject): Tool[] {
  return listOf(document, 'creationInfo', 'creators')
    .filter((one) => typeof one === 'string' && one.startsWith(TOOL))
    .map((one) => toolOf((one as string).slice(TOOL.length)))
    .filter((tool) => tool !== null);
}
