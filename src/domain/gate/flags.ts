import { z } from 'zod';
import type { Artifact, ArtifactKind, ArtifactMetadata } from '../artifact/artifact.ts';
import { isContradicted } from '../evidence/contradiction.ts';
import {
  claimsOf,
  contentIndex,
  digestIndex,
  firstNaming,
  mayBeAbout,
  namesAnother,
  ownDigests,
  statedBy,
  strongDigests,
} from '../evidence/digests.ts';
import { isOutdated, type RunReading, readBy } from '../evidence/evidence.ts';
import type { EvidenceFacts, EvidenceKind, Subject, Tool } from '../evidence/evidence-facts.ts';
import { allPassed, Signer } from '../evidence/verification.ts';
import type { Run } from '../run/run.ts';

/** What one artifact must have, all three, to let its run pass the gate. The order is that of the messages. */
export const FLAGS = [
  'sbom_present',
  'slsa_provenance_present',
  'risk_assessment_present',
] as const satisfies readonly (keyof ArtifactMetadata)[];
export type Flag = (typeof FLAGS)[number];

/** How far a flag can be relied on, the least first. */
export const LEVELS = ['asserted', 'parsed', 'verified'] as const;
export type Level = (typeof LEVELS)[number];

/** How flags are judged: `minimum` is how far one must be relied on to count; `trust` the digest of what is trusted, null for nothing. */
export type Judging = { readonly minimum: Level; readonly trust: string | null };

/** As callers of old expect: the word of the caller counts, and nothing is verified. */
export const BY_DEFAULT: Judging = { minimum: 'asserted', trust: null };

const BECAUSE = [
  'declared',
  'not_declared',
  'content',
  'subject',
  'about',
  'contradicted',
  'level_too_low',
  'outdated',
] as const;

export const FlagState = z
  .object({
    value: z.boolean().meta({ description: 'Whether the artifact has it.', examples: [true] }),
    level: z.enum(LEVELS).meta({
      description:
        '`asserted`: it rests on the word of the caller. `parsed`: on a document that was read. `verified`: on one that a trusted signer signed, and that names the content of the artifact.',
      examples: ['verified'],
    }),
    because: z.enum(BECAUSE).meta({
      description:
        '`declared` or `not_declared` by the caller; `content`: the artifact itself is such a document; `subject`: such a document names its digest; `about`: such a document was attached as being about it; `contradicted`: its content is something else than its kind says; `level_too_low`: the gate asks for more; `outdated`: declared, but an older version of Maestro read the content, which is read again soon.',
      examples: ['subject'],
    }),
    document: z
      .string()
      .nullable()
      .meta({
        description: 'The artifact whose content is the document that it rests on; null where it rests on none.',
        examples: ['0199a1c2-9a61-7b02-8d3e-4f5a6b7c8d9e'],
      }),
    signer: Signer.nullable().meta({
      description: 'Who signed that document, where the level is `verified`; else null.',
      examples: [null],
    }),
  })
  .meta({ id: 'FlagState', description: 'One governance flag of an artifact, and what it rests on.' });
export type FlagState = z.infer<typeof FlagState>;

export const ArtifactFlags = z
  .object({
    sbom_present: FlagState,
    slsa_provenance_present: FlagState,
    risk_assessment_present: FlagState,
  })
  .meta({ id: 'ArtifactFlags', description: 'The governance flags of an artifact as they are judged.' });
export type ArtifactFlags = z.infer<typeof ArtifactFlags>;

/**
 * The flags of every artifact of a run, by its id: the one judgement that the gate, the compliance report and every later reader
 * share. A flag is the best of what the caller declared, what was read and what was verified. One that rests on less than the minimum
 * has no value.
 */
