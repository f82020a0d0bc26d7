// What an SPDX 3 document is about.
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, type JsonObject, listOf } from '../../../json/fields.ts';
import { knownName } from './sbom-tally.ts';
import { digestsOf, type Graph, PACKAGES, packagesIn, resolve } from './spdx3-graph.ts';

/**
 * The roots of the SBOM, otherwise of the document, otherwise the targets of a `describes`
 * relationship.
 */
export function rootsOf(graph: Graph): JsonObject[] {
  for (const type of COLLECTIONS) {
    const ids = (graph.byType.get(type) ?? []).flatMap((one) => listOf(one, 'rootElement'));
    const roots = artifactsOf(ids, graph);
    if (roots.length > 0) return roots;
  }
  const collections = new Set<unknown>(COLLECTIONS);
  const described = graph.relationships.filter(
    (one) =>
      field(one, 'relationshipType') === 'describes' &&
      collections.has(field(resolve(field(one, 'from'), graph), 'type')),
  );
  const roots = artifactsOf(
    described.flatMap((one) => listOf(one, 'to')),
    graph,
  );
  // As in SPDX 2, the only package is the subject if the document states none.
  const packages = packagesIn(graph);
  return roots.length === 0 && packages.length === 1 ? [...packages] : roots;
}

const COLLECTIONS = ['software_Sbom', 'Bom', 'SpdxDocument', 'Bundle'] as const;

function artifactsOf(references: readonly unknown[], graph: Graph): JsonObject[] {
  const elements = new Set(references.map((reference) => resolve(reference, graph)));
  return [...elements].filter((one): one is JsonObject => one !== null && ARTIFACTS.has(field(one, 'type')));
}

const ARTIFACTS: ReadonlySet<unknown> = new Set([...PACKAGES, 'software_File', 'software_Snippet']);

/** The single subject, or null. Several packages at the root are components, as in SPDX 2. */
export function mainOf(roots: readonly JsonObject[]): JsonObject | null {
  const packages = roots.filter((one) => PACKAGES.some((type) => field(one, 'type') === type));
  const [only, ...more] = packages.length > 0 ? packages : roots;
  return only === undefined || more.length > 0 ? null : only;
}

/** A root as a subject: its name and its digests. */
export function subjectOf(root: JsonObject, graph: Graph): Subject {
  return { name: knownName(root, 'name'), digests: digestsOf(root, graph) };
}
