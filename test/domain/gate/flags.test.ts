import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Artifact, ArtifactMetadata } from '../../../src/domain/artifact/artifact.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import type { EvidenceFacts, FactsOf, Subject, Tool } from '../../../src/domain/evidence/evidence-facts.ts';
import { READER } from '../../../src/domain/evidence/reader.ts';
import type { Reading } from '../../../src/domain/evidence/reading.ts';
import type { Attestation } from '../../../src/domain/evidence/verification.ts';
import {
  checkArtifactCompliance,
  countMissing,
  earnedFlag,
  FLAGS,
  flagsOf,
  isEvidenceOf,
  type Level,
  missingFlags,
} from '../../../src/domain/gate/flags.ts';
import { checkReleaseGate } from '../../../src/domain/gate/release-gate.ts';
import {
  anAttestation,
  aVerification,
  BUILT,
  failed,
  held,
  KEYED,
  KEYLESS,
  OTHER_TRUST,
  PROVENANCE_FACTS,
  SAID,
  SIGNER,
  TRUST,
} from '../attestations.ts';
import { A_CONTENT, A_READING, anArtifact, aRun, declaredFlags, ownFlags, STAMP } from '../rows.ts';

const EVERY_COMBINATION = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [(bits & 4) > 0, (bits & 2) > 0, (bits & 1) > 0]);

describe('the flags', () => {
  it('are the SBOM, SLSA provenance and the risk assessment, in this order', () => {
    expect(FLAGS).toEqual(['sbom_present', 'slsa_provenance_present', 'risk_assessment_present']);
  });

  it('are all the booleans that the metadata of an artifact has', () => {
    const { additional_metadata: _, ...booleans } = ArtifactMetadata.shape;
    expect(Object.keys(booleans)).toEqual([...FLAGS]);
  });
});

