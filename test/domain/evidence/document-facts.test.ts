import { describe, expect, it } from 'vitest';
import { contentIndex } from '../../../src/domain/evidence/digests.ts';
import { documentFacts } from '../../../src/domain/evidence/document-facts.ts';
import type { EvidenceFacts } from '../../../src/domain/evidence/evidence-facts.ts';
import { type Reading, runReading, summaryOf } from '../../../src/domain/evidence/reading.ts';
import type { Attestation } from '../../../src/domain/evidence/verification.ts';
import { EvidenceReport, evidenceReport } from '../../../src/evidence/evidence-report.ts';
import {
  anAttestation,
  aVerification,
  failed,
  held,
  KEYLESS,
  OTHER_TRUST,
  PROVENANCE_FACTS,
  SAID,
  TRUST,
} from '../attestations.ts';
import { reportOf } from '../gate/judged.ts';
import { A_CONTENT, A_READING, anArtifact, aRun, STAMP } from '../rows.ts';

const SHA256 = 'b'.repeat(64);
const BUILT = anArtifact({
  id: 'built',
  content: { ...A_CONTENT, digests: { sha256: SHA256, sha512: 'd'.repeat(128) } },
});
const named = (builder_id: string): EvidenceFacts => ({ ...PROVENANCE_FACTS, builder_id });
const builderOf = (facts: EvidenceFacts | null) => (facts?.kind === 'provenance' ? facts.builder_id : facts?.kind);

const VEX: EvidenceFacts = { kind: 'vex', statements: 1, by_status: {}, author: null, created: null };
const refused = { links: [failed('identity', 'identity_unknown')], facts: named('refused') };
const verified = { facts: named('verified') };
const unbound = { subjects: [{ name: null, digests: { sha256: 'e'.repeat(64) } }], facts: named('unbound') };
const signature: Partial<Attestation> = {
  kind: 'signature',
  predicate_type: null,
  links: KEYLESS.map(held),
  facts: { kind: 'signature', keyless: true },
};

/** What is told of a document that holds these statements, the facts of the first of which were read. */
function told(attestations: Partial<Attestation>[], changes: Partial<Reading> = {}, trust = TRUST) {
  const all = attestations.map((one, index) => anAttestation(SHA256, { pointer: `/${index}`, ...one }));
  const [first] = all;
  const reading: Reading = {
    ...A_READING,
    kind: first?.kind ?? 'provenance',
    facts: first?.facts ?? null,
    tool: { name: 'first', version: null },
    verification: aVerification(all),
    ...changes,
  };
  const evidence = summaryOf(reading, STAMP.at);
  const row = anArtifact({ id: 'document', content: A_CONTENT, evidence });
  const run = { artifacts: [BUILT, row], readings: [runReading('document', reading)], trust };
  const report = evidenceReport(row, evidence, reading, run);
  expect(EvidenceReport.parse(report)).toEqual(report);
  const said = documentFacts(row, reading, contentIndex(run.artifacts), trust);
  const { level, kind, tool, subjects, subjects_total, facts } = report;
  expect(said).toEqual({ level, kind, tool, subjects, subjects_total, facts });
  const judging = { minimum: 'asserted', trust } as const;
  const rows = reportOf(aRun(), run.artifacts, run.readings, judging).artifacts;
  expect(rows[1]).toMatchObject({ artifact_id: 'document', level, facts });
  return report;
}

describe('level, kind and facts of a document', () => {
  it('are those of the first verified statement, not of a refused or unbound one before it', () => {
    for (const before of [[], [refused], [unbound], [refused, unbound]]) {
      const report = told([...before, verified, { facts: named('second') }, refused]);
      expect([report.level, report.kind, builderOf(report.facts)]).toEqual(['verified', 'provenance', 'verified']);
      expect(report.subjects).toEqual([{ name: 'bundle.tgz', digests: { sha256: SHA256 } }]);
      expect(report.subjects_total).toBe(1);
      expect(report.tool).toBeNull();
      expect(report.verification?.attestations.map(({ state }) => state)).toContain('verified');
    }
  });

  it('are those of the verified statement where it is of another kind than the one that was read', () => {
    const report = told([
      refused,
      { kind: 'vex', predicate_type: 'v', links: [...KEYLESS, ...SAID].map(held), facts: VEX },
    ]);
    expect([report.level, report.kind, report.facts]).toEqual(['verified', 'vex', VEX]);
    expect(report.verification?.attestations.map(({ state }) => state)).toEqual(['refused', 'verified']);
  });

  it('are those that were read where no statement is verified', () => {
    for (const statements of [[refused], [unbound], [refused, unbound], []]) {
      const report = told(statements);
      expect(report.level).toBe('parsed');
      expect(builderOf(report.facts)).toBe(builderOf(statements[0]?.facts ?? null) ?? undefined);
    }
    const stale = told([verified], {}, OTHER_TRUST);
    expect([stale.level, stale.verification?.attestations[0]?.state]).toEqual(['parsed', 'stale']);
  });

  it('are not verified by a signature over other bytes that stands in the document', () => {
    const report = told([signature], { kind: 'sbom', facts: A_READING.facts });
    expect(report).toMatchObject({ level: 'parsed', kind: 'sbom', facts: A_READING.facts });
    expect(report.verification?.attestations).toMatchObject([{ kind: 'signature', state: 'verified' }]);
    expect(told([refused, signature]).level).toBe('parsed');
  });

  it('are verified where the document is nothing but a signature over bytes of the run', () => {
    const second = { ...signature, facts: { kind: 'signature', keyless: false } as const };
    const report = told([{ ...signature, links: [failed('signature', 'x')] }, second]);
    expect(report).toMatchObject({
      level: 'verified',
      kind: 'signature',
      facts: { kind: 'signature', keyless: false },
    });
  });
});
