import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import type { FactsOf } from '../../../src/domain/evidence/evidence-facts.ts';
import { type Reading, type RunReading, runReading, summaryOf } from '../../../src/domain/evidence/reading.ts';
import type { Attestation } from '../../../src/domain/evidence/verification.ts';
import type { Candidate } from '../../../src/domain/gate/candidate.ts';
import { candidatesOf } from '../../../src/domain/gate/candidates.ts';
import { FLAGS, type Judging } from '../../../src/domain/gate/flag.ts';
import { flagsOf, missingFlags } from '../../../src/domain/gate/flags.ts';
import { ReleaseGateResult } from '../../../src/domain/gate/release-gate-result.ts';
import { anAttestation, aVerification, failed, OTHER_TRUST, PROVENANCE_FACTS, TRUST } from '../attestations.ts';
import { A_CONTENT, A_READING, anArtifact, aRun, STAMP } from '../rows.ts';
import { gateOf } from './judged.ts';

const NONE = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
const SHA256 = 'c'.repeat(64);
const OTHER = 'e'.repeat(64);
const bytes = (sha256: string) => ({ ...A_CONTENT, digests: { sha256, sha512: 'd'.repeat(128) } });
const OPAQUE = summaryOf({ ...A_READING, state: 'opaque', kind: 'opaque', facts: null }, STAMP.at);
const BUILT = anArtifact({ id: 'built', content: bytes(SHA256), evidence: OPAQUE }, NONE);
const SECOND = anArtifact({ id: 'second', content: bytes(OTHER), evidence: OPAQUE }, NONE);
const names = (sha256: string) => ({ subjects: [{ name: null, digests: { sha256 } }], subjects_total: 1 });
const PARSED: Judging = { minimum: 'parsed', trust: TRUST };
const VERIFIED: Judging = { minimum: 'verified', trust: TRUST };
const SBOM = A_READING.facts as FactsOf<'sbom'>;

type Document = { row: Artifact; reading: RunReading };

function document(reading: Partial<Reading>, changes: Partial<Artifact> = {}, reader?: string): Document {
  const whole = { ...A_READING, ...reading };
  const id = changes.id ?? 'document';
  const summary = summaryOf(whole, STAMP.at);
  const evidence = reader === undefined ? summary : { ...summary, reader };
  return {
    row: anArtifact({ id, kind: 'other', content: A_CONTENT, evidence, ...changes }, NONE),
    reading: runReading(id, whole),
  };
}

const signed = (...attestations: Partial<Attestation>[]): Partial<Reading> => ({
  kind: 'provenance',
  facts: PROVENANCE_FACTS,
  ...names(SHA256),
  verification: aVerification(attestations.map((one) => anAttestation(SHA256, one))),
});

/** What is said of the built thing's missing flag, in short. */
function closest(documents: Document[], judging: Judging, flag: (typeof FLAGS)[number], built = BUILT) {
  const rows = [built, SECOND, ...documents.map(({ row }) => row)];
  const readings = documents.map(({ reading }) => reading);
  const missing = missingFlags(flagsOf(rows, readings, judging).get(built.id));
  expect(missing).toContain(flag);
  const found = candidatesOf(rows, readings, judging)(built, missing);
  return found.filter((one) => one.flag === flag).map(short);
}

const short = ({ document, pointer, failed }: Candidate) => [
  document,
  pointer,
  ...failed.map(({ check, code }) => `${check} ${code}`),
];