describe('missingFlags', () => {
  it.each(EVERY_COMBINATION)('names exactly those that are false: %s, %s, %s', (sbom, provenance, risk) => {
    const artifact = anArtifact({}, {
      sbom_present: sbom,
      slsa_provenance_present: provenance,
      risk_assessment_present: risk,
    } as never);
    const expected = [
      ...(sbom ? [] : ['sbom_present']),
      ...(provenance ? [] : ['slsa_provenance_present']),
      ...(risk ? [] : ['risk_assessment_present']),
    ];
    const flags = ownFlags(artifact);
    expect(missingFlags(flags)).toEqual(expected);
    expect(flags && countMissing(flags)).toBe(expected.length);
    expect(checkArtifactCompliance(flags)).toBe(sbom && provenance && risk);
  });

  it.each(FLAGS)('counts a %s that is anything but the boolean true', (flag) => {
    for (const odd of [false, 'true', 1, {}, [true], null, undefined]) {
      const flags = declaredFlags();
      expect(countMissing({ ...flags, [flag]: { ...flags[flag], value: odd as never } })).toBe(1);
    }
  });

  it.each(FLAGS)('takes nothing but the boolean true for %s', (flag) => {
    fc.assert(
      fc.property(
        fc.anything({ withBoxedValues: true }).filter((value) => value !== true),
        (value) => {
          const artifact = anArtifact({}, { [flag]: value });
          expect(missingFlags(ownFlags(artifact))).toEqual([flag]);
          expect(checkArtifactCompliance(ownFlags(artifact))).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['text', 'true'],
    ['true', true],
    ['an array', [true, true, true]],
    ['an empty object', {}],
  ])('names all three where the metadata is %s', (_what, metadata_json) => {
    const artifact = anArtifact({ metadata_json: metadata_json as never });
    expect(missingFlags(ownFlags(artifact))).toEqual([...FLAGS]);
    expect(checkArtifactCompliance(ownFlags(artifact))).toBe(false);
  });

  it.each(FLAGS)('is not deceived by a %s that all objects inherit', (flag) => {
    const artifact = anArtifact();
    Reflect.deleteProperty(artifact.metadata_json, flag);
    let missing: unknown;
    Object.defineProperty(Object.prototype, flag, { value: true, configurable: true });
    try {
      missing = missingFlags(ownFlags(artifact));
    } finally {
      Reflect.deleteProperty(Object.prototype, flag);
    }
    expect(missing).toEqual([flag]);
  });
});

const HEX = (digit: string) => digit.repeat(64);
const NONE = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
const content = (digit: string) => ({ ...A_CONTENT, digests: { sha256: HEX(digit), sha512: digit.repeat(128) } });

/** An artifact without declared flags, whose content is known by one digit. */
const built = (id: string, digit: string, changes: Partial<Artifact> = {}) =>
  anArtifact(
    { id, content: content(digit), evidence: evidenceOf({ state: 'opaque', kind: 'opaque' }), ...changes },
    NONE,
  );

function evidenceOf(changes: Partial<Reading>): Evidence {
  const kept = { ...A_READING, ...changes };
  const { subjects, subjects_total: _, facts: __, findings: ___, valid: ____, verification: _____, ...rest } = kept;
  return { ...rest, level: 'parsed', subjects, read_at: STAMP.at, reader: READER };
}

/** A document as an artifact, and what was read of it. */
function document(id: string, changes: Partial<Reading>, artifact: Partial<Artifact> = {}) {
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

const PROVENANCE: Partial<Reading> = { kind: 'provenance', facts: PROVENANCE_FACTS };
const SCORECARD: Partial<Reading> = {
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
const names = (digest: Record<string, string>) => ({ subjects: [{ name: null, digests: digest }] });

function judge(
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

describe('flags that are earned', () => {
  it('are those of the document itself', () => {
    const flags = judge([document('sbom', {})]).get('sbom');
    expect(flags?.sbom_present).toEqual({
      value: true,
      level: 'parsed',
      because: 'content',
      document: 'sbom',
      signer: null,
    });
    expect(missingFlags(flags)).toEqual(['slsa_provenance_present', 'risk_assessment_present']);
  });

  it('make the built thing compliant through three documents that name its digest', () => {
    const documents = [
      document('sbom', names({ sha256: HEX('b') })),
      document('provenance', { ...PROVENANCE, ...names({ sha512: 'b'.repeat(128) }) }),
      document('risk', { ...SCORECARD, ...names({ sha256: HEX('b'), sha512: 'odd' }) }),
    ];
    const flags = judge(documents, [built('bundle', 'b')]);
    expect(checkArtifactCompliance(flags.get('bundle'))).toBe(true);
    expect(flags.get('bundle')?.slsa_provenance_present).toEqual({
      value: true,
      level: 'parsed',
      because: 'subject',
      document: 'provenance',
      signer: null,
    });
    expect([...flags.values()].filter(checkArtifactCompliance)).toHaveLength(1);
  });

  it('make the built thing compliant through three documents that are about it', () => {
    const about = { about: ['bundle'] };
    const documents = [
      document('sbom', {}, about),
      document('provenance', { ...PROVENANCE, ...names({ sha256: HEX('b') }) }, about),
      document('risk', SCORECARD, about),
    ];
    const flags = judge(documents, [built('bundle', 'b')]);
    expect(checkArtifactCompliance(flags.get('bundle'))).toBe(true);
    expect(flags.get('bundle')?.sbom_present).toEqual({
      value: true,
      level: 'parsed',
      because: 'about',
      document: 'sbom',
      signer: null,
    });
    expect(flags.get('bundle')?.slsa_provenance_present.because).toBe('subject');
  });

  it('go to an artifact whose declared hash is named, where it has no content', () => {
    const artifact = anArtifact({ id: 'bundle', content_hash: `sha256:${HEX('b')}` }, NONE);
    const flags = judge([document('sbom', names({ sha256: HEX('b') }))], [artifact]);
    expect(flags.get('bundle')?.sbom_present.because).toBe('subject');
  });

  it.each([
    ['in capitals', { sha256: HEX('B') }],
    ['too short', { sha256: 'b'.repeat(40) }],
    ['too long', { sha256: 'b'.repeat(65) }],
    ['with a prefix', { sha256: `sha256:${HEX('b')}` }],
    ['with a line end', { sha256: `${HEX('b')}\n` }],
    ['under another algorithm', { sha1: HEX('b') }],
    ['under an algorithm in capitals', { SHA256: HEX('b') }],
    ['a SHA-256 as SHA-512', { sha512: HEX('b') }],
    ['empty', { sha256: '' }],
    ['inherited', Object.create({ sha256: HEX('b') })],
  ])('do not go to an artifact by a digest %s', (_what, digests) => {
    const flags = judge([document('sbom', names(digests))], [built('bundle', 'b')]);
    expect(flags.get('bundle')?.sbom_present.value).toBe(false);
  });

  it('do not go to an artifact that merely has the same name', () => {
    const subjects = [{ name: 'bundle', digests: { sha256: HEX('c') } }];
    const flags = judge([document('sbom', { subjects })], [built('bundle', 'b')]);
    expect(flags.get('bundle')?.sbom_present.value).toBe(false);
  });

  it('go to what a digest names and not to what the document was said to be about', () => {
    const flags = judge(
      [document('sbom', names({ sha256: HEX('b') }), { about: ['other', 'bundle'] })],
      [built('bundle', 'b'), built('other', 'c')],
    );
    expect(flags.get('bundle')?.sbom_present.because).toBe('subject');
    expect(flags.get('other')?.sbom_present).toEqual({
      value: false,
      level: 'asserted',
      because: 'not_declared',
      document: null,
      signer: null,
    });
  });

  it('rest on the word of the caller alone where the document names other bytes than those it is said to be about', () => {
    const documents = [document('sbom', names({ sha256: HEX('e') }), { about: ['bundle'] })];
    const state = judge(documents, [built('bundle', 'b')]).get('bundle')?.sbom_present;
    expect(state).toEqual({ value: true, level: 'asserted', because: 'about', document: 'sbom', signer: null });
    expect(judge(documents, [built('bundle', 'b')], 'parsed').get('bundle')?.sbom_present.value).toBe(false);
  });

  it.each([
    ['another digest in capitals', { sha256: HEX('E') }],
    ['another digest under a name in capitals', { 'SHA-256': HEX('e') }],
    ['another digest with a prefix', { sha256: `sha256:${HEX('e')}` }],
    ['SHA-384 alone', { sha384: 'b'.repeat(96) }],
    ['SHA-1 alone', { sha1: 'b'.repeat(40) }],
    ['MD5 alone', { md5: 'b'.repeat(32) }],
    ['a commit alone', { gitCommit: 'b'.repeat(40) }],
    ['a digest that was cut off', { sha256: 'b'.repeat(12) }],
  ])('rest on the word of the caller alone where the document states %s', (_what, digests) => {
    const documents = [document('sbom', names(digests), { about: ['bundle', 'bare', 'odd'] })];
    const others = [
      built('bundle', 'b'),
      anArtifact({ id: 'bare' }, NONE),
      anArtifact({ id: 'odd', content_hash: 'sha256:abc123' }, NONE),
    ];
    for (const { id } of others) {
      expect(judge(documents, others).get(id)?.sbom_present).toMatchObject({ level: 'asserted', because: 'about' });
      expect(judge(documents, others, 'parsed').get(id)?.sbom_present.value).toBe(false);
    }
  });

  it('rest on the word of the caller alone where the SBOM in a statement that names nothing names other bytes', () => {
    const sbom = A_READING.facts as FactsOf<'sbom'>;
    const signed = (digests: Record<string, string>) => {
      const subject = { name: 'app', version: null, purl: null, digests };
      const facts = within({ ...sbom, subject });
      const documents = [document('sbom', { kind: 'attestation', facts }, { about: ['bundle'] })];
      return judge(documents, [built('bundle', 'b')]).get('bundle')?.sbom_present;
    };
    expect(signed({ sha256: HEX('E') })).toMatchObject({ level: 'asserted', because: 'about' });
    expect(signed({ sha256: HEX('B') })).toMatchObject({ level: 'parsed', because: 'about' });
    expect(signed({})).toMatchObject({ level: 'parsed', because: 'about' });
  });

  it('are parsed through `about` where a scan of source names its commit, and by that alone', () => {
    const about = { about: ['bundle'] };
    const scan = (digests: Record<string, string>) =>
      judge([document('risk', { ...SCORECARD, ...names(digests) }, about)], [built('bundle', 'b')]).get('bundle')
        ?.risk_assessment_present;
    expect(scan({ gitCommit: 'b'.repeat(40) })).toMatchObject({ level: 'parsed', because: 'about' });
    expect(scan({ gitCommit: 'b'.repeat(40), sha256: HEX('e') })).toMatchObject({ level: 'asserted' });
    expect(scan({ gitTree: 'b'.repeat(40) })).toMatchObject({ level: 'asserted' });
  });

  it('are parsed through `about` where the document states no digest, or that of the artifact in another spelling', () => {
    const about = { about: ['bundle', 'bare'] };
    const silent = judge([document('sbom', {}, about)], [built('bundle', 'b'), anArtifact({ id: 'bare' }, NONE)]);
    expect(silent.get('bundle')?.sbom_present).toMatchObject({ level: 'parsed', because: 'about' });
    expect(silent.get('bare')?.sbom_present).toMatchObject({ level: 'parsed', because: 'about' });
    const spelt = judge([document('sbom', names({ 'SHA-256': HEX('B') }), about)], [built('bundle', 'b')]);
    expect(spelt.get('bundle')?.sbom_present).toMatchObject({ level: 'parsed', because: 'about' });
  });

  it('go to no artifact by a subject that has its SHA-256 and the SHA-512 of another', () => {
    const mixed = names({ sha256: HEX('b'), sha512: 'c'.repeat(128) });
    const flags = judge([document('sbom', mixed, { about: ['bundle'] })], [built('bundle', 'b'), built('other', 'c')]);
    expect(flags.get('bundle')?.sbom_present).toMatchObject({ level: 'asserted', because: 'about' });
    expect(flags.get('other')?.sbom_present.value).toBe(false);
  });

  it('do not go by `about` where not all subjects are known', () => {
    const documents = [document('sbom', { subjects_total: 2_001 }, { about: ['bundle'] })];
    expect(judge(documents, [built('bundle', 'b')], 'parsed').get('bundle')?.sbom_present.value).toBe(false);
  });

  it('do not reach an artifact of another run', () => {
    const foreign = { ...built('bundle', 'b'), run_id: 'run-2' };
    const { artifact, reading } = document('sbom', names({ sha256: HEX('b') }), { about: ['bundle'] });
    const { details } = checkReleaseGate(aRun({ status: 'succeeded' }), [artifact, foreign], [reading]);
    expect(details.total_artifacts).toBe(1);
    expect(flagsOf([artifact], [reading]).get('bundle')).toBeUndefined();
  });

  it('look at each subject a few times, however many artifacts their document is about', () => {
    let looks = 0;
    const subjects = Array.from({ length: 200 }, () => ({
      name: null,
      get digests() {
        looks += 1;
        return { sha256: HEX('f') };
      },
    }));
    const targets = Array.from({ length: 200 }, (_, index) => built(`t${index}`, 'c'));
    const one = document('d', { ...SCORECARD, subjects }, { about: targets.map(({ id }) => id) });
    const flags = judge([one], targets);
    expect(looks).toBeLessThan(2_000);
    expect(flags.get('t199')?.risk_assessment_present).toMatchObject({ because: 'about', level: 'asserted' });
  });

  it('are not earned by readings of what is no artifact of the run', () => {
    const { reading } = document('sbom', names({ sha256: HEX('b') }));
    expect(flagsOf([built('bundle', 'b')], [reading]).get('bundle')?.sbom_present.value).toBe(false);
  });

  it.each(['pending', 'unreadable', 'opaque'] as const)('are not earned by a document that is %s', (state) => {
    const one = document('sbom', names({ sha256: HEX('b') }));
    const evidence = { ...evidenceOf({}), state };
    const flags = judge([{ ...one, artifact: { ...one.artifact, evidence } }], [built('bundle', 'b')]);
    expect([...flags.values()].some(({ sbom_present }) => sbom_present.value)).toBe(false);
  });

  it('keep what is better: read over declared, the own content over that of another document', () => {
    const sbom = document('sbom', names({ sha256: HEX('d') }));
    const declared = anArtifact({ id: 'bundle', content: content('d') });
    const flags = judge([sbom, document('other', names({ sha256: HEX('d') }))], [declared]);
    expect(flags.get('sbom')?.sbom_present).toMatchObject({ because: 'content', document: 'sbom' });
    expect(flags.get('bundle')?.sbom_present).toMatchObject({ level: 'parsed', because: 'subject' });
    expect(flags.get('bundle')?.risk_assessment_present).toMatchObject({ level: 'asserted', because: 'declared' });
  });
});

/** What an attestation says that holds another document. */
const within = (predicate: FactsOf<'attestation'>['predicate']): EvidenceFacts => ({
  kind: 'attestation',
  predicate_type: 'https://predicate.example',
  subjects: 1,
  statements: 1,
  predicate,
});

describe('what a document must hold to earn a flag', () => {
  const facts = A_READING.facts as FactsOf<'sbom'>;
  const provenance = PROVENANCE.facts as FactsOf<'provenance'>;
  const scorecard = SCORECARD.facts as FactsOf<'scorecard'>;
  const named = names({ sha256: HEX('a') }).subjects;
  const scan = { kind: 'vuln-report', vulnerabilities: 0, by_severity: {}, fixable: 0, created: null } as const;
  const sarif = { kind: 'static-analysis', runs: 1, results: 0, by_level: {}, rules: 0 } as const;
  const vex = { kind: 'vex', by_status: {}, author: null, created: null } as const;
  const tests = { kind: 'test-report', suites: 1, tests: 1, passed: 1, failed: 0, errors: 0, skipped: 0 } as never;
  const summary = { kind: 'vsa', predicate_type: 'https://slsa.dev/verification_summary/v1' } as never;
  const tool = { name: 'grype', version: null };
  it.each<[string, EvidenceFacts, Subject[], Tool | null, string | null]>([
    ['an SBOM with a component', facts, [], null, 'sbom_present'],
    ['an SBOM without one', { ...facts, components: 0 }, [], null, null],
    ['a provenance', provenance, named, null, 'slsa_provenance_present'],
    ['a provenance that is not of SLSA', { ...provenance, slsa: false }, named, null, null],
    ['a provenance without a builder', { ...provenance, builder_id: null }, named, null, null],
    ['a provenance with an empty builder', { ...provenance, builder_id: ' ' }, named, null, null],
    ['a provenance without a subject', provenance, [], null, null],
    ['a provenance with a weak digest', provenance, names({ sha1: 'a'.repeat(40) }).subjects, null, null],
    ['a provenance with a short digest', provenance, names({ sha256: 'aa' }).subjects, null, null],
    ['a VEX with a statement', { ...vex, statements: 1 }, [], null, 'risk_assessment_present'],
    ['a VEX without one', { ...vex, statements: 0 }, [], null, null],
    ['a scan that found nothing', { ...scan, target: 'image' }, [], tool, 'risk_assessment_present'],
    ['a scan of nothing', { ...scan, target: null }, [], tool, null],
    ['a scan by nothing', { ...scan, target: 'image' }, [], null, null],
    ['a static analysis', { ...sarif, target: 'src' }, [], tool, 'risk_assessment_present'],
    ['a static analysis of nothing', { ...sarif, target: null }, [], tool, null],
    ['a scorecard', scorecard, [], null, 'risk_assessment_present'],
    ['a scorecard without checks', { ...scorecard, checks: [] }, [], null, null],
    ['bytes', { kind: 'opaque', media_type: 'text/markdown', size: 1, digests: {} }, [], tool, null],
    [
      'an attestation',
      { kind: 'attestation', predicate_type: 'p', subjects: 1, statements: 1, predicate: null },
      named,
      tool,
      null,
    ],
    ['a signature', { kind: 'signature', keyless: true }, named, tool, null],
    ['an SBOM in an attestation', within(facts), named, null, 'sbom_present'],
    ['an SBOM without a component in one', within({ ...facts, components: 0 }), named, null, null],
    ['a VEX in an attestation', within({ ...vex, statements: 1 }), named, null, 'risk_assessment_present'],
    ['a VEX without a statement in one', within({ ...vex, statements: 0 }), named, null, null],
    ['a scan in an attestation', within({ ...scan, target: 'image' }), named, tool, 'risk_assessment_present'],
    ['a scan of nothing in one', within({ ...scan, target: null }), named, tool, null],
    ['a scan by nothing in one', within({ ...scan, target: 'image' }), named, null, null],
    ['a test report in an attestation', within(tests), named, tool, null],
    ['a test report', tests, named, tool, null],
    ['a verification summary', summary, named, tool, null],
  ])('of %s', (_what, some, subjects, by, expected) => {
    expect(earnedFlag({ facts: some, subjects }, by)).toBe(expected);
  });

  it('is nothing where there are no facts', () => {
    expect(earnedFlag({ facts: null, subjects: [] }, tool)).toBeNull();
  });
});

describe('a declared flag that the content speaks against', () => {
  const artifact = (kind: Artifact['kind'], evidence: Partial<Evidence>) =>
    anArtifact({ kind, content: A_CONTENT, evidence: { ...evidenceOf({}), ...evidence } });
  const contradicted = { value: false, level: 'parsed', because: 'contradicted', document: 'artifact-1', signer: null };

  it.each([
    ['sbom', 'sbom_present', 'provenance'],
    ['slsa_provenance', 'slsa_provenance_present', 'sbom'],
    ['risk_assessment', 'risk_assessment_present', 'sbom'],
  ] as const)('of an artifact of kind %s is no %s: it is %s', (kind, flag, found) => {
    const flags = ownFlags(artifact(kind, { state: 'read', kind: found }));
    expect(flags?.[flag]).toEqual(contradicted);
    expect(missingFlags(flags)).toEqual([flag]);
  });

  it.each([
    ['sbom', 'read', 'sbom'],
    ['slsa_provenance', 'read', 'provenance'],
    ['risk_assessment', 'read', 'vex'],
    ['risk_assessment', 'opaque', 'opaque'],
    ['sbom', 'opaque', 'opaque'],
    ['slsa_provenance', 'opaque', 'opaque'],
    ['sbom', 'unreadable', 'opaque'],
    ['sbom', 'pending', null],
    ['other', 'opaque', 'opaque'],
    ['other', 'read', 'provenance'],
    ['build_log', 'read', 'sbom'],
  ] as const)('is none for an artifact of kind %s whose content is %s, %s', (kind, state, found) => {
    expect(missingFlags(ownFlags(artifact(kind, { state, kind: found })))).toEqual([]);
  });

  it('is false where its reading says that it is surely something else, and stands where that is not sure', () => {
    const one = artifact('sbom', { state: 'opaque', kind: 'opaque', format: 'other' });
    const flagOf = (media_type: string) => {
      const facts = { kind: 'opaque', media_type, size: 1, digests: {} } as const;
      const reading = { artifact_id: one.id, subjects: [], subjects_total: 0, facts, verification: null };
      return flagsOf([one], [reading]).get(one.id)?.sbom_present;
    };
    expect(flagOf('application/pdf')).toEqual(contradicted);
    expect(flagOf('application/octet-stream')).toMatchObject({ value: true, level: 'asserted', because: 'declared' });
  });

  it('is earned all the same by another document about the artifact', () => {
    const odd = anArtifact({ id: 'odd', kind: 'sbom', content: content('b'), evidence: evidenceOf({ kind: 'vex' }) });
    const flags = judge([document('sbom', names({ sha256: HEX('b') }))], [odd]);
    expect(flags.get('odd')?.sbom_present).toMatchObject({ value: true, because: 'subject' });
  });
});

const SBOM_FACTS = A_READING.facts as FactsOf<'sbom'>;
const VEX_FACTS = { kind: 'vex', statements: 1, by_status: {}, author: null, created: null } as const;
const SCAN_FACTS = {
  kind: 'vuln-report',
  target: 'image',
  vulnerabilities: 0,
  by_severity: {},
  fixable: 0,
  created: null,
} as const;
const STATED: Partial<Attestation> = { kind: 'attestation', links: [...KEYLESS, ...SAID].map(held) };

/** A document, in which these are signed. What it says itself earns nothing. */
function signed(id: string, attestations: Attestation[], artifact: Partial<Artifact> = {}, trust = TRUST) {
  const reading = {
    kind: 'attestation' as const,
    facts: within(null),
    verification: aVerification(attestations, { trust }),
  };
  return document(id, reading, artifact);
}

const FLAG = 'slsa_provenance_present';
const provenanceOf = (digit: string, changes: Partial<Attestation> = {}) => anAttestation(HEX(digit), changes);
/** Nothing that is signed but what each flag needs, about one thing. */
const everything = (digit: string) => [
  anAttestation(HEX(digit), { pointer: '/0' }),
  anAttestation(HEX(digit), { ...STATED, pointer: '/1', facts: within(SBOM_FACTS) }),
  anAttestation(HEX(digit), { ...STATED, pointer: '/2', facts: within(VEX_FACTS) }),
];

describe('the signer of a flag that is verified', () => {
  it('is one who is trusted, whoever else signed', () => {
    const stranger = { trusted_as: null, issuer: 'https://evil.example', subject: 'https://evil.example/x', key: null };
    const signers = [stranger, SIGNER];
    const flagOf = (by: typeof signers) =>
      judge(
        [signed('provenance', [provenanceOf('b', { signers: by })])],
        [built('bundle', 'b')],
        'asserted',
        TRUST,
      ).get('bundle')?.[FLAG];
    expect(flagOf(signers)).toMatchObject({ level: 'verified', signer: SIGNER });
    expect(flagOf([stranger])).toMatchObject({ signer: null });
  });
});

describe('flags that are verified', () => {
  const state = (
    documents: ReturnType<typeof document>[],
    others = [built('bundle', 'b')],
    trust: string | null = TRUST,
  ) => judge(documents, others, 'asserted', trust).get('bundle')?.[FLAG];
  const verified = {
    value: true,
    level: 'verified',
    because: 'subject',
    document: 'provenance',
    signer: SIGNER,
  };

  it('rest on a whole chain that names the content by SHA-256 or SHA-512, and tell who signed', () => {
    expect(state([signed('provenance', [provenanceOf('b')])])).toEqual(verified);
    const long = [{ name: null, digests: { sha512: 'b'.repeat(128) } }];
    expect(state([signed('provenance', [anAttestation('', { subjects: long })])])).toEqual(verified);
    const keyed = { links: [...KEYED, ...SAID, ...BUILT].map(held) };
    expect(state([signed('provenance', [provenanceOf('b', keyed)])])).toEqual(verified);
  });

  it('tell the first of several signers, and none where none is known', () => {
    const signers = [{ ...SIGNER, trusted_as: 'first' }, SIGNER];
    expect(state([signed('provenance', [provenanceOf('b', { signers })])])?.signer).toEqual(signers[0]);
    expect(state([signed('provenance', [provenanceOf('b', { signers: [] })])])?.signer).toBeNull();
  });

  it('tell no signer where they are not verified', () => {
    const documents = [
      signed('provenance', [provenanceOf('b', { links: [] })]),
      document('sbom', names({ sha256: HEX('b') })),
    ];
    const flags = judge(documents, [built('bundle', 'b')], 'asserted', TRUST).get('bundle');
    for (const flag of FLAGS) expect(flags?.[flag].signer, flag).toBeNull();
    expect(flags?.sbom_present.level).toBe('parsed');
  });

  it.each([
    ['an SBOM', 'sbom_present', SBOM_FACTS, null],
    ['a VEX', 'risk_assessment_present', VEX_FACTS, null],
    ['a scan', 'risk_assessment_present', SCAN_FACTS, { name: 'grype', version: null }],
  ] as const)('are earned by %s in an attestation', (_what, flag, predicate, tool) => {
    const one = anAttestation(HEX('b'), { ...STATED, facts: within(predicate), tool });
    const flags = judge([signed('d', [one])], [built('bundle', 'b')], 'verified', TRUST).get('bundle');
    expect(flags?.[flag]).toEqual({ ...verified, document: 'd' });
    expect(missingFlags(flags)).toEqual(FLAGS.filter((other) => other !== flag));
  });

  it.each([
    ['an attestation of something that is not read', { ...STATED, facts: within(null) }],
    ['a signature', { kind: 'signature', facts: { kind: 'signature', keyless: true } }],
    ['a scan by nobody', { ...STATED, facts: within(SCAN_FACTS) }],
    [
      'a scan of nothing',
      { ...STATED, facts: within({ ...SCAN_FACTS, target: null }), tool: { name: 'g', version: null } },
    ],
    ['an SBOM of nothing', { ...STATED, facts: within({ ...SBOM_FACTS, components: 0 }) }],
    ['a provenance of an unknown version', { facts: { ...PROVENANCE_FACTS, slsa: false } }],
    ['a provenance by nobody', { facts: { ...PROVENANCE_FACTS, builder_id: null } }],
    ['something without facts', { facts: null }],
  ] as [string, Partial<Attestation>][])('are not earned by %s, though its chain is whole', (_what, changes) => {
    const flags = judge([signed('d', [provenanceOf('b', changes)])], [built('bundle', 'b')], 'verified', TRUST);
    expect(missingFlags(flags.get('bundle'))).toEqual([...FLAGS]);
  });

  it('go by what a statement says, and not by what the document around it says', () => {
    const { artifact, reading } = signed('d', [anAttestation(HEX('b'), { ...STATED, facts: within(null) })]);
    const lying = { artifact, reading: { ...reading, ...names({ sha256: HEX('b') }), facts: PROVENANCE_FACTS } };
    expect(state([lying])).toMatchObject({ value: true, level: 'parsed', because: 'subject' });
    const subjects = names({ sha256: HEX('c') }).subjects;
    const other = signed('d', [provenanceOf('b')]);
    expect(state([{ ...other, reading: { ...other.reading, subjects } }])?.level).toBe('verified');
  });

  it('are never earned by `about`', () => {
    for (const one of [provenanceOf('c'), provenanceOf('b', { subjects: [] }), anAttestation('odd')]) {
      const documents = [signed('provenance', [one], { about: ['bundle'] })];
      expect(state(documents)).toMatchObject({ value: false, level: 'asserted' });
    }
    const said = { ...PROVENANCE, verification: aVerification([provenanceOf('c')]), ...names({ sha256: HEX('c') }) };
    const documents = [document('provenance', said, { about: ['bundle'] })];
    expect(state(documents)).toMatchObject({ value: true, level: 'asserted', because: 'about', signer: null });
    expect(missingFlags(judge(documents, [built('bundle', 'b')], 'verified', TRUST).get('bundle'))).toContain(FLAG);
  });

  it('are never earned by a declared hash', () => {
    const declared = anArtifact({ id: 'bundle', content_hash: `sha256:${HEX('b')}` }, NONE);
    const said = { ...PROVENANCE, verification: aVerification([provenanceOf('b')]), ...names({ sha256: HEX('b') }) };
    expect(state([document('provenance', said)], [declared])).toMatchObject({
      level: 'parsed',
      because: 'subject',
      signer: null,
    });
    const both = { ...built('bundle', 'c'), content_hash: `sha256:${HEX('b')}` };
    expect(state([document('provenance', said)], [both])).toMatchObject({ value: false });
  });

  it('are never earned by what has not one byte', () => {
    const empty = built('bundle', 'b', { content: { ...content('b'), size: 0 } });
    expect(state([signed('provenance', [provenanceOf('b')])], [empty])).toMatchObject({ value: false });
  });

  it.each([
    ['in capitals', { sha256: HEX('B') }],
    ['cut', { sha256: HEX('b').slice(0, 63) }],
    ['with a prefix', { sha256: `sha256:${HEX('b')}` }],
    ['under another algorithm', { sha1: HEX('b'), sha3_256: HEX('b') }],
    ['a SHA-256 as SHA-512', { sha512: HEX('b') }],
    ['inherited', Object.create({ sha256: HEX('b') })],
  ])('are never earned by a digest %s', (_what, digests) => {
    const one = anAttestation('', { subjects: [{ name: 'bundle', digests }] });
    expect(state([signed('provenance', [one])])).toMatchObject({ value: false });
  });

  it('are never those of the document itself, though it names its own bytes', () => {
    // The content of documents is known by this digit.
    const flags = judge([signed('provenance', everything('d'))], [], 'asserted', TRUST).get('provenance');
    expect(missingFlags(flags)).toEqual([...FLAGS]);
    const copy = judge([signed('provenance', everything('d'))], [built('copy', 'd')], 'verified', TRUST);
    expect(missingFlags(copy.get('copy'))).toEqual([]);
    expect(missingFlags(copy.get('provenance'))).toEqual([...FLAGS]);
  });

  it('are never earned where something else was trusted, or nothing is', () => {
    const documents = [signed('provenance', [provenanceOf('b')], {}, OTHER_TRUST)];
    expect(state(documents)).toMatchObject({ value: false });
    expect(state(documents, [built('bundle', 'b')], OTHER_TRUST)).toEqual(verified);
    expect(state([signed('provenance', [provenanceOf('b')])], [built('bundle', 'b')], null)).toMatchObject({
      value: false,
    });
  });

  it('are earned by what was verified under what is trusted now, beside what was not', () => {
    const documents = [
      signed('old', [provenanceOf('b')], {}, OTHER_TRUST),
      signed('provenance', [provenanceOf('b')]),
      document('none', { facts: null }),
    ];
    expect(state(documents)).toEqual(verified);
  });

  it.each([...KEYLESS, ...SAID, ...BUILT])('are never earned where the link %s is missing, or did not hold', (link) => {
    const others = [...KEYLESS, ...SAID, ...BUILT].filter((one) => one !== link).map(held);
    for (const links of [others, [...others, failed(link)], [...others, failed(link), held(link)], []])
      expect(state([signed('provenance', [provenanceOf('b', { links })])])).toMatchObject({ value: false });
  });

  it.each(['pending', 'unreadable', 'opaque', 'odd'])('are never earned by a document that is %s', (found) => {
    const one = signed('provenance', [provenanceOf('b')]);
    const evidence = { ...evidenceOf({}), state: found as never };
    expect(state([{ ...one, artifact: { ...one.artifact, evidence } }])).toMatchObject({ value: false });
    expect(state([{ ...one, artifact: { ...one.artifact, evidence: null } }])).toMatchObject({ value: false });
  });

  it('are never earned by readings of what is no artifact of the run', () => {
    const { reading } = signed('provenance', [provenanceOf('b')]);
    const flags = flagsOf([built('bundle', 'b')], [reading], { minimum: 'asserted', trust: TRUST });
    expect(flags.get('bundle')?.[FLAG]).toMatchObject({ value: false });
  });

  it('outdo what was read and what was declared, whichever document comes first', () => {
    const read = document('read', { ...PROVENANCE, ...names({ sha256: HEX('b') }) });
    for (const documents of [
      [read, signed('provenance', [provenanceOf('b')])],
      [signed('provenance', [provenanceOf('b')]), read],
    ]) {
      expect(state(documents, [anArtifact({ id: 'bundle', content: content('b') })])).toEqual(verified);
    }
    // Its own content is the nearest that was read, and is not verified.
    const own = document('bundle', { ...PROVENANCE, ...names({ sha256: HEX('a') }) }, { content: content('b') });
    expect(state([own, signed('provenance', [provenanceOf('b')])], [])).toEqual(verified);
  });

  it('stay where the gate asks for them, and no other does', () => {
    const bundle = anArtifact({ id: 'bundle', content: content('b') });
    const flags = judge([signed('provenance', [provenanceOf('b')])], [bundle], 'verified', TRUST).get('bundle');
    expect(flags?.[FLAG]).toEqual(verified);
    const low = { value: false, level: 'asserted', because: 'level_too_low', document: null, signer: null };
    expect(flags).toMatchObject({ sbom_present: low, risk_assessment_present: low });
  });

  it('make the built thing compliant, all three in one document or one in each', () => {
    const [provenance, sbom, vex] = everything('b') as [Attestation, Attestation, Attestation];
    for (const documents of [
      [signed('all', [provenance, sbom, vex])],
      [signed('p', [provenance]), signed('s', [sbom]), signed('v', [vex])],
    ]) {
      const flags = judge(documents, [built('bundle', 'b')], 'verified', TRUST);
      expect([...flags].filter(([, one]) => checkArtifactCompliance(one)).map(([id]) => id)).toEqual(['bundle']);
    }
  });

  it('make none of three artifacts compliant where a document in lines says one thing of each', () => {
    const [provenance, sbom, vex] = [everything('a')[0], everything('b')[1], everything('c')[2]] as Attestation[];
    const lines = signed('lines', [provenance, sbom, vex] as Attestation[], { about: ['a', 'b', 'c'] });
    const artifacts = ['a', 'b', 'c'].map((digit) => built(digit, digit));
    for (const minimum of ['asserted', 'parsed', 'verified'] as const) {
      const flags = judge([lines], artifacts, minimum, TRUST);
      expect([...flags.values()].filter(checkArtifactCompliance)).toEqual([]);
      expect(flags.get('a')?.slsa_provenance_present.level).toBe('verified');
      expect(flags.get('b')?.sbom_present.level).toBe('verified');
      expect(flags.get('c')?.risk_assessment_present.level).toBe('verified');
      expect([...flags.values()].map((one) => missingFlags(one).length)).toEqual([3, 2, 2, 2]);
    }
  });

  it('change nothing of what rests on less, where they are not asked for', () => {
    const others = [document('sbom', names({ sha256: HEX('b') })), document('risk', SCORECARD, { about: ['bundle'] })];
    const without = judge(others, [built('bundle', 'b')], 'asserted', TRUST).get('bundle');
    const withOne = judge(
      [...others, signed('provenance', [provenanceOf('b')])],
      [built('bundle', 'b')],
      'asserted',
      TRUST,
    );
    expect(withOne.get('bundle')).toEqual({ ...without, [FLAG]: verified });
  });
});

describe('the least level', () => {
  it('takes the value from flags that rest on less', () => {
    const flags = flagsOf([anArtifact()], [], { minimum: 'parsed', trust: null }).get('artifact-1');
    expect(flags?.sbom_present).toEqual({
      value: false,
      level: 'asserted',
      because: 'level_too_low',
      document: null,
      signer: null,
    });
    expect(missingFlags(flags)).toEqual([...FLAGS]);
  });

  it('leaves those that rest on as much', () => {
    expect(judge([document('sbom', {})], [], 'parsed').get('sbom')?.sbom_present.value).toBe(true);
  });
});

describe('isEvidenceOf', () => {
  it('holds for an artifact of the run, whatever its flags', () => {
    expect(isEvidenceOf(aRun(), anArtifact())).toBe(true);
    expect(isEvidenceOf(aRun(), anArtifact({}, { sbom_present: false }))).toBe(true);
    expect(isEvidenceOf(aRun(), anArtifact({ run_id: 'run-2' }))).toBe(false);
  });

  it.each([undefined, null, '', 1, true, [], ['run-1'], {}])(
    'never holds where the two share %j for a run id',
    (odd) => {
      const id = odd as never;
      expect(isEvidenceOf(aRun({ id }), anArtifact({ run_id: id }))).toBe(false);
    },
  );

  it.each([undefined, null, '', 1, true, [], ['artifact-1'], {}])(
    'never holds for an artifact with the id %j',
    (odd) => {
      expect(isEvidenceOf(aRun(), anArtifact({ id: odd as never }))).toBe(false);
    },
  );
});
