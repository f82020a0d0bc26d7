// The elements of an SPDX 3 document: by identifier, by type, and what their edges state about
// packages.
import { field, type JsonObject, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { badPurl, isPackageUrl } from './package-url.ts';
import { type Component, known, knownName } from './sbom-tally.ts';

export type Graph = {
  readonly byId: ReadonlyMap<string, JsonObject>;
  readonly byType: ReadonlyMap<string, readonly JsonObject[]>;
  readonly relationships: readonly JsonObject[];
  /** The number of elements. */
  readonly size: number;
};

/**
 * Every object with a type, at any depth: elements may be in the graph or inline where they are
 * referenced.
 */
export function graphOf(value: unknown): Graph {
  const byId = new Map<string, JsonObject>();
  const byType = new Map<string, JsonObject[]>();
  const relationships: JsonObject[] = [];
  let size = 0;
  const visit = (one: unknown): void => {
    if (Array.isArray(one)) for (const entry of one) visit(entry);
    const object = objectOf(one);
    if (object === null) return;
    const type = textOf(object, 'type');
    if (type !== null) {
      size += 1;
      const alike = byType.get(type);
      if (alike === undefined) byType.set(type, [object]);
      else alike.push(object);
      if (type.endsWith('Relationship')) relationships.push(object);
      const id = textOf(object, 'spdxId') ?? textOf(object, '@id');
      if (id !== null && !byId.has(id)) byId.set(id, object);
    }
    for (const name of Object.keys(object)) {
      if (typeof object[name] === 'object') visit(object[name]);
    }
  };
  visit(value);
  return { byId, byType, relationships, size };
}

/** The element that a reference names or contains. */
export function resolve(reference: unknown, { byId }: Graph): JsonObject | null {
  return typeof reference === 'string' ? (byId.get(reference) ?? null) : objectOf(reference);
}

/** The classes of packages. AIPackage and DatasetPackage are subclasses of Package. */
export const PACKAGES = ['software_Package', 'ai_AIPackage', 'dataset_DatasetPackage'] as const;

/** All packages of the document. */
export function packagesIn({ byType }: Graph): readonly JsonObject[] {
  return PACKAGES.flatMap((type) => byType.get(type) ?? []);
}

/** What the edges state about each package. */
export function* componentsOf(packages: readonly JsonObject[], graph: Graph): Generator<Component> {
  const licences = licencesOf(graph);
  for (const one of packages) {
    const purl = purlOf(one, graph);
    const id = textOf(one, 'spdxId');
    const licence = licences.get(id ?? '');
    yield {
      ref: id,
      name: knownName(one, 'name'),
      version: known(one, 'software_packageVersion'),
      purl,
      licences: licence === undefined ? [] : [licence],
      hashed: Object.keys(digestsOf(one, graph)).length > 0,
      supplied: [field(one, 'suppliedBy'), ...listOf(one, 'originatedBy')].some(
        (agent) => agentOf(agent, graph) !== null,
      ),
      // An spdxId is a URI of its element alone, which makes it unique.
      identified: id !== null || purl !== null,
    };
  }
}

/**
 * The name of an agent, or its IRI if the document does not contain it. Null if there is no name.
 */
export function agentOf(reference: unknown, graph: Graph): string | null {
  const element = resolve(reference, graph);
  if (element !== null) return isNothing(textOf(element, 'spdxId')) ? null : known(element, 'name');
  const id = known({ reference }, 'reference');
  // A blank node without an element names nobody.
  return id === null || isNothing(id) || id.startsWith('_:') ? null : id;
}

/**
 * Whether an id is that of NoneElement, NoAssertionElement or one of their licence counterparts.
 */
export function isNothing(id: string | null): boolean {
  return id !== null && /(?:NoAssertion|None)(?:Element|License)$/.test(id);
}

/** The first valid package URL of an element. */
export function purlOf(one: unknown, graph: Graph): string | null {
  return statedPurls(one, graph).find((purl) => isPackageUrl(purl)) ?? null;
}

function statedPurls(one: unknown, graph: Graph): string[] {
  const identifiers = listOf(one, 'externalIdentifier').map((reference) => resolve(reference, graph));
  const purls = identifiers.filter((identifier) => field(identifier, 'externalIdentifierType') === 'packageUrl');
  return [known(one, 'software_packageUrl'), ...purls.map((purl) => known(purl, 'identifier'))].filter(
    (purl) => purl !== null,
  );
}

/** Notes package URLs that are not valid. Only elements at the top of the graph have a pointer. */
export function checkPurls(value: unknown, graph: Graph, note: Note): void {
  const places = new Map(listOf(value, '@graph').map((one, index) => [one, `/@graph/${index}`]));
  for (const one of packagesIn(graph)) {
    for (const purl of statedPurls(one, graph)) if (!isPackageUrl(purl)) note(badPurl(purl, places.get(one) ?? null));
  }
}

/** The hashes of an element, the first of each algorithm. */
export function digestsOf(one: unknown, graph: Graph): Record<string, string> {
  const digests = new Map<string, string>();
  for (const reference of listOf(one, 'verifiedUsing')) {
    const hash = resolve(reference, graph);
    const [algorithm, value] = [textOf(hash, 'algorithm'), known(hash, 'hashValue')];
    // The package verification code is a digest of digests: no artifact has it.
    if (field(hash, 'type') !== 'Hash' || algorithm === null || value === null) continue;
    if (!digests.has(algorithm)) digests.set(algorithm, value);
  }
  return Object.fromEntries(digests);
}

// By identifier of the package. Concluded licences outrank declared ones.
function licencesOf(graph: Graph): Map<string, string> {
  const licences = new Map<string, string>();
  for (const type of ['hasConcludedLicense', 'hasDeclaredLicense']) {
    for (const one of graph.relationships) {
      if (field(one, 'relationshipType') !== type) continue;
      const from = field(one, 'from');
      const id = typeof from === 'string' ? from : textOf(from, 'spdxId');
      const expression = listOf(one, 'to')
        .map((to) => expressionOf(to, graph))
        .find((found) => found !== null);
      if (id !== null && expression && !licences.has(id)) licences.set(id, expression);
    }
  }
  return licences;
}

const LISTED = /^https?:\/\/spdx\.org\/licenses\/([A-Za-z0-9.+-]{1,100})$/;

function expressionOf(to: unknown, graph: Graph): string | null {
  const element = resolve(to, graph);
  const id = typeof to === 'string' ? to : (textOf(element, 'spdxId') ?? '');
  if (isNothing(id)) return null;
  const listed = LISTED.exec(id)?.[1] ?? null;
  return known(element, 'simplelicensing_licenseExpression') ?? listed ?? known(element, 'name');
}