export function flagsOf(
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  { minimum, trust }: Judging = BY_DEFAULT,
): Map<string, Readonly<ArtifactFlags>> {
  const flags = new Map<string, Readonly<ArtifactFlags>>();
  // Most runs have no documents, and then nothing contradicts.
  const facts = readings.length > 0 ? new Map(readings.map((one) => [one.artifact_id, one.facts])) : NO_FACTS;
  for (const artifact of artifacts) flags.set(artifact.id, declaredFlags(artifact, facts));
  if (readings.length > 0) earn(artifacts, readings, flags);
  if (trust !== null) earnVerified(artifacts, readings, trust, flags);
  if (minimum !== 'asserted') for (const [id, one] of flags) flags.set(id, held(one, minimum));
  return flags;
}

/** Whether an artifact has all three flags. */
export function checkArtifactCompliance(flags: Readonly<ArtifactFlags> | undefined): boolean {
  // Spelt out: reading by computed names would take most of the time of a gate over many artifacts. A test holds this to FLAGS.
  return (
    flags !== undefined &&
    flags.sbom_present.value === true &&
    flags.slsa_provenance_present.value === true &&
    flags.risk_assessment_present.value === true
  );
}

/** How many flags keep an artifact from being compliant. */
export function countMissing(flags: Readonly<ArtifactFlags>): number {
  const sbom = flags.sbom_present.value === true ? 0 : 1;
  const provenance = flags.slsa_provenance_present.value === true ? 0 : 1;
  return sbom + provenance + (flags.risk_assessment_present.value === true ? 0 : 1);
}

/** The flags that keep an artifact from being compliant; none where it is. */
export function missingFlags(flags: Readonly<ArtifactFlags> | undefined): Flag[] {
  return FLAGS.filter((flag) => flags?.[flag].value !== true);
}

