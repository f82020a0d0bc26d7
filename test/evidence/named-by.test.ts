import { describe, expect, it } from 'vitest';
import { READER } from '../../src/domain/evidence/reader.ts';
import { detailsOf, type RunReading, summaryOf } from '../../src/domain/evidence/reading.ts';
import { evidenceReport } from '../../src/evidence/evidence-report.ts';
import { NamedBy, namingOf, SignedBy } from '../../src/evidence/named-by.ts';
import { anAttestation, aVerification, failed, OTHER_TRUST, SIGNER, TRUST } from '../domain/attestations.ts';
import { ABOUT_NOTHING, BUNDLE, DOCUMENT, OTHER, readingOf, SHA256 } from '../domain/bundle.ts';
import { A_CONTENT, A_READING, anArtifact, STAMP } from '../domain/rows.ts';

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
    const naming = namingOf(artifact, { artifacts, readings, trust });
    for (const one of naming.named_by) expect(NamedBy.parse(one)).toEqual(one);
    for (const one of naming.signed_by) expect(SignedBy.parse(one)).toEqual(one);
    return naming;
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

  it('is the first 100', () => {
    const readings = Array.from({ length: 101 }, (_, index) => readingOf(`s${index}`, aVerification([SIGNATURE])));
    const { named_by, signed_by } = about(readings);
    expect([named_by.length, signed_by.length, named_by.at(-1)?.document]).toEqual([100, 100, 's99']);
  });

  it('is not told by documents that other readers read', () => {
    const readings = [readingOf('s', aVerification([SIGNATURE]))];
    for (const reader of ['maestro/1', 'maestro/999', 'odd'])
      expect(about(readings, TRUST, BUNDLE, reader)).toEqual({ named_by: [], signed_by: [] });
    expect(about(readings).named_by).toHaveLength(1);
  });

  it('is told from both sides alike', () => {
    const attestations = [
      anAttestation(SHA256, { pointer: '/0' }),
      anAttestation(SHA256, { pointer: '/1', links: [] }),
      SIGNATURE,
      anAttestation(OTHER),
    ];
    const verification = aVerification(attestations);
    const details = detailsOf({ ...A_READING, kind: 'provenance', facts: null, verification });
    const context = { artifacts: [BUNDLE, DOCUMENT], readings: [readingOf('document', verification)], trust: TRUST };
    const report = evidenceReport(DOCUMENT, summaryOf({ ...A_READING, verification }, STAMP.at), details, context);
    const seen = report.verification?.attestations.filter((one) => one.about.includes('bundle'));
    const { named_by } = about([readingOf('document', aVerification(attestations))]);
    expect(named_by.map(({ kind, state }) => [kind, state])).toEqual(seen?.map(({ kind, state }) => [kind, state]));
    expect(named_by).toHaveLength(3);
  });
});
