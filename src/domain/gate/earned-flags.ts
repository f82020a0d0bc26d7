// The flags that documents of a run earn for its artifacts.
import { contentIndex, digestIndex, ownDigests } from '../evidence/digests.ts';
import type { EvidenceKind } from '../evidence/evidence-facts.ts';
import { claimsOf, firstNaming, mayBeAbout, namesAnother, statedBy } from '../evidence/named-artifacts.ts';
import { readBy } from '../evidence/reader.ts';
import type { RunReading } from '../evidence/reading.ts';
import { allPassed } from '../evidence/verification.ts';
import { countedFacts, earnedFlag } from './document-flag.ts';
import { type ArtifactFlags, type Flag, type FlagState, LEVELS } from './flag.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';

type Rows = readonly Readonly<Artifact>[];
type FlagsByArtifact = Map<string, Readonly<ArtifactFlags>>;

/** Each document that was read grants its flag to itself and to the artifacts that it is about. */
export function grantParsed(artifacts: Rows, readings: readonly RunReading[], flags: FlagsByArtifact): void {
  const documents = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
  const index = digestIndex(artifacts.map((artifact) => [artifact.id, ownDigests(artifact)] as const));
  const first = byFlag(() => firstNaming(index));
  for (const reading of readings) {
    const document = documents.get(reading.artifact_id);
    if (document?.evidence?.state !== 'read' || readBy(document.evidence) !== 'ours') continue;
    const flag = earnedFlag(reading, document.evidence.tool);
    if (flag === null) continue;
    const granted = { value: true, document: document.id, signer: null };
    grant(flags, document.id, flag, { ...granted, level: 'parsed', because: 'content' });
    const stated = statedBy(reading);
    for (const id of first[flag](stated, document.id))
      grant(flags, id, flag, { ...granted, level: 'parsed', because: 'subject' });
    if (namesAnother(stated, index, document.id) || (document.about ?? []).length === 0) continue;
    const claims = claimsOf(withInnerSubject(reading), isAboutSource(reading));
    for (const id of document.about) {
      const own = index.keysOf(id);
      if (own === undefined) continue;
      // Where the document names other bytes, only the caller says that it is about these.
      const level = mayBeAbout(claims, own) ? 'parsed' : 'asserted';
      grant(flags, id, flag, { ...granted, level, because: 'about' });
    }
  }
}

/**
 * Each verified statement grants its flag to the artifacts whose content it names, and to nothing
 * else: not to its own document, which may hold statements about several things, and not to what
 * that document was said to be about.
 */
export function grantVerified(
  artifacts: Rows,
  readings: readonly RunReading[],
  trust: string,
  flags: FlagsByArtifact,
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

// For each flag and level, only the first document that names an artifact counts.
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

function grant(flags: FlagsByArtifact, id: string, flag: Flag, state: FlagState): void {
  const known = flags.get(id);
  if (known === undefined) return;
  const before = known[flag];
  const better =
    !before.value ||
    LEVELS.indexOf(state.level) > LEVELS.indexOf(before.level) ||
    (state.level === before.level && RANK[state.because] > RANK[before.because]);
  if (better) flags.set(id, { ...known, [flag]: state });
}

// What such documents examine may be source, which they name by its commit.
const OF_SOURCE: readonly EvidenceKind[] = ['vuln-report', 'static-analysis', 'scorecard'];

function isAboutSource({ facts }: Pick<RunReading, 'facts'>): boolean {
  const counted = countedFacts(facts);
  return counted !== null && OF_SOURCE.includes(counted.kind);
}

// The subject of an SBOM in an attestation may name other bytes than the statement around it.
function withInnerSubject({ subjects, subjects_total, facts }: RunReading) {
  const inner = facts?.kind === 'attestation' && facts.predicate?.kind === 'sbom' ? facts.predicate.subject : null;
  if (inner === null) return { subjects, subjects_total };
  return { subjects: [...subjects, inner], subjects_total: subjects_total + 1 };
}