/** Whether an artifact says anything of a run. Evidence of another run, or that has no id, does not, whoever handed it in. */
export function isEvidenceOf(run: Readonly<Run>, artifact: Readonly<Artifact>): boolean {
  return isId(run.id) && artifact.run_id === run.id && isId(artifact.id);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

const DECLARED = Object.freeze<FlagState>({
  value: true,
  level: 'asserted',
  because: 'declared',
  document: null,
  signer: null,
});
const NOT_DECLARED = Object.freeze<FlagState>({
  value: false,
  level: 'asserted',
  because: 'not_declared',
  document: null,
  signer: null,
});

// What rests on the word of the caller alone is one of eight, made once: most artifacts have nothing else.
const BY_WORD = Array.from({ length: 8 }, (_, declared) =>
  Object.freeze<ArtifactFlags>({
    sbom_present: declared & 1 ? DECLARED : NOT_DECLARED,
    slsa_provenance_present: declared & 2 ? DECLARED : NOT_DECLARED,
    risk_assessment_present: declared & 4 ? DECLARED : NOT_DECLARED,
  }),
) as [Readonly<ArtifactFlags>, ...Readonly<ArtifactFlags>[]];

const NO_FACTS: ReadonlyMap<string, EvidenceFacts | null> = new Map();

// Only the artifact's own boolean `true` counts: a missing, odd or inherited value, which the types rule out and a damaged store or
// prototype does not, is a missing flag.
function declaredFlags(
  artifact: Readonly<Artifact>,
  facts: ReadonlyMap<string, EvidenceFacts | null>,
): Readonly<ArtifactFlags> {
  const { id, kind, metadata_json: flags } = artifact;
  const [sbom, provenance, risk] = [
    flags?.sbom_present === true && Object.hasOwn(flags, 'sbom_present'),
    flags?.slsa_provenance_present === true && Object.hasOwn(flags, 'slsa_provenance_present'),
    flags?.risk_assessment_present === true && Object.hasOwn(flags, 'risk_assessment_present'),
  ];
  const byWord = BY_WORD[(sbom ? 1 : 0) + (provenance ? 2 : 0) + (risk ? 4 : 0)] ?? BY_WORD[0];
  // Most artifacts have no content, and this is where the time of a gate over many of them goes.
  if (artifact.evidence === null) return byWord;
  const doubt = doubtOf(artifact, facts.get(id) ?? null);
  if (doubt === null) return byWord;
  const flag = FLAGS.find((one) => KIND_OF_FLAG[one] === kind);
  if (flag === undefined || !byWord[flag].value) return byWord;
  const level = doubt === 'contradicted' ? 'parsed' : 'asserted';
  return { ...byWord, [flag]: { value: false, level, because: doubt, document: id, signer: null } };
}

// Whether the content contradicts the declaration is not known until it was read again: an older reader may have taken it for what it is
// not, and for something else than it is. Where it cannot be read again the job gives up, and the declaration counts as before.
function doubtOf(artifact: Readonly<Artifact>, facts: EvidenceFacts | null): 'contradicted' | 'outdated' | null {
  if (isOutdated(artifact)) return 'outdated';
  return isContradicted(artifact, facts) ? 'contradicted' : null;
}

export const KIND_OF_FLAG: Record<Flag, ArtifactKind> = {
  sbom_present: 'sbom',
  slsa_provenance_present: 'slsa_provenance',
  risk_assessment_present: 'risk_assessment',
};

// One document after the other gives its flag to what it is about.
function earn(
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[],
  flags: Map<string, Readonly<ArtifactFlags>>,
): void {
  const documents = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
  const digests = new Map(artifacts.map((artifact) => [artifact.id, ownDigests(artifact)]));
  const index = digestIndex(digests);
  const first = byFlag(() => firstNaming(index));
  for (const reading of readings) {
    const document = documents.get(reading.artifact_id);
    if (document?.evidence?.state !== 'read' || readBy(document.evidence) !== 'ours') continue;
    const flag = earnedFlag(reading, document.evidence.tool);
    if (flag === null) continue;
    const rests = { value: true, document: document.id, signer: null };
    grant(flags, document.id, flag, { ...rests, level: 'parsed', because: 'content' });
    const stated = statedBy(reading);
    for (const id of first[flag](stated, document.id))
      grant(flags, id, flag, { ...rests, level: 'parsed', because: 'subject' });
    if (namesAnother(stated, index, document.id) || (document.about ?? []).length === 0) continue;
    const claims = claimsOf(withInner(reading), looksAtSource(reading));
    for (const id of document.about) {
      const own = digests.get(id);
      if (own === undefined) continue;
      // Where it names other bytes, it is the caller's word alone that it is about these.
      const level = mayBeAbout(claims, own) ? 'parsed' : 'asserted';
      grant(flags, id, flag, { ...rests, level, because: 'about' });
    }
  }
}

// What is verified gives its flag to the artifacts whose content it names, and to nothing else: not to the document itself, which may hold
// statements about several things, and not to what it is said to be about.
function earnVerified(
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[],
  trust: string,
  flags: Map<string, Readonly<ArtifactFlags>>,
): void {
  const current = readings.filter(({ verification }) => verification?.trust === trust);
  if (current.length === 0) return;
  const read = new Set<string>();
  for (const { id, evidence } of artifacts) if (evidence?.state === 'read' && readBy(evidence) === 'ours') read.add(id);
  const index = contentIndex(artifacts);
  const first = byFlag(() => firstNaming(index));
  for (const { artifact_id, verification } of current) {
    if (!read.has(artifact_id)) continue;
    for (const attestation of verification?.attestations ?? []) {
      const flag = allPassed(attestation) ? earnedFlag(attestation, attestation.tool) : null;
      if (flag === null) continue;
      const signer = attestation.signers.find(({ trusted_as }) => trusted_as !== null) ?? null;
      const state: FlagState = { value: true, level: 'verified', because: 'subject', document: artifact_id, signer };
      for (const id of first[flag](statedBy(attestation), artifact_id)) grant(flags, id, flag, state);
    }
  }
}

// Only the first document that names an artifact counts for a flag, at each level.
const byFlag = <Kept>(make: () => Kept): Record<Flag, Kept> => ({
  sbom_present: make(),
  slsa_provenance_present: make(),
  risk_assessment_present: make(),
});

const RANK: Record<FlagState['because'], number> = {
  not_declared: 0,
  contradicted: 0,
  level_too_low: 0,
  outdated: 0,
  declared: 1,
  about: 2,
  subject: 3,
  content: 4,
};

function grant(flags: Map<string, Readonly<ArtifactFlags>>, id: string, flag: Flag, state: FlagState): void {
  const known = flags.get(id);
  if (known === undefined) return;
  const before = known[flag];
  const better =
    !before.value ||
    LEVELS.indexOf(state.level) > LEVELS.indexOf(before.level) ||
    (state.level === before.level && RANK[state.because] > RANK[before.because]);
  if (better) flags.set(id, { ...known, [flag]: state });
}

const OF_SOURCE: readonly EvidenceKind[] = ['vuln-report', 'static-analysis', 'scorecard'];

/** Whether such a document may look at source, which it names by its commit. */
function looksAtSource({ facts }: Pick<RunReading, 'facts'>): boolean {
  const said = saidIn(facts);
  return said !== null && OF_SOURCE.includes(said.kind);
}

/** A reading with the subject of the SBOM that an attestation holds, which may name other bytes than the statement around it. */
function withInner({ subjects, subjects_total, facts }: RunReading) {
  const inner = facts?.kind === 'attestation' && facts.predicate?.kind === 'sbom' ? facts.predicate.subject : null;
  if (inner === null) return { subjects, subjects_total };
  return { subjects: [...subjects, inner], subjects_total: subjects_total + 1 };
}

/** What a document says: the predicate of an attestation counts as if it were one. */
function saidIn(facts: EvidenceFacts | null): EvidenceFacts | null {
  return facts?.kind === 'attestation' ? facts.predicate : facts;
}

/** The flag that a document earns, or null. What it must hold for that is the least that makes it worth its name. */
export function earnedFlag(
  { facts, subjects }: Pick<RunReading, 'facts' | 'subjects'>,
  tool: Readonly<Tool> | null,
): Flag | null {
  const said = saidIn(facts);
  const flag = flagOfKind(facts);
  return said !== null && flag !== null && isWorthIt(said, subjects, tool) ? flag : null;
}

/** The flag that documents of this kind are for, whatever this one holds. */
export function flagOfKind(facts: EvidenceFacts | null): Flag | null {
  const said = saidIn(facts);
  return said === null ? null : FLAG_OF_KIND[said.kind];
}

export const FLAG_OF_KIND: Record<EvidenceKind, Flag | null> = {
  sbom: 'sbom_present',
  provenance: 'slsa_provenance_present',
  vsa: null,
  vex: 'risk_assessment_present',
  advisory: null,
  'vuln-report': 'risk_assessment_present',
  'static-analysis': 'risk_assessment_present',
  scorecard: 'risk_assessment_present',
  'test-report': null,
  attestation: null,
  signature: null,
  opaque: null,
};

function isWorthIt(facts: EvidenceFacts, subjects: readonly Subject[], tool: Readonly<Tool> | null): boolean {
  if ('disqualified' in facts && facts.disqualified !== undefined) return false;
  switch (facts.kind) {
    case 'sbom':
      return facts.components >= 1;
    case 'provenance':
      return facts.slsa === true && isNamed(facts.builder_id) && subjects.some((one) => strongDigests(one).length > 0);
    case 'vex':
      return facts.statements >= 1;
    case 'vuln-report':
      return facts.vulnerabilities !== null && isNamed(tool?.name) && isNamed(facts.target);
    case 'static-analysis':
      return isNamed(tool?.name) && isNamed(facts.target);
    case 'scorecard':
      return facts.checks.length >= 1;
    default:
      return false;
  }
}

const isNamed = (value: unknown) => typeof value === 'string' && value.trim() !== '';

function held(flags: Readonly<ArtifactFlags>, minimum: Level): ArtifactFlags {
  const least = LEVELS.indexOf(minimum);
  const holdOne = (state: FlagState): FlagState =>
    state.value && LEVELS.indexOf(state.level) < least
      ? { value: false, level: state.level, because: 'level_too_low', document: null, signer: null }
      : state;
  return {
    sbom_present: holdOne(flags.sbom_present),
    slsa_provenance_present: holdOne(flags.slsa_provenance_present),
    risk_assessment_present: holdOne(flags.risk_assessment_present),
  };
}
