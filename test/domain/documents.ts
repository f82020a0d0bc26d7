// Documents of a run and the artifacts that they are about, made for the tests of flags.
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import type { EvidenceFacts, FactsOf } from '../../src/domain/evidence/evidence-facts.ts';
import { READER } from '../../src/domain/evidence/reader.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import type { Level } from '../../src/domain/gate/flag.ts';
import { flagsOf } from '../../src/domain/gate/flags.ts';
import { PROVENANCE_FACTS } from './attestations.ts';
import { A_CONTENT, A_READING, anArtifact, STAMP } from './rows.ts';

export const HEX = (digit: string) => digit.repeat(64);
export const NONE = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
export const content = (digit: string) => ({
  ...A_CONTENT,
  digests: { sha256: HEX(digit), sha512: digit.repeat(128) },
});

/** An artifact without declared flags, whose content is known by one digit. */
export const built = (id: string, digit: string, changes: Partial<Artifact> = {}) =>
  anArtifact(
    { id, content: content(digit), evidence: evidenceOf({ state: 'opaque', kind: 'opaque' }), ...changes },
    NONE,
  );

export function evidenceOf(changes: Partial<Reading>): Evidence {
  const kept = { ...A_READING, ...changes };
  const { subjects, subjects_total: _, facts: __, findings: ___, valid: ____, verification: _____, ...rest } = kept;
  return { ...rest, level: 'parsed', subjects, read_at: STAMP.at, reader: READER };
}

/** A document as an artifact, and what was read of it. */
export function document(id: string, changes: Partial<Reading>, artifact: Partial<Artifact> = {}) {
  const reading = { ...A_READING, subjects: [], subjects_total: 0, ...changes };
  const { subjects, facts, verification } = reading;
  return {
    artifact: anArtifact({ id, content: content('d'), evidence: evidenceOf(reading), ...artifact }, NONE),
    reading: {
      artifact_id: id,
      subjects,
      subjects_total: changes.subjects_total ?? subjects.length,
      facts,
      verification,
    },
  };
}

export const PROVENANCE: Partial<Reading> = { kind: 'provenance', facts: PROVENANCE_FACTS };
export const SCORECARD: Partial<Reading> = {
  kind: 'scorecard',
  facts: {
    kind: 'scorecard',
    repository: 'r',
    commit: null,
    score: 7,
    checks: [{ name: 'Code-Review', score: 7 }],
    created: null,
  },
};
export const names = (digest: Record<string, string>) => ({ subjects: [{ name: null, digests: digest }] });

/** The flags of documents and other artifacts of one run. */
export function judge(
  documents: ReturnType<typeof document>[],
  others: Artifact[] = [],
  minimum: Level = 'asserted',
  trust: string | null = null,
) {
  const artifacts = [...documents.map(({ artifact }) => artifact), ...others];
  return flagsOf(
    artifacts,
    documents.map(({ reading }) => reading),
    { minimum, trust },
  );
}

/** What an attestation says that holds another document. */
export const within = (predicate: FactsOf<'attestation'>['predicate']): EvidenceFacts => ({
  kind: 'attestation',
  predicate_type: 'https://predicate.example',
  subjects: 1,
  statements: 1,
  predicate,
});
