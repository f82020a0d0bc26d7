import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { storeContent } from '../../src/domain/artifact/store-content.ts';
import { type Evidence, PENDING } from '../../src/domain/evidence/evidence.ts';
import { finishReading } from '../../src/domain/evidence/evidence-changes.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import type { Attestation, Verification } from '../../src/domain/evidence/verification.ts';
import { EvidenceReport, evidenceReport, reportOf } from '../../src/evidence/evidence-report.ts';
import type { RunContext } from '../../src/evidence/named-by.ts';
import { anAttestation, aVerification, failed, OTHER_TRUST, SIGNER, TRUST } from '../domain/attestations.ts';
import { ABOUT_NOTHING, BUNDLE, DOCUMENT, OTHER, readingOf, SHA256, SHA512 } from '../domain/bundle.ts';
import { A_READING, anArtifact, RECEIVED, STAMP } from '../domain/rows.ts';

const WAITING = storeContent(anArtifact(), RECEIVED, STAMP)?.artifact as Artifact;

describe('the report of evidence', () => {
  it('joins the summary and what is kept', () => {
    const change = finishReading(WAITING, A_READING, STAMP);
    const report = evidenceReport(WAITING, change?.artifact.evidence as Evidence, change?.reading ?? null);
    expect(report).toEqual(reportOf(A_READING, STAMP.at, TRUST));
    expect(report).toMatchObject({
      state: 'read',
      level: 'parsed',
      valid: true,
      facts: { kind: 'sbom', components: 1 },
      findings: [],
      verification: null,
      named_by: [],
      signed_by: [],
    });
    expect(EvidenceReport.parse(report)).toEqual(report);
  });

  it('says of what waits that nothing is known yet', () => {
    const report = evidenceReport(WAITING, PENDING, null);
    expect(report).toMatchObject({
      state: 'pending',
      kind: null,
      valid: null,
      level: null,
      facts: null,
      findings: [],
      subjects: [],
      verification: null,
      named_by: [],
      signed_by: [],
    });
    expect(EvidenceReport.parse(report)).toEqual(report);
  });
});

describe('a content_hash that is no complete digest', () => {
  const code = 'content_hash_not_compared';

  it.each(['sha256:abc123', '', `md5:${'a'.repeat(32)}`])('is a warning in the report: %j', (content_hash) => {
    const artifact = { ...WAITING, content_hash };
    const change = finishReading(artifact, A_READING, STAMP);
    const report = evidenceReport(artifact, change?.artifact.evidence as Evidence, change?.reading ?? null);
    expect(report.findings).toMatchObject([{ code, severity: 'warning', pointer: null }]);
    expect(report).toMatchObject({ findings_total: 1, valid: true });
    expect(evidenceReport(artifact, PENDING, null).findings).toMatchObject([{ code }]);
  });

  it('stands before what was found in the document, of which the last gives way', () => {
    const finding = { code: 'schema', severity: 'error', message: 'm', pointer: null } as const;
    const reading = { ...A_READING, findings: Array.from({ length: 1_000 }, () => finding), findings_total: 2_000 };
    const artifact = { ...WAITING, content_hash: 'v1' };
    const change = finishReading(artifact, reading, STAMP);
    const report = evidenceReport(artifact, change?.artifact.evidence as Evidence, change?.reading ?? null);
    expect(report.findings).toHaveLength(1_000);
    expect(report.findings[0]?.code).toBe(code);
    expect(report.findings_total).toBe(2_001);
  });

  it('is none where it is a digest in any spelling, or was not sent', () => {
    for (const content_hash of [null, `SHA256: ${'a'.repeat(64)}`])
      expect(evidenceReport({ ...WAITING, content_hash }, PENDING, null).findings).toEqual([]);
  });
});

/** The report of a document, in a run with a bundle whose digests are known. */
function told(attestations: Attestation[], changes: Partial<Verification> = {}, run: Partial<RunContext> = {}) {
  const verification = aVerification(attestations, changes);
  const reading: Reading = { ...A_READING, kind: 'provenance', facts: null, verification };
  const { artifact, reading: details } = finishReading(WAITING, reading, STAMP) as NonNullable<
    ReturnType<typeof finishReading>
  >;
  const context = {
    artifacts: [BUNDLE, DOCUMENT],
    readings: [readingOf('document', verification)],
    trust: TRUST,
    ...run,
  };
  const report = evidenceReport(DOCUMENT, artifact.evidence as Evidence, details ?? null, context);
  expect(EvidenceReport.parse(report)).toEqual(report);
  return report;
}

