// What the forms of SPDX 2 (JSON, YAML, tag-value) share: from the document in its JSON form to
// facts.
import type { Tool } from '../../../domain/evidence/evidence-facts.ts';
import { field, type JsonObject, listOf, objectsIn, textOf } from '../../../json/fields.ts';
import type { ParsedDocument } from '../../reading.ts';
import { type Component, countComponents, known, knownName, knownText, sbomFacts, toolOf } from './sbom-tally.ts';
import { topOf } from './shape-rules.ts';
import { checkSpdx2 } from './spdx-checks.ts';
import { type Described, describedBy, mainOf, purlOf } from './spdx-described.ts';
import type { Spdx2Form } from './spdx2-form.ts';
import { SPDX2_DOCUMENTS } from './spdx2-schema.ts';

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

/** Understands an SPDX 2 document, and notes its faults. */
export function parseSpdx2(document: JsonObject, form: Spdx2Form): ParsedDocument {
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
    facts: factsOf(document, mainOf(document, described), schema !== undefined),
  };
}

/**
 * The version that a document states: "2.3" for "SPDX-2.3", null if it is not a version of SPDX.
 */
export function versionOf(document: unknown): string | null {
  const stated = field(document, 'spdxVersion');
  if (typeof stated === 'number') return String(stated);
  return typeof stated === 'string' && stated.startsWith('SPDX-') ? stated.slice('SPDX-'.length).trim() || null : null;
}

function factsOf(document: JsonObject, described: Described | null, knownVersion: boolean) {
  const relationships = listOf(document, 'relationships');
  const subject = described === null ? null : { ref: described.id, purl: purlOf(described.element) };
  const packages = objectsIn(document, 'packages').filter((one) => one !== described?.element);
  return sbomFacts(countComponents(packages.map(componentOf), subject), {
    knownVersion,
    relationships: relationships.length,
    created: known(document, 'creationInfo', 'created'),
    subject: described?.subject
      ? { ...described.subject, version: known(described.element, 'versionInfo'), purl: purlOf(described.element) }
      : null,
    depends: depends(document),
    author: authorOf(document),
  });
}

// `DEPENDS_ON NOASSERTION` and `DEPENDS_ON NONE` (clause 11.1) name no component, and neither does
// a dangling id.
function depends(document: JsonObject): boolean {
  const ids = new Set(ELEMENTS.flatMap((list) => listOf(document, list).map((one) => textOf(one, 'SPDXID'))));
  const leads = (id: string | null) => id !== null && (ids.has(id) || id.startsWith('DocumentRef-'));
  return listOf(document, 'relationships').some((one) => {
    const [from, to] = [textOf(one, 'spdxElementId'), textOf(one, 'relatedSpdxElement')];
    return DEPENDENCIES.has(field(one, 'relationshipType')) && from !== to && leads(from) && leads(to);
  });
}

const ELEMENTS = ['packages', 'files', 'snippets'];

// Clause 6.8: `Person: Jane Doe (jane@acme.example)`, `Organization: Acme ()`, `Tool: syft-1.33.0`.
const AUTHOR = /^(?:Person|Organization):/;

function authorOf(document: JsonObject): string | null {
  const authors = listOf(document, 'creationInfo', 'creators').map((one) => {
    const prefix = typeof one === 'string' ? AUTHOR.exec(one.trimStart())?.[0] : undefined;
    return prefix === undefined ? null : agentName((one as string).trimStart().slice(prefix.length));
  });
  return authors.find((author) => author !== null) ?? null;
}

// Without the empty parentheses of a missing e-mail address.
function agentName(stated: string): string | null {
  return knownText(stated.trim().replace(/\(\s*\)$/, ''));
}

/** The agent that a field names, or null. NOASSERTION after a prefix means unknown as well. */
function agentOf(one: unknown, key: string): string | null {
  const stated = known(one, key);
  return stated === null ? null : agentName(stated.replace(AUTHOR, ''));
}

function componentOf(one: unknown): Component {
  const licence = known(one, 'licenseConcluded') ?? known(one, 'licenseDeclared');
  return {
    ref: textOf(one, 'SPDXID'),
    name: knownName(one, 'name'),
    version: known(one, 'versionInfo'),
    purl: purlOf(one),
    licences: licence === null ? [] : [licence],
    hashed: listOf(one, 'checksums').some((checksum) => known(checksum, 'checksumValue') !== null),
    supplied: agentOf(one, 'supplier') !== null || agentOf(one, 'originator') !== null,
    // In Annex K of SPDX 2.3 the SPDX identifier, with the namespace of the document, is the unique
    // identifier that NTIA demands.
    identified: textOf(one, 'SPDXID') !== null,
  };
}

// Containment counts as a dependency: NTIA asks that an upstream component is included in a piece
// of software.
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
