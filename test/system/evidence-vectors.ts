// Real documents of every format, with an index that says what each is. They are not part of this project; `MAESTRO_VECTORS` names the
// folder whose `evidence` holds them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../../src/evidence/reading.ts';

const FOLDER = join(process.env.MAESTRO_VECTORS ?? '', 'evidence');
const INDEX = join(FOLDER, 'INDEX.tsv');

export type Vector = {
  readonly file: string;
  readonly kind: string;
  readonly format: string;
  readonly version: string;
  readonly validity: string;
};

export const VECTORS: readonly Vector[] =
  process.env.MAESTRO_VECTORS !== undefined && existsSync(INDEX) ? readIndex() : [];

export const bytesOf = ({ file }: Vector): Buffer => readFileSync(join(FOLDER, file));

function readIndex(): Vector[] {
  const [head = '', ...lines] = readFileSync(INDEX, 'utf8').trim().split('\n');
  const columns = head.split('\t');
  const column = (cells: string[], name: string) => cells[columns.indexOf(name)] ?? '';
  return lines.map((line) => {
    const cells = line.split('\t');
    return {
      file: column(cells, 'file'),
      kind: column(cells, 'kind'),
      format: column(cells, 'format'),
      version: column(cells, 'version'),
      validity: column(cells, 'valid|invalid|tampered'),
    };
  });
}

/** What is compared with the index. Of what is opaque only that is: the index says there what a file is for, which its content does not. */
export type Outcome = { kind: string; format: string | null; version: string | null; valid: boolean | null };

export function wanted({ kind, format, version, validity }: Vector): Outcome {
  if (NOT_READ.has(format)) return { kind: 'opaque', format, version: null, valid: false };
  if (OPAQUE_KINDS.has(kind) || OPAQUE_FORMATS.has(format)) return OPAQUE;
  const ours = kind === 'risk-assessment' ? 'scorecard' : kind.endsWith('-attestation') ? 'attestation' : kind;
  return { kind: ours, format, version: version || null, valid: validity !== 'invalid' };
}

export function outcome({ state, kind, format, version, valid }: Reading): Outcome {
  return state === 'opaque' ? OPAQUE : { kind, format, version, valid };
}

const OPAQUE: Outcome = { kind: 'opaque', format: null, version: null, valid: null };
const OPAQUE_KINDS = new Set([
  'artifact',
  'case-doc',
  'oci-layout',
  'not-evidence',
  'trust-material',
  'dependency-snapshot',
]);
const OPAQUE_FORMATS = new Set(['json-other', 'json-array', 'xml-other', 'text', 'other', 'empty']);
const NOT_READ = new Set(['json-malformed', 'zstd', 'xz', 'bzip2']);

/** What can be counted in a document without understanding it, by the name of the fact that should say the same. */
export function naiveCounts({ format }: Vector, bytes: Buffer): Record<string, number> {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = bytes.toString(isWide ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
  return COUNTS[format]?.(text) ?? {};
}

type Json = { readonly [key: string]: Json } & Iterable<Json> & { readonly length: number };
type Count = (text: string) => Record<string, number>;

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const sum = (values: Json[], of: (value: Json) => number) => values.reduce((total, value) => total + of(value), 0);
const parsed =
  (count: (document: Json) => Record<string, number>): Count =>
  (text) =>
    count(JSON.parse(text));
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

function components(value: Json): number {
  return sum(list(value.components), (one) => 1 + components(one));
}

// The subject of a bill is none of its components, also where it is listed among them.
function subjectsListed({ metadata, components: listed }: Json): number {
  const [ref, purl] = [metadata?.component?.['bom-ref'], metadata?.component?.purl];
  const isSubject = (one: Json) => (ref && one['bom-ref'] === ref) || (purl && one.purl === purl);
  return sum(list(listed), (one) => (isSubject(one) ? 1 : 0));
}

// SPDX lists its subject among the packages: the one that the document describes, or its only one. Several are components.
function subjectsOf(packages: readonly string[], described: readonly unknown[]): number {
  const subjects = packages.filter((id) => described.includes(id));
  const isAlone = described.length === 0 && packages.length === 1;
  return subjects.length === 1 || isAlone ? 1 : 0;
}

function spdxJson(document: Json): number {
  const packages = list(document.packages).filter((one) => one !== null);
  const described = list(document.relationships).flatMap((one) => {
    if (String(one?.relationshipType) === 'DESCRIBES') return [one.relatedSpdxElement];
    return String(one?.relationshipType) === 'DESCRIBED_BY' ? [one.spdxElementId] : [];
  });
  const ids = packages.map((one) => String(one.SPDXID));
  return packages.length - subjectsOf(ids, [...list(document.documentDescribes), ...described].map(String));
}

function spdxTagValue(text: string): number {
  const packages = text.split(/^\s*PackageName:/m).slice(1);
  const ids = packages.map((one) => /^\s*SPDXID:\s*(\S+)/m.exec(one)?.[1] ?? '');
  const described = [...text.matchAll(/^\s*Relationship:\s*SPDXRef-DOCUMENT\s+DESCRIBES\s+(\S+)/gm)];
  return (
    packages.length -
    subjectsOf(
      ids,
      described.map(([, id]) => id),
    )
  );
}

const COUNTS: Record<string, Count> = {
  'cyclonedx-json': parsed((document) => ({ components: components(document) - subjectsListed(document) })),
  'cyclonedx-xml': (text) => ({ components: matches(withoutAsides(text), /<(?:[\w-]+:)?component[\s>]/g) }),
  'spdx-json': parsed((document) => ({ components: spdxJson(document.sbom ?? document) })),
  'spdx-tv': (text) => ({ components: spdxTagValue(text) }),
  'syft-json': parsed((document) => ({ components: list(document.artifacts).length })),
  sarif: parsed((document) => ({
    runs: list(document.runs).length,
    results: sum(
      [...list(document.runs), ...list(document.inlineExternalProperties)],
      (run) => list(run.results).filter((one) => !one.suppressions && String(one.baselineState) !== 'absent').length,
    ),
  })),
  'junit-xml': (text) => ({ tests: matches(withoutAsides(text), /<testcase[\s>/]/g) }),
  openvex: parsed((document) => ({ statements: list(document.statements).length })),
  'grype-json': parsed((document) => ({ vulnerabilities: list(document.matches).length })),
  'trivy-json': parsed((document) => ({
    vulnerabilities: sum(list(document.Results), (result) => list(result.Vulnerabilities).length),
  })),
  'intoto-statement': parsed((document) => ({ subjects: list(document.subject).length })),
  'scorecard-json': parsed((document) => ({ checks: list(document.checks).length })),
};

// Comments and quotations, and elements of the same name that say something else: what made the document, what a component came from.
function withoutAsides(text: string): string {
  return text
    .replaceAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '')
    .replaceAll(/<((?:[\w-]+:)?(?:metadata|tools|annotator|pedigree|formulation))[\s>][\s\S]*?<\/\1>/g, '');
}

/** The fact of that name; of a list, how many it has. */
export function countIn({ facts }: Reading, name: string): unknown {
  const fact = (facts as Record<string, unknown> | null)?.[name];
  return Array.isArray(fact) ? fact.length : fact;
}
