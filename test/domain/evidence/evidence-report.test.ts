import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { type Evidence, PENDING } from '../../../src/domain/evidence/evidence.ts';
import { finishReading } from '../../../src/domain/evidence/evidence-changes.ts';
import {
  EvidenceReport,
  evidenceReport,
  type RunContext,
  reportOf,
} from '../../../src/domain/evidence/evidence-report.ts';
import { READER } from '../../../src/domain/evidence/reader.ts';
import { type Reading, type RunReading, summaryOf } from '../../../src/domain/evidence/reading.ts';
import type { Attestation, Verification } from '../../../src/domain/evidence/verification.ts';
import { anAttestation, aVerification, failed, OTHER_TRUST, SIGNER, TRUST } from '../attestations.ts';
import { A_CONTENT, A_READING, anArtifact, RECEIVED, STAMP } from '../rows.ts';

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

const SHA256 = 'b'.repeat(64);
const SHA512 = 'c'.repeat(128);
const OTHER = 'e'.repeat(64);

const bytes = (sha256: string, sha512 = 'd'.repeat(128)) => ({ ...A_CONTENT, digests: { sha256, sha512 } });
const BUNDLE = anArtifact({ id: 'bundle', content: bytes(SHA256, SHA512) });
const DOCUMENT = anArtifact({ id: 'document', content: bytes('9'.repeat(64)) });

const readingOf = (artifact_id: string, verification: Verification | null): RunReading => ({
  artifact_id,
  subjects: [],
  subjects_total: 0,
  facts: null,
  verification,
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

const ABOUT_NOTHING = { subjects: [{ name: 'bundle', digests: { sha1: 'a'.repeat(40) } }] };

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

const SIGNATURE = anAttestation(SHA256, {
  kind: 'signature',
  predicate_type: null,
  facts: { kind: 'signature', keyless: true },
});

describe('what of its run names a content', () => {
  const about = (readings: RunReading[], trust: string | null = TRUST, artifact = BUNDLE, reader = READER) => {
    const evidence = { ...summaryOf(A_READING, STAMP.at), reader };
    const documents = readings.map(({ artifact_id: id }) => anArtifact({ id, content: A_CONTENT, evidence }));
    const artifacts = [BUNDLE, DOCUMENT, ...documents];
    const report = evidenceReport(artifact, PENDING, null, { artifacts, readings, trust });
    expect(EvidenceReport.parse(report)).toEqual(report);
    return report;
  };

  it('is told with its state, and signatures over it that are verified with their signers', () => {
    const second = { ...SIGNER, trusted_as: 'second' };
    const { named_by, signed_by } = about([
      readingOf('provenance', aVerification([anAttestation(SHA256)])),
      readingOf('signature', aVerification([{ ...SIGNATURE, signers: [SIGNER, second] }])),
    ]);
    expect(named_by).toEqual([
      {
        document: 'provenance',
        kind: 'provenance',
        predicate_type: 'https://slsa.dev/provenance/v1',
        state: 'verified',
        signers: [SIGNER],
      },
      {
        document: 'signature',
        kind: 'signature',
        predicate_type: null,
        state: 'verified',
        signers: [SIGNER, second],
      },
    ]);
    expect(signed_by).toEqual([
      { document: 'signature', signer: SIGNER },
      { document: 'signature', signer: second },
    ]);
  });

  it('is told where it is refused or stale, too, and nobody has signed then', () => {
    const refused = about([readingOf('s', aVerification([{ ...SIGNATURE, links: [failed('signature')] }]))]);
    expect(refused.named_by).toMatchObject([{ document: 's', state: 'refused' }]);
    expect(refused.signed_by).toEqual([]);
    for (const trust of [OTHER_TRUST, null]) {
      const stale = about([readingOf('s', aVerification([SIGNATURE]))], trust);
      expect(stale.named_by).toMatchObject([{ document: 's', state: 'stale' }]);
      expect(stale.signed_by).toEqual([]);
    }
  });

  it('is not what names other bytes, nor what names them by their name or a weak digest', () => {
    for (const one of [anAttestation(OTHER), anAttestation('', ABOUT_NOTHING), anAttestation('', { subjects: [] })])
      expect(about([readingOf('s', aVerification([one]))])).toMatchObject({ named_by: [], signed_by: [] });
    expect(about([readingOf('s', null)])).toMatchObject({ named_by: [], signed_by: [] });
  });

  it('is not the content itself', () => {
    expect(about([readingOf('bundle', aVerification([SIGNATURE]))])).toMatchObject({ named_by: [], signed_by: [] });
  });

  it('is nothing where there is no content, whatever hash was declared', () => {
    const declared = anArtifact({ id: 'declared', content_hash: `sha256:${SHA256}` });
    const readings = [readingOf('s', aVerification([SIGNATURE]))];
    expect(about(readings, TRUST, declared)).toMatchObject({ named_by: [], signed_by: [] });
  });

  it('is told from both sides alike', () => {
    const attestations = [
      anAttestation(SHA256, { pointer: '/0' }),
      anAttestation(SHA256, { pointer: '/1', links: [] }),
      SIGNATURE,
      anAttestation(OTHER),
    ];
    const seen = told(attestations).verification?.attestations.filter((one) => one.about.includes('bundle'));
    const { named_by } = about([readingOf('document', aVerification(attestations))]);
    expect(named_by.map(({ kind, state }) => [kind, state])).toEqual(seen?.map(({ kind, state }) => [kind, state]));
    expect(named_by).toHaveLength(3);
  });

  it('is the first 100', () => {
    const readings = Array.from({ length: 101 }, (_, index) => readingOf(`s${index}`, aVerification([SIGNATURE])));
    const { named_by, signed_by } = about(readings);
    expect([named_by.length, signed_by.length, named_by.at(-1)?.document]).toEqual([100, 100, 's99']);
  });
});