describe('what in a document is signed', () => {
  it('is verified where every link held and it names the content of an artifact of the run', () => {
    for (const digests of [{ sha256: SHA256 }, { sha512: SHA512 }]) {
      const report = told([anAttestation('', { subjects: [{ name: null, digests }] })]);
      expect(report.level).toBe('verified');
      expect(report.verification).toMatchObject({
        trust_digest: TRUST,
        stale: false,
        libraries: { node: '24.15.0' },
        attestations: [{ state: 'verified', about: ['bundle'], signers: [SIGNER] }],
        attestations_total: 1,
      });
    }
  });

  it.each([
    ['other bytes', { subjects: [{ name: 'bundle', digests: { sha256: OTHER } }] }],
    ['weak digests', ABOUT_NOTHING],
    ['no subject', { subjects: [] }],
    ['digits in capitals', { subjects: [{ name: null, digests: { sha256: SHA256.toUpperCase() } }] }],
  ])('is unbound where it names %s', (_what, changes) => {
    const report = told([anAttestation('', changes)]);
    expect(report.level).toBe('parsed');
    expect(report.verification?.attestations).toMatchObject([{ state: 'unbound', about: [] }]);
  });

  it('is unbound where only a declared hash is what it names', () => {
    const declared = anArtifact({ id: 'declared', content_hash: `sha256:${SHA256}` });
    const report = told([anAttestation(SHA256)], {}, { artifacts: [declared, DOCUMENT] });
    expect(report.level).toBe('parsed');
    expect(report.verification?.attestations).toMatchObject([{ state: 'unbound', about: [] }]);
  });

  it('is refused where a link did not hold, and says still what it is about', () => {
    const { level, verification } = told([anAttestation(SHA256, { links: [failed('signature', 'x')] })]);
    expect(level).toBe('parsed');
    expect(verification?.attestations).toMatchObject([
      { state: 'refused', about: ['bundle'], links: [{ link: 'signature', held: false, code: 'x' }, { held: true }] },
    ]);
  });

  it('is stale where something else is trusted now, or nothing', () => {
    for (const trust of [OTHER_TRUST, null]) {
      const { level, verification } = told([anAttestation(SHA256)], {}, { trust });
      expect(level).toBe('parsed');
      expect(verification).toMatchObject({
        stale: true,
        trust_digest: TRUST,
        attestations: [{ state: 'stale', about: ['bundle'] }],
      });
    }
  });

  it('is told of each: one that is verified makes the document so, and not the others', () => {
    const report = told([
      anAttestation(OTHER, { pointer: '/0' }),
      anAttestation(SHA256, { pointer: '/1' }),
      anAttestation(SHA256, { pointer: '/2', links: [] }),
    ]);
    expect(report.level).toBe('verified');
    expect(report.verification?.attestations.map(({ pointer, state }) => [pointer, state])).toEqual([
      ['/0', 'unbound'],
      ['/1', 'verified'],
      ['/2', 'refused'],
    ]);
  });

  it('is never about the document itself, though it names its bytes', () => {
    const own = DOCUMENT.content?.digests.sha256 ?? '';
    const copy = anArtifact({ id: 'copy', content: DOCUMENT.content });
    const alone = told([anAttestation(own)]);
    expect(alone.verification?.attestations).toMatchObject([{ state: 'unbound', about: [] }]);
    expect(alone.level).toBe('parsed');
    const beside = told([anAttestation(own)], {}, { artifacts: [DOCUMENT, copy] });
    expect(beside.verification?.attestations).toMatchObject([{ state: 'verified', about: ['copy'] }]);
  });

  it('is unbound in a file that is not kept: it is of no run', () => {
    const verification = aVerification([anAttestation(SHA256)]);
    const report = reportOf({ ...A_READING, verification }, STAMP.at, TRUST);
    expect(report.level).toBe('parsed');
    expect(report.verification).toMatchObject({ stale: false, attestations: [{ state: 'unbound', about: [] }] });
    expect(reportOf({ ...A_READING, verification }, STAMP.at, OTHER_TRUST).verification).toMatchObject({
      stale: true,
      attestations: [{ state: 'stale' }],
    });
    expect(EvidenceReport.parse(report)).toEqual(report);
  });
});
