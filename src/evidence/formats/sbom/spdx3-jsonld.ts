// SPDX 3 as JSON-LD: a graph of elements, or one element alone.
import { field, type JsonObject, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { countComponents, known, sbomFacts, toolOf } from './sbom-tally.ts';
import { type Place, topOf, within } from './shape-rules.ts';
import {
  agentOf,
  checkPurls,
  componentsOf,
  type Graph,
  graphOf,
  isNothing,
  packagesIn,
  purlOf,
  resolve,
} from './spdx3-graph.ts';
import { mainOf, rootsOf, subjectOf } from './spdx3-roots.ts';
import { checkElement } from './spdx3-schema.ts';

export const spdx3JsonLd: Format<'json'> = {
  shape: 'json',
  name: 'spdx3-jsonld',
  kind: 'sbom',
  fields: [
    ...['@context', '@graph', 'type', 'spdxId', '@id', 'name', 'creationInfo', 'specVersion', 'created', 'createdBy'],
    ...['createdUsing', 'rootElement', 'from', 'to', 'relationshipType', 'verifiedUsing', 'algorithm', 'hashValue'],
    ...['software_packageVersion', 'software_packageUrl', 'externalIdentifier', 'externalIdentifierType', 'identifier'],
    ...['suppliedBy', 'originatedBy', 'simplelicensing_licenseExpression'],
  ],
  recognises: ({ value }) => contextOf(value) !== null,
  read: ({ value }, note) => parseSpdx3(value, note),
};

const CONTEXT = 'spdx.org/rdf/';

// Some tools put additional terms beside the context, in an array.
function contextOf(value: unknown): string | null {
  const context = field(value, '@context');
  const contexts = Array.isArray(context) ? context : [context];
  return contexts.find((one) => typeof one === 'string' && one.includes(CONTEXT)) ?? null;
}

function parseSpdx3(value: unknown, note: Note): ParsedDocument {
  const graph = graphOf(value);
  const version = versionOf(value, graph);
  check(value, version, note);
  const packages = packagesIn(graph);
  noteFewPackages(graph, packages.length, note);
  checkPurls(value, graph, note);
  const roots = rootsOf(graph);
  const main = mainOf(roots);
  const subjects = roots.map((root) => subjectOf(root, graph));
  const info = creationOf(graph);
  const tools = listOf(info, 'createdUsing').map((one) => toolOf(textOf(resolve(one, graph), 'name') ?? ''));
  const others = packages.filter((one) => one !== main);
  const subject = main && { ref: textOf(main, 'spdxId'), purl: purlOf(main, graph) };
  const facts = sbomFacts(countComponents(componentsOf(others, graph), subject), {
    knownVersion: VERSIONS.includes(version),
    relationships: graph.relationships.length,
    created: known(info, 'created'),
    subject: main && {
      ...subjectOf(main, graph),
      version: known(main, 'software_packageVersion'),
      purl: purlOf(main, graph),
    },
    depends: graph.relationships.some((one) => isDependency(one, graph)),
    author: authorOf(info, graph),
  });
  return {
    kind: 'sbom',
    format: 'spdx3-jsonld',
    version,
    tool: tools.find((one) => one !== null) ?? null,
    subjects,
    facts,
  };
}

const VERSIONS: readonly (string | null)[] = ['3.0.0', '3.0.1'];

// Readers of JSON-LD use the context; every element also states its own version.
function versionOf(value: unknown, graph: Graph): string | null {
  const context = contextOf(value) ?? '';
  const [stated = ''] = context.slice(context.indexOf(CONTEXT) + CONTEXT.length).split('/', 1);
  return /^v?\d/.test(stated) ? stated : textOf(creationOf(graph), 'specVersion');
}

function check(value: unknown, version: string | null, note: Note): void {
  const top = topOf(note, (_, pointer) => pointer);
  if (!VERSIONS.includes(version)) {
    const stated = version === null ? 'no version of SPDX' : `SPDX ${version.slice(0, 100)}`;
    const message = `It states ${stated}; those known are 3.0.0 and 3.0.1`;
    note({ code: 'unknown_version', severity: 'error', message, pointer: '/@context' });
    return;
  }
  if (field(value, '@context') !== `https://${CONTEXT}${version}/spdx-context.jsonld`) {
    within(
      '@context',
      (context, place) => place.fault("must be the context of SPDX's own, and nothing else", context),
      field(value, '@context'),
      top,
    );
  }
  checkGraph(value, version === '3.0.1', top);
}

// Unknown fields are faults only in 3.0.1: the table of fields is of that version.
function checkGraph(value: unknown, closed: boolean, top: Place): void {
  const object = objectOf(value) ?? {};
  if (!Object.hasOwn(object, '@graph')) {
    const { '@context': _, ...element } = object;
    checkElement(element, closed, top);
    return;
  }
  const graph = object['@graph'];
  if (!Array.isArray(graph)) {
    within('@graph', (found, place) => place.fault('must be array', found), graph, top);
    return;
  }
  top.steps.push('@graph');
  for (const [index, one] of graph.entries())
    within(index, (element, place) => checkElement(element, closed, place), one, top);
  top.steps.pop();
}

function noteFewPackages(graph: Graph, packages: number, note: Note): void {
  if (packages > 0) return;
  const message = `It holds no package, and ${graph.size} elements of other types`;
  note({ code: 'no_packages', severity: 'warning', message, pointer: null });
}

const TOOLS: ReadonlySet<unknown> = new Set(['SoftwareAgent', 'Tool']);

// A SoftwareAgent is a tool, although SPDX 3 lists it among the agents.
function authorOf(info: unknown, graph: Graph): string | null {
  const people = listOf(info, 'createdBy').filter((one) => !TOOLS.has(field(resolve(one, graph), 'type')));
  return people.map((one) => agentOf(one, graph)).find((author) => author !== null) ?? null;
}

// The version of the document, otherwise the first one there is.
function creationOf(graph: Graph): unknown {
  const [document] = graph.byType.get('SpdxDocument') ?? [];
  const own = resolve(field(document, 'creationInfo'), graph);
  return own ?? graph.byType.get('CreationInfo')?.[0] ?? null;
}

// NoneElement and NoAssertionElement are not components, and a component cannot depend on itself.
function isDependency(relationship: JsonObject, graph: Graph): boolean {
  if (!DEPENDENCIES.has(field(relationship, 'relationshipType'))) return false;
  const from = idOf(field(relationship, 'from'), graph);
  const to = listOf(relationship, 'to').map((one) => idOf(one, graph));
  const names = (id: string | null) => id !== null && !isNothing(id);
  return names(from) && to.some((id) => names(id) && id !== from);
}

function idOf(reference: unknown, graph: Graph): string | null {
  return typeof reference === 'string'
    ? known({ reference }, 'reference')
    : textOf(resolve(reference, graph), 'spdxId');
}

const DEPENDENCIES: ReadonlySet<unknown> = new Set([
  ...['contains', 'dependsOn', 'hasDynamicLink', 'hasStaticLink', 'hasOptionalComponent', 'hasOptionalDependency'],
  ...['hasPrerequisite', 'hasProvidedDependency', 'hasRequirement'],
]);