describe('the documents that come closest to earning a missing flag', () => {
  it('are none where the run has no such document, at either level', () => {
    for (const judging of [PARSED, VERIFIED])
      for (const flag of FLAGS) expect(closest([], judging, flag)).toEqual([[null, null, 'document no_document']]);
  });

  it('are not looked for where a declaration is enough', () => {
    const { row, reading } = document({ subjects: [] });
    expect(candidatesOf([BUILT, row], [reading], { minimum: 'asserted', trust: TRUST })(BUILT, FLAGS)).toEqual([]);
  });

  it.each([
    ['names nothing', { subjects: [], subjects_total: 0 }, {}, 'subject unbound'],
    ['names bytes that the run does not hold', names('1'.repeat(64)), {}, 'subject unbound'],
    ['names another artifact', names(OTHER), {}, 'subject other_artifact'],
    ['is about it, but names other bytes', names('1'.repeat(64)), { about: ['built'] }, 'subject other_content'],
    ['has no component', { ...names(SHA256), facts: { ...SBOM, components: 0 } }, {}, 'document empty'],
    [
      'is of an unknown version',
      { ...names(SHA256), facts: { ...SBOM, disqualified: 'unknown_version' as const } },
      {},
      'document unknown_version',
    ],
  ])('at parsed: one that %s', (_what, reading: Partial<Reading>, changes: Partial<Artifact>, expected) => {
    expect(closest([document(reading, changes)], PARSED, 'sbom_present')).toEqual([['document', null, expected]]);
  });

  it.each([
    [
      'could not be read',
      document({ state: 'unreadable', kind: 'opaque', facts: null }, { kind: 'sbom' }),
      'document unreadable',
    ],
    ['an older version read', document({}, { kind: 'sbom' }, 'maestro/1'), 'reader outdated'],
    ['a newer version read', document({}, { kind: 'sbom' }, 'maestro/999'), 'reader newer'],
  ])('at either level: one that %s', (_what, one, expected) => {
    for (const judging of [PARSED, VERIFIED])
      expect(closest([one], judging, 'sbom_present')).toEqual([['document', null, expected]]);
  });

  it.each<[string, Partial<Reading>, (string | null)[]]>([
    ['unsigned', names(SHA256), [null, 'signature not_signed']],
    ['unsigned and about nothing of the run', names('1'.repeat(64)), [null, 'signature not_signed', 'subject unbound']],
    [
      'signed in a way that is not verified',
      {
        ...names(SHA256),
        verification: aVerification([
          anAttestation('', { kind: 'signature', facts: null, links: [failed('signature', 'jsf')] }),
        ]),
      },
      [null, 'signature jsf'],
    ],
  ])('at verified: an SBOM that is %s', (_what, reading, expected) => {
    expect(closest([document(reading)], VERIFIED, 'sbom_present')).toEqual([['document', ...expected]]);
  });

  it('at verified: each check of the signature that failed, with its code, and whom it names', () => {
    const refused = signed({
      pointer: '/0',
      links: [failed('identity', 'identity_unknown'), failed('builder', 'not_checked')],
    });
    const found = closest([document(refused)], VERIFIED, 'slsa_provenance_present');
    expect(found).toEqual([['document', '/0', 'identity identity_unknown']]);
    const unbound = signed(names('1'.repeat(64)));
    expect(closest([document(unbound)], VERIFIED, 'slsa_provenance_present')).toEqual([
      ['document', '', 'subject unbound'],
    ]);
    const other = signed({ subjects: [{ name: null, digests: { sha256: OTHER } }] });
    expect(closest([document(other)], VERIFIED, 'slsa_provenance_present')).toEqual([
      ['document', '', 'subject other_artifact'],
    ]);
    const missing = signed({ links: [] });
    expect(closest([document(missing)], VERIFIED, 'slsa_provenance_present')).toEqual([
      ['document', '', 'signature incomplete'],
    ]);
  });

  it('at verified: one that was verified under another trust policy, and an artifact without content', () => {
    const stale = { ...signed({}), verification: aVerification([anAttestation(SHA256)], { trust: OTHER_TRUST }) };
    expect(closest([document(stale)], VERIFIED, 'slsa_provenance_present')).toEqual([
      ['document', '', 'trust_policy stale'],
    ]);
    const declared = anArtifact({ id: 'built', content_hash: `sha256:${SHA256}` }, NONE);
    expect(closest([document(signed({}))], VERIFIED, 'slsa_provenance_present', declared)).toEqual([
      ['document', '', 'subject no_content'],
    ]);
  });

  it('are the two that failed the fewest checks, each with at most four of them', () => {
    const links = ['signature', 'certificate', 'log', 'timestamp', 'identity'] as const;
    const bad = document(signed({ links: links.map((link) => failed(link, 'x'.repeat(10))) }), { id: 'bad' });
    const worse = document(signed({ links: [...links, 'key' as const].map((link) => failed(link)) }), { id: 'worse' });
    const near = document(signed({ links: [failed('identity', 'identity_unknown')] }), { id: 'near' });
    const found = closest([worse, bad, near], VERIFIED, 'slsa_provenance_present');
    expect(found.map(([id]) => id)).toEqual(['near', 'bad']);
    expect(found[1]).toHaveLength(2 + 4);
  });

  it('are told by the gate of the first three artifacts, the one that lacks least first, and bounded in size', () => {
    const detail = 'd'.repeat(512);
    const documents = Array.from({ length: 40 }, (_, index) => {
      const links = [
        { ...failed('identity'), detail },
        { ...failed('log'), detail },
      ];
      return document(signed({ links }), { id: `document-${index}` });
    });
    const rows = [SECOND, BUILT, ...documents.map(({ row }) => row)];
    const readings = documents.map(({ reading }) => reading);
    const result = gateOf(aRun({ status: 'succeeded' }), rows, readings, VERIFIED);
    expect(ReleaseGateResult.parse(result)).toEqual(result);
    const told = result.details.artifacts.filter(({ candidates }) => candidates.length > 0);
    expect(told).toHaveLength(3);
    for (const { candidates } of told)
      for (const { failed } of candidates)
        for (const one of failed) expect(one.detail?.length ?? 0).toBeLessThanOrEqual(200);
    expect(JSON.stringify(told).length).toBeLessThan(20_000);
  });

  it('are not told on a pass', () => {
    const whole = ['sbom_present', 'slsa_provenance_present', 'risk_assessment_present'].map((_flag, index) => {
      const vex = { kind: 'vex', statements: 1, by_status: {}, author: null, created: null } as const;
      const facts = [SBOM, PROVENANCE_FACTS, vex][index] ?? null;
      return document({ ...names(SHA256), kind: facts?.kind ?? 'sbom', facts }, { id: `document-${index}` });
    });
    const rows = [BUILT, SECOND, ...whole.map(({ row }) => row)];
    const result = gateOf(
      aRun({ status: 'succeeded' }),
      rows,
      whole.map(({ reading }) => reading),
      PARSED,
    );
    expect(result.passed).toBe(true);
    for (const { candidates } of result.details.artifacts) expect(candidates).toEqual([]);
  });
});

describe('a run of which a newer version, or a damaged store, holds rows of another shape', () => {
  const without = <Row extends object>(row: Row, field: keyof Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== field)) as Row;

  it.each([PARSED, VERIFIED])('is blocked, and no error, at $minimum', (judging) => {
    const newer = document({ verification: null }, { id: 'newer' }, 'maestro/999');
    const odd = document(names(SHA256), { id: 'odd' });
    const rows = [BUILT, newer.row, without(odd.row, 'about'), without({ ...BUILT, id: 'bare' }, 'evidence')];
    const readings = [without(newer.reading, 'verification'), odd.reading];
    const result = gateOf(aRun({ status: 'succeeded' }), rows, readings, judging);
    expect(result.passed).toBe(false);
    expect(result.details.reasons.map(({ code }) => code)).toContain('no_compliant_artifact');
  });
});
