// What a CycloneDX BOM says, be it written in JSON or XML.
import type { FactsOf, Subject, Tool } from '../../domain/evidence-facts.ts';
import type { Note, Understood } from '../reading.ts';

export type Component = {
  readonly ref: string | null;
  readonly name: string | null;
  readonly version: string | null;
  readonly purl: string | null;
  /** Whether it has an identifier: a package URL, CPE, SWID or the like. */
  readonly identified: boolean;
  /** Whether it names its supplier, manufacturer, publisher or author. */
  readonly supplied: boolean;
  /** SPDX ids and expressions, or names where there is no id. */
  readonly licences: readonly string[];
  readonly hashes: readonly (readonly [algorithm: string, value: string])[];
};

/** Lists are passed over once. */
export type Bom = {
  readonly format: 'cyclonedx-json' | 'cyclonedx-xml';
  readonly version: string | null;
  readonly created: string | null;
  readonly tools: Iterable<Tool>;
  readonly authors: readonly string[];
  readonly subject: Component | null;
  /** All of them, nested ones too; neither the subject nor tools. */
  readonly components: Iterable<Component>;
  readonly services: number;
  readonly dependencies: Iterable<Dependency>;
  /** Every reference that something in it can be named by. */
  readonly refs: ReadonlySet<string>;
  readonly vulnerabilities: readonly Vulnerability[];
};

export type Dependency = { readonly ref: string | null; readonly targets: readonly string[]; readonly pointer: string };

export type Vulnerability = { readonly state: string | null; readonly affects: readonly string[] };

/** Makes the reading of a BOM, and notes what its schema cannot say. */
export function understandBom(bom: Bom, note: Note): Understood {
  const [tool = null] = bom.tools;
  const counted = countComponents(bom.components);
  const relationships = countDependencies(bom, note);
  const shared = { format: bom.format, version: bom.version, tool };
  // A VEX states nothing but vulnerabilities; those that come with an inventory are a remark on it.
  const isVex = bom.vulnerabilities.length > 0 && counted.components === 0 && bom.services === 0;
  return isVex
    ? { ...shared, kind: 'vex', subjects: vexSubjects(bom), facts: vexFacts(bom) }
    : { ...shared, kind: 'sbom', subjects: subjectsOf(bom), facts: sbomFacts(bom, tool, counted, relationships) };
}

type SbomFacts = FactsOf<'sbom'>;
type VexFacts = FactsOf<'vex'>;

type Counted = Pick<
  SbomFacts,
  'components' | 'with_purl' | 'with_version' | 'with_licence' | 'with_hash' | 'with_supplier' | 'licences'
> & { named: number; identified: number };

function countComponents(components: Iterable<Component>): Counted {
  const counted = { components: 0, with_purl: 0, with_version: 0, with_licence: 0, with_hash: 0, with_supplier: 0 };
  let named = 0;
  let identified = 0;
  const licences = new Map<string, number>();
  for (const component of components) {
    counted.components += 1;
    if (component.name !== null) named += 1;
    if (component.identified) identified += 1;
    if (component.purl !== null) counted.with_purl += 1;
    if (component.version !== null) counted.with_version += 1;
    if (component.licences.length > 0) counted.with_licence += 1;
    if (component.hashes.length > 0) counted.with_hash += 1;
    if (component.supplied) counted.with_supplier += 1;
    for (const licence of new Set(component.licences)) licences.set(licence, (licences.get(licence) ?? 0) + 1);
  }
  return { ...counted, named, identified, licences: mostFrequent(licences) };
}

const MAX_LICENCES = 200;

function mostFrequent(licences: ReadonlyMap<string, number>): Record<string, number> {
  const sorted = [...licences].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = sorted.slice(MAX_LICENCES).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...sorted.slice(0, MAX_LICENCES), ...(rest > 0 ? [['others', rest] as const] : [])]);
}

// A reference into another BOM, or to it.
const isBomLink = (ref: string) => ref.startsWith('urn:cdx:');

function countDependencies({ dependencies, refs }: Bom, note: Note): number {
  const missing = new Set<string>();
  let edges = 0;
  for (const { ref, targets, pointer } of dependencies) {
    edges += targets.length;
    for (const one of ref === null ? targets : [ref, ...targets]) {
      if (refs.has(one) || isBomLink(one) || missing.has(one)) continue;
      missing.add(one);
      const message = `A dependency names '${one}', which is nothing in the document`;
      note({ code: 'dangling_ref', severity: 'warning', message, pointer });
    }
  }
  return edges;
}

function sbomFacts(bom: Bom, tool: Tool | null, counted: Counted, relationships: number): SbomFacts {
  const { named, identified, licences, ...counts } = counted;
  // Of no components, nothing is said of every one.
  const isEvery = (some: number) => counts.components > 0 && some === counts.components;
  return {
    kind: 'sbom',
    ...counts,
    relationships,
    created: bom.created,
    subject: bom.subject && {
      name: bom.subject.name,
      version: bom.subject.version,
      purl: bom.subject.purl,
      digests: digestsOf(bom.subject),
    },
    ntia: {
      supplier_name: isEvery(counts.with_supplier),
      component_name: isEvery(named),
      version: isEvery(counts.with_version),
      unique_identifier: isEvery(identified),
      dependency_relationship: relationships > 0,
      author: bom.authors.length > 0 || tool !== null,
      timestamp: bom.created !== null,
    },
    licences,
  };
}

// `analysis.state` of the specification.
const STATES = ['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected'];

function vexFacts({ vulnerabilities, authors, created }: Bom): VexFacts {
  const statuses = vulnerabilities.map(({ state }) => (state !== null && STATES.includes(state) ? state : 'unknown'));
  const by_status: Record<string, number> = {};
  for (const status of statuses) by_status[status] = (by_status[status] ?? 0) + 1;
  return { kind: 'vex', statements: statuses.length, by_status, author: authors[0] ?? null, created };
}

function subjectsOf({ subject }: Bom): Subject[] {
  return subject === null ? [] : [{ name: subject.name, digests: digestsOf(subject) }];
}

function vexSubjects(bom: Bom): Subject[] {
  const affected = new Set(bom.vulnerabilities.flatMap(({ affects }) => affects));
  if (bom.subject?.ref) affected.delete(bom.subject.ref);
  return [...subjectsOf(bom), ...[...affected].map((name) => ({ name, digests: {} }))];
}

// Syft puts the digest of an image where its version goes, Trivy into its package URL alone.
const IMAGE_DIGEST = /^sha256:([0-9A-Fa-f]{64})$/;
const IMAGE_PURL = /^pkg:(?:oci|docker)\/[^@]*@sha256(?::|%3[Aa])([0-9A-Fa-f]{64})(?![0-9A-Fa-f])/;

function digestsOf({ hashes, version, purl }: Component): Record<string, string> {
  const image = IMAGE_DIGEST.exec(version ?? '')?.[1] ?? IMAGE_PURL.exec(purl ?? '')?.[1];
  const stated = hashes.map(([algorithm, value]) => [algorithmOf(algorithm), value] as const);
  // The last of a name counts: what is stated as a hash before what is gathered, and the first hash before others.
  return Object.fromEntries([...(image === undefined ? [] : [['sha256', image] as const]), ...stated.reverse()]);
}

/** The name that in-toto has for an algorithm: `SHA-256` is `sha256`, `SHA3-256` is `sha3_256`. */
function algorithmOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^sha-(?=\d)/, 'sha')
    .replaceAll('-', '_');
}
