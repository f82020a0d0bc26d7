import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import type { FactsOf } from '../../../src/domain/evidence/evidence-facts.ts';
import type { Attestation } from '../../../src/domain/evidence/verification.ts';
import { FLAGS } from '../../../src/domain/gate/flag.ts';
import { checkArtifactCompliance, flagsOf, missingFlags } from '../../../src/domain/gate/flags.ts';
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
import {
  built,
  content,
  document,
  evidenceOf,
  HEX,
  judge,
  NONE,
  names,
  PROVENANCE,
  SCORECARD,
  within,
} from '../documents.ts';
import { A_READING, anArtifact, aRun } from '../rows.ts';
import { gateOf } from './judged.ts';

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
    const { details } = gateOf(aRun({ status: 'succeeded' }), [artifact, foreign], [reading]);
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
