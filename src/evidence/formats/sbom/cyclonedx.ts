// What CycloneDX BOMs in JSON and XML share.
import type { FactsOf, Subject, Tool } from '../../../domain/evidence/evidence-facts.ts';
import type { Note, ParsedDocument } from '../../reading.ts';
import { purlDigests } from '../stated-digests.ts';
import { badPurl, isPackageUrl } from './package-url.ts';
import { countComponents, knownText, type Rest, sbomFacts, type Component as Tallied } from './sbom-tally.ts';

/**
 * A component is supplied if it names a supplier, manufacturer, publisher or author. A licence
 * without an SPDX id is its name.
 */
export type Component = Tallied & {
  readonly hashes: readonly (readonly [algorithm: string, value: string])[];
};

/** Iterables are consumed once. */
export type Bom = {
  readonly format: 'cyclonedx-json' | 'cyclonedx-xml';
  readonly version: string | null;
  /** Whether there is a schema of that version. */
  readonly knownVersion: boolean;
  readonly created: string | null;
  readonly tools: Iterable<Tool>;
  /** People and organisations. */
  readonly authors: readonly string[];
  readonly subject: Component | null;
  /** All of them, including nested ones, but neither the subject nor tools. */
  readonly components: Iterable<Component>;
  readonly services: number;
  readonly dependencies: Iterable<Dependency>;
  /** Every reference that names something in it. */
  readonly refs: ReadonlySet<string>;
  readonly vulnerabilities: readonly Vulnerability[];
};

export type Dependency = { readonly ref: string | null; readonly targets: readonly string[]; readonly pointer: string };

/** `named`: it has an id, its own or one of another database. */
export type Vulnerability = {
  readonly named: boolean;
  readonly state: string | null;
  readonly affects: readonly string[];
};

/** Makes the facts of a BOM, and notes what its schema cannot check. */
export function parseBom(bom: Bom, note: Note): ParsedDocument {
  const [tool = null] = bom.tools;
  const counted = countComponents(bom.components, bom.subject);
  const edges = countDependencies(bom, note);
  const shared = { format: bom.format, version: bom.version, tool };
  // A VEX states only vulnerabilities. Beside an inventory they are a remark on it.
  const isVex = bom.vulnerabilities.length > 0 && counted.listed === 0 && bom.services === 0;
  return isVex
    ? { ...shared, kind: 'vex', subjects: vexSubjects(bom), facts: vexFacts(bom) }
    : {
        ...shared,
        kind: 'sbom',
        subjects: subjectsOf(bom),
        facts: sbomFacts(counted, restOf(bom, edges)),
      };
}

// A reference into another BOM, or to it.
const isBomLink = (ref: string) => ref.startsWith('urn:cdx:');

type Edges = { readonly stated: number; readonly depends: boolean };

// An edge counts as a dependency if it joins two different elements. `stated` counts all edges.
function countDependencies({ dependencies, refs }: Bom, note: Note): Edges {
  const missing = new Set<string>();
  const leads = (ref: string) => refs.has(ref) || isBomLink(ref);
  let stated = 0;
  let depends = false;
  for (const { ref, targets, pointer } of dependencies) {
    stated += targets.length;
    depends ||= ref !== null && leads(ref) && targets.some((one) => one !== ref && leads(one));
    for (const one of ref === null ? targets : [ref, ...targets]) {
      if (leads(one) || missing.has(one)) continue;
      missing.add(one);
      const message = `A dependency names '${one}', which is nothing in the document`;
      note({ code: 'dangling_ref', severity: 'warning', message, pointer });
    }
  }
  return { stated, depends };
}

function restOf({ created, subject, authors, knownVersion }: Bom, { stated, depends }: Edges): Rest {
  return {
    knownVersion,
    relationships: stated,
    created,
    subject: subject && {
      name: subject.name,
      version: subject.version,
      purl: subject.purl,
      digests: digestsOf(subject),
    },
    depends,
    author: authors[0] ?? null,
  };
}

// `analysis.state` of the specification.
const STATES = ['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected'];

function vexFacts({ vulnerabilities, authors, created, knownVersion }: Bom): FactsOf<'vex'> {
  const disqualified = !knownVersion
    ? 'unknown_version'
    : vulnerabilities.some(({ named }) => named)
      ? null
      : 'nothing_named';
  const statuses = vulnerabilities.map(({ state }) => (state !== null && STATES.includes(state) ? state : 'unknown'));
  const by_status: Record<string, number> = {};
  for (const status of statuses) by_status[status] = (by_status[status] ?? 0) + 1;
  return {
    kind: 'vex',
    ...(disqualified === null ? {} : { disqualified }),
    statements: statuses.length,
    by_status,
    author: authors[0] ?? null,
    created,
  };
}

function subjectsOf({ subject }: Bom): Subject[] {
  return subject === null ? [] : [{ name: subject.name, digests: digestsOf(subject) }];
}

function vexSubjects(bom: Bom): Subject[] {
  const affected = new Set(bom.vulnerabilities.flatMap(({ affects }) => affects));
  if (bom.subject?.ref) affected.delete(bom.subject.ref);
  return [...subjectsOf(bom), ...[...affected].map((name) => ({ name, digests: {} }))];
}

/** The texts among the values, without those that mean unknown. */
export function knownTexts(values: readonly unknown[]): string[] {
  return values.flatMap((value) => (typeof value === 'string' ? (knownText(value) ?? []) : []));
}

/** The text if it is a package URL; otherwise null, and a finding. */
export function purlOf(stated: string | null, pointer: () => string | null, note: Note): string | null {
  const purl = knownText(stated);
  if (purl === null || isPackageUrl(purl)) return purl;
  note(badPurl(purl, pointer()));
  return null;
}

// Syft puts the digest of an image into its version, Trivy only into its package URL.
const IMAGE_DIGEST = /^sha256:([0-9A-Fa-f]{64})$/;

function digestsOf({ hashes, version, purl }: Component): Record<string, string> {
  const image = IMAGE_DIGEST.exec(version ?? '')?.[1];
  const gathered = image === undefined ? purlDigests(purl) : { sha256: image };
  const stated = hashes.map(([algorithm, value]) => [algorithmOf(algorithm), value] as const);
  // The last value of a name counts, so that stated hashes outrank derived ones, and the first hash
  // outranks later ones.
  return Object.fromEntries([...Object.entries(gathered), ...stated.reverse()]);
}

/** The name that in-toto has for an algorithm: `SHA-256` is `sha256`, `SHA3-256` is `sha3_256`. */
function algorithmOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^sha-(?=\d)/, 'sha')
    .replaceAll('-', '_');
}
