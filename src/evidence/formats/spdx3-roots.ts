// What an SPDX 3 document is about.
import type { Subject } from '../../domain/evidence-facts.ts';
import { field, type JsonObject, listOf } from '../../domain/json-fields.ts';
import { knownName } from './sbom-tally.ts';
import { digestsOf, type Graph, PACKAGES, packagesIn, resolve } from './spdx3-graph.ts';

/** The SBOM says what it is about; a document without one says it itself, often by naming the SBOM. Some say it by a relationship. */
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
  // As in SPDX 2: one package, and nothing that says what the document is about, is what it is about.
  const packages = packagesIn(graph);
  return roots.length === 0 && packages.length === 1 ? [...packages] : roots;
}

const COLLECTIONS = ['software_Sbom', 'Bom', 'SpdxDocument', 'Bundle'] as const;

function artifactsOf(references: readonly unknown[], graph: Graph): JsonObject[] {
  const elements = new Set(references.map((reference) => resolve(reference, graph)));
  return [...elements].filter((one): one is JsonObject => one !== null && ARTIFACTS.has(field(one, 'type')));
}

const ARTIFACTS: ReadonlySet<unknown> = new Set([...PACKAGES, 'software_File', 'software_Snippet']);

/** The one thing that the document is about, by the rule of SPDX 2: several packages at the root are components. */
export function mainOf(roots: readonly JsonObject[]): JsonObject | null {
  const packages = roots.filter((one) => PACKAGES.some((type) => field(one, 'type') === type));
  const [only, ...more] = packages.length > 0 ? packages : roots;
  return only === undefined || more.length > 0 ? null : only;
}

/** What a root is called, and its digests. */
export function subjectOf(root: JsonObject, graph: Graph): Subject {
  return { name: knownName(root, 'name'), digests: digestsOf(root, graph) };
}
