import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { type Evidence, PENDING } from '../../../src/domain/evidence/evidence.ts';
import type { FactsOf } from '../../../src/domain/evidence/evidence-facts.ts';
import { READER } from '../../../src/domain/evidence/reader.ts';
import { type Reading, type RunReading, runReading, summaryOf } from '../../../src/domain/evidence/reading.ts';
import type { Check, Verification } from '../../../src/domain/evidence/verification.ts';
import { DEFAULT_RULES } from '../../../src/domain/gate/default-rules.ts';
import { FLAGS, type Judging, LEVELS, type Level } from '../../../src/domain/gate/flag.ts';
import { checkArtifactCompliance } from '../../../src/domain/gate/flags.ts';
import { DEFAULT_CODES, NOT_EVALUATED, reason } from '../../../src/domain/gate/gate-reasons.ts';
import { checkReleaseGate } from '../../../src/domain/gate/release-gate.ts';
import { ReleaseGateResult } from '../../../src/domain/gate/release-gate-result.ts';
import { type GateInput, PASSED, type Rule, type RuleResult } from '../../../src/domain/gate/rule.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import {
  anAttestation,
  aVerification,
  BUILT,
  failed,
  held,
  KEYLESS,
  OTHER_TRUST,
  PROVENANCE_FACTS,
  SAID,
  TRUST,
} from '../attestations.ts';
import { DAMAGES } from '../damages.ts';
import {
  A_CONTENT,
  A_READING,
  anArtifact,
  anyArtifact,
  anyCompliant,
  anyForeign,
  anyIncomplete,
  anyOrder,
  anyStatus,
  aRun,
  declaredFlags,
  ownFlags,
} from '../rows.ts';
import { gateOf, inputOf, isStaleOf } from './judged.ts';

const SUCCEEDED = aRun({ status: 'succeeded', finished_at: '2026-01-31T10:30:00.000Z' });
const NO_FLAGS = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
const incomplete = (id: string) => anArtifact({ id }, { risk_assessment_present: false });
const numbered = (count: number, make: (id: string) => Artifact) =>
  Array.from({ length: count }, (_, index) => make(`artifact-${index}`));
const codes = (result: ReleaseGateResult) => result.details.reasons.map(({ code }) => code);

const VERIFIED: Judging = { minimum: 'verified', trust: TRUST };
const CONTENT = { ...A_CONTENT, digests: { sha256: 'c'.repeat(64), sha512: 'c'.repeat(128) } };

/** What came of verifying a document that says all that the three flags need of one content. */
function aSigned(trust: string, change: (links: Check[]) => Check[] = (links) => links): Verification {
  const sbom = A_READING.facts as FactsOf<'sbom'>;
  const vex = { kind: 'vex', statements: 1, by_status: {}, author: null, created: null } as const;
  const stated = { kind: 'attestation', predicate_type: 'p', subjects: 1, statements: 1 } as const;
  const said = { kind: 'attestation' as const, links: change([...KEYLESS, ...SAID].map(held)) };
  const attestations = [
    anAttestation(CONTENT.digests.sha256, { links: change([...KEYLESS, ...SAID, ...BUILT].map(held)) }),
    anAttestation(CONTENT.digests.sha256, { ...said, facts: { ...stated, predicate: sbom } }),
    anAttestation(CONTENT.digests.sha256, { ...said, facts: { ...stated, predicate: vex } }),
  ];
  return aVerification(attestations, { trust });
}

function evidenceOf(reading: Reading): Evidence {
  return summaryOf(reading, '2026-01-31T10:06:01.000Z');
}

const READ: Partial<Reading>[] = [
  { kind: 'provenance', facts: PROVENANCE_FACTS },
  { kind: 'sbom' },
  {
    kind: 'vuln-report',
    facts: { kind: 'vuln-report', target: 't', vulnerabilities: 0, by_severity: {}, fixable: 0, created: null },
    tool: { name: 'grype', version: null },
  },
];

/** The built thing, and three documents that name its content: an SBOM, a provenance and a scan, each with what came of verifying it. */
function world(verifications: readonly (Verification | null)[], run_id = 'run-1') {
  const subjects = [{ name: null, digests: { sha256: CONTENT.digests.sha256 } }];
  const read = verifications.map((verification, index) => {
    const reading = { ...A_READING, ...READ[index], subjects, verification };
    const id = `document-${index}`;
    const row = anArtifact({ id, run_id, content: A_CONTENT, evidence: evidenceOf(reading) }, NO_FLAGS);
    return { row, reading: runReading(id, reading) };
  });
  const bundle = anArtifact({ id: 'bundle', run_id, content: CONTENT, evidence: evidenceOf(A_READING) }, NO_FLAGS);
  return { artifacts: [bundle, ...read.map(({ row }) => row)], readings: read.map(({ reading }) => reading) };
}

const STALE = runReading('stale', { ...A_READING, verification: aSigned(OTHER_TRUST) });

describe('what the gate says', () => {
  it('passes a succeeded run with one compliant artifact and says so in the words of the original', () => {
    expect(gateOf(SUCCEEDED, [anArtifact()])).toEqual({
      run_id: 'run-1',
      passed: true,
      message: 'Release gate passed: 1 compliant artifact(s) found',
      details: {
        run_id: 'run-1',
        artifact_count: 1,
        status: 'succeeded',
        minimum_level: 'asserted',
        total_artifacts: 1,
        compliant_artifacts: 1,
        compliant_artifact_ids: ['artifact-1'],
        compliant: [{ artifact_id: 'artifact-1', kind: 'other', path_or_uri: 's3://builds/1', flags: declaredFlags() }],
        pending_artifacts: 0,
        reasons: [],
        artifacts: [],
      },
    });
  });

  it.each(['pending', 'running', 'failed', 'cancelled'] as const)('names the status of a %s run', (status) => {
    const result = gateOf(aRun({ status }), [anArtifact()]);
    expect(result.passed).toBe(false);
    expect(result.message).toBe(`Run status is '${status}', must be 'succeeded'`);
    expect(result.details.status).toBe(status);
    expect(codes(result)).toEqual(['run_not_succeeded']);
  });

  it('says that no artifacts were found', () => {
    const result = gateOf(SUCCEEDED, []);
    expect(result.passed).toBe(false);
    expect(result.message).toBe('No artifacts found for this run');
    expect(codes(result)).toEqual(['no_artifacts']);
  });

  it('says that no artifact meets the requirements and names what each one lacks, the one that lacks least first', () => {
    const result = gateOf(SUCCEEDED, [
      anArtifact({ id: 'a' }, NO_FLAGS),
      anArtifact({ id: 'b', kind: 'sbom', path_or_uri: 'b.json' }, { slsa_provenance_present: false }),
    ]);
    expect(result.passed).toBe(false);
    expect(result.message).toBe('No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)');
    expect(codes(result)).toEqual(['no_compliant_artifact']);
    expect(result.details.artifacts).toEqual([
      {
        artifact_id: 'b',
        kind: 'sbom',
        path_or_uri: 'b.json',
        missing: ['slsa_provenance_present'],
        flags: declaredFlags({ slsa_provenance_present: false }),
        candidates: [],
      },
      {
        artifact_id: 'a',
        kind: 'other',
        path_or_uri: 's3://builds/1',
        missing: ['sbom_present', 'slsa_provenance_present', 'risk_assessment_present'],
        flags: declaredFlags(NO_FLAGS),
        candidates: [],
      },
    ]);
  });

  it('names what was built before the documents about it, where they lack as much', () => {
    const evidence = { ...PENDING, state: 'read', kind: 'vex', reader: READER } as const;
    const documents = ['c', 'b'].map((id) => anArtifact({ id, evidence }, NO_FLAGS));
    const { details } = gateOf(SUCCEEDED, [...documents, anArtifact({ id: 'a' }, NO_FLAGS)]);
    expect(details.artifacts.map(({ artifact_id }) => artifact_id)).toEqual(['a', 'c', 'b']);
  });

  it.each([
    ['nothing', [], ['run_not_succeeded', 'no_artifacts']],
    ['an incomplete artifact', [incomplete('a')], ['run_not_succeeded', 'no_compliant_artifact']],
    ['a compliant artifact', [anArtifact()], ['run_not_succeeded']],
  ])('tells every reason of a failed run with %s at once, the status first', (_what, artifacts, expected) => {
    const result = gateOf(aRun({ status: 'failed' }), artifacts);
    expect(codes(result)).toEqual(expected);
    expect(result.message).toBe("Run status is 'failed', must be 'succeeded'");
    expect(result.message).toBe(result.details.reasons[0]?.message);
  });

  it('tells for each code what would remove the reason', () => {
    const waiting = { ...incomplete('a'), content: A_CONTENT };
    const reasons = [
      ...gateOf(aRun(), []).details.reasons,
      ...gateOf(SUCCEEDED, [waiting], [STALE], VERIFIED).details.reasons,
    ];
    expect(reasons.map(({ code }) => code)).toEqual(DEFAULT_CODES);
    const [status, none, pending, stale, lacking] = reasons.map(({ remediation }) => remediation);
    expect(status).toContain('PATCH /maestro/runs/{run_id}');
    expect(none).toContain('POST /maestro/artifacts');
    expect(pending).toContain('Prefer: wait');
    expect(stale).toContain('Prefer: wait');
    for (const flag of FLAGS) expect(lacking).toContain(flag);
  });

  it('names the first 100 artifacts that lack a flag while its counts cover all', () => {
    const lacking = numbered(150, incomplete);
    const result = gateOf(SUCCEEDED, [...lacking, anArtifact({ id: 'good' })]);
    expect(result.details.artifacts.map((one) => one.artifact_id)).toEqual(lacking.slice(0, 100).map(({ id }) => id));
    expect(result.details.artifacts.filter(({ flags }) => flags !== null)).toHaveLength(3);
    expect(result.details).toMatchObject({ total_artifacts: 151, compliant_artifacts: 1, reasons: [] });
    expect(result.passed).toBe(true);
  });

  it('still blocks, with full counts, where more than 100 artifacts lack a flag', () => {
    const result = gateOf(SUCCEEDED, numbered(101, incomplete));
    expect(result.passed).toBe(false);
    expect(result.details.artifacts).toHaveLength(100);
    expect(result.details).toMatchObject({ total_artifacts: 101, compliant_artifacts: 0, compliant_artifact_ids: [] });
  });

  it('lists every compliant artifact in the order given, beyond 100 too', () => {
    const all = numbered(250, (id) => anArtifact({ id }));
    const result = gateOf(SUCCEEDED, all);
    expect(result.message).toBe('Release gate passed: 250 compliant artifact(s) found');
    expect(result.details.compliant_artifact_ids).toEqual(all.map(({ id }) => id));
    expect(result.details.compliant.map((one) => one.artifact_id)).toEqual(['artifact-0', 'artifact-1', 'artifact-2']);
  });

  it('does not pass while anything of the run waits to be read, and says how many', () => {
    const waiting = { ...anArtifact({ id: 'waiting' }, NO_FLAGS), content: A_CONTENT };
    for (const artifacts of [
      [anArtifact(), waiting],
      [waiting, anArtifact()],
    ]) {
      const result = gateOf(SUCCEEDED, artifacts);
      expect(result.passed).toBe(false);
      expect(codes(result)).toEqual(['evidence_pending']);
      expect(result.message).toBe('Evidence of this run waits to be read');
      expect(result.details).toMatchObject({ pending_artifacts: 1, compliant_artifacts: 1 });
    }
    expect(gateOf(SUCCEEDED, [anArtifact(), { ...waiting, run_id: 'run-2' }]).passed).toBe(true);
  });

  it('counts only flags of the level that is asked for', () => {
    for (const minimum of ['parsed', 'verified'] as const) {
      const { passed, details } = gateOf(SUCCEEDED, [anArtifact()], [], { minimum, trust: TRUST });
      expect(passed).toBe(false);
      expect(details).toMatchObject({ minimum_level: minimum, compliant_artifacts: 0 });
      expect(details.artifacts).toMatchObject([{ missing: [...FLAGS] }]);
      for (const flag of FLAGS)
        expect(details.artifacts[0]?.flags?.[flag]).toMatchObject({ value: false, because: 'level_too_low' });
    }
  });

  it('tells what a flag must rest on to count, where that is more than the word of the caller', () => {
    const remediationOf = (minimum: Level) =>
      gateOf(SUCCEEDED, [incomplete('a')], [], { minimum, trust: TRUST }).details.reasons.at(-1)?.remediation;
    const [asserted = '', parsed = '', verified = ''] = LEVELS.map(remediationOf);
    expect(asserted).toContain('declare them');
    expect(parsed).toContain('each from a document that was read');
    expect(verified).toContain('each from a document that a trusted signer signed');
    expect(verified).toContain('SHA-256 or SHA-512 of its content');
    for (const more of [parsed, verified]) {
      expect(more).not.toContain('declare them');
      expect(more).toMatch(/ a declared flag /i);
      expect(more).toContain('`candidates`');
    }
  });

  it('tells levels of no reason but that no artifact is compliant', () => {
    for (const artifacts of [[], [{ ...anArtifact(), content: A_CONTENT }]]) {
      const { reasons } = gateOf(aRun(), artifacts, [STALE], VERIFIED).details;
      const others = reasons.filter(({ code }) => code !== 'no_compliant_artifact');
      expect(others.length).toBeGreaterThan(1);
      for (const { remediation } of others) expect(remediation).not.toMatch(/flag|sbom_present|declare/);
    }
  });

  it('warns of a content_hash that is no complete digest, and passes all the same', () => {
    const artifacts = ['sha256:abc123', `SHA256: ${'a'.repeat(64)}`, null, ''].map((content_hash, index) =>
      anArtifact({ id: `a${index}`, content_hash }),
    );
    const { passed, details } = gateOf(SUCCEEDED, artifacts);
    expect(passed).toBe(true);
    expect(details.warnings).toEqual(
      ['a0', 'a3'].map((artifact_id) => ({
        code: 'content_hash_not_compared',
        artifact_id,
        message: expect.stringContaining('content_hash is no complete SHA-256, SHA-384 or SHA-512'),
      })),
    );
    expect(ReleaseGateResult.parse({ ...gateOf(SUCCEEDED, artifacts) }).details.warnings).toHaveLength(2);
    const many = Array.from({ length: 150 }, (_, index) => anArtifact({ id: `m${index}`, content_hash: 'v1' }));
    expect(gateOf(SUCCEEDED, many).details.warnings).toHaveLength(100);
  });

  it('counts no artifact of another run', () => {
    const foreign = [anArtifact({ id: 'x', run_id: 'run-2' }), anArtifact({ id: 'y', run_id: 'run-2' }, NO_FLAGS)];
    const result = gateOf(SUCCEEDED, [...foreign, anArtifact()]);
    expect(result.details).toMatchObject({ total_artifacts: 1, compliant_artifact_ids: ['artifact-1'], artifacts: [] });
  });
});

describe('evidence that was verified when something else was trusted', () => {
  const lacking = anArtifact({ id: 'lacking' }, NO_FLAGS);
  const { artifacts: signed, readings } = world([aSigned(TRUST)]);

  it('is told before that no artifact is compliant: it is verified again by itself', () => {
    const result = gateOf(SUCCEEDED, [lacking], [STALE], VERIFIED);
    expect(codes(result)).toEqual(['evidence_stale', 'no_compliant_artifact']);
    expect(result.message).toBe(
      'Evidence of this run was read by an older version of Maestro, or verified before what is trusted changed',
    );
    expect(ReleaseGateResult.parse(result)).toEqual(result);
  });

  it('is no reason where the gate asks for less', () => {
    for (const minimum of ['asserted', 'parsed'] as const) {
      const judging = { minimum, trust: TRUST };
      expect(codes(gateOf(SUCCEEDED, [lacking], [STALE], judging))).toEqual(['no_compliant_artifact']);
      expect(isStaleOf([lacking], [STALE], judging)).toBe(false);
    }
    expect(codes(gateOf(SUCCEEDED, [lacking], [STALE]))).toEqual(['no_compliant_artifact']);
  });

  it('is no reason where an artifact is compliant without it', () => {
    const result = gateOf(SUCCEEDED, signed, [...readings, STALE], VERIFIED);
    expect(codes(result)).toEqual([]);
    expect(result.passed).toBe(true);
    const failed = gateOf(aRun({ status: 'failed' }), signed, [...readings, STALE], VERIFIED);
    expect(codes(failed)).toEqual(['run_not_succeeded']);
  });

  it('is no reason where nothing of it is such', () => {
    for (const others of [[], [{ ...STALE, verification: null }], [{ ...STALE, verification: aVerification([]) }]]) {
      expect(isStaleOf([lacking], others, VERIFIED)).toBe(false);
      expect(codes(gateOf(SUCCEEDED, [lacking], others, VERIFIED))).toEqual(['no_compliant_artifact']);
    }
  });

  it('is no reason where the run has no artifact', () => {
    expect(codes(gateOf(SUCCEEDED, [], [STALE], VERIFIED))).toEqual(['no_artifacts']);
  });

  it('is such whichever it is of several', () => {
    const { verification } = readings[0] as RunReading;
    for (const several of [
      [STALE, { ...STALE, verification }],
      [{ ...STALE, verification }, STALE],
    ])
      expect(isStaleOf([lacking], several, VERIFIED)).toBe(true);
  });
});

describe('what holds vacuously is not a pass', () => {
  const without = (flag: string) => anArtifact({ id: `without-${flag}` }, { [flag]: false });
  const withOnly = (flag: string) => anArtifact({ id: `only-${flag}` }, { ...NO_FLAGS, [flag]: true });
  const claims = { additional_metadata: { sbom_present: true, compliant: true, passed: true } };
  const suite: [string, Run, Artifact[], string[]][] = [
    ['no artifact at all', SUCCEEDED, [], ['no_artifacts']],
    ['no artifact of an unfinished run', aRun(), [], ['run_not_succeeded', 'no_artifacts']],
    ['only artifacts of other runs', SUCCEEDED, [anArtifact({ run_id: 'run-2' })], ['no_artifacts']],
    ['one artifact without a flag', SUCCEEDED, [anArtifact({}, NO_FLAGS)], ['no_compliant_artifact']],
    ['three artifacts with one flag each', SUCCEEDED, FLAGS.map(withOnly), ['no_compliant_artifact']],
    ['three artifacts that lack one flag each', SUCCEEDED, FLAGS.map(without), ['no_compliant_artifact']],
    ['one artifact of every flag but the SBOM', SUCCEEDED, [without('sbom_present')], ['no_compliant_artifact']],
    ['10,000 incomplete artifacts', SUCCEEDED, numbered(10_000, incomplete), ['no_compliant_artifact']],
    [
      'the missing flag on an artifact of another run',
      SUCCEEDED,
      [without('sbom_present'), anArtifact({ run_id: 'run-2' }, { ...NO_FLAGS, sbom_present: true })],
      ['no_compliant_artifact'],
    ],
    [
      'artifacts whose kinds are those of the evidence',
      SUCCEEDED,
      (['sbom', 'slsa_provenance', 'risk_assessment'] as const).map((kind) => anArtifact({ id: kind, kind }, NO_FLAGS)),
      ['no_compliant_artifact'],
    ],
    [
      'additional metadata that claims it',
      SUCCEEDED,
      [anArtifact({}, { ...NO_FLAGS, ...claims })],
      ['no_compliant_artifact'],
    ],
    [
      'metadata of the run that claims it',
      aRun({ metadata: { status: 'succeeded', passed: true } }),
      [anArtifact()],
      ['run_not_succeeded'],
    ],
    [
      'a finish time without a final status',
      aRun({ status: 'running', finished_at: '2026-01-31T10:30:00.000Z' }),
      [anArtifact()],
      ['run_not_succeeded'],
    ],
  ];

  it.each(suite)('blocks on %s', (_what, run, artifacts, expected) => {
    const result = gateOf(run, artifacts);
    expect(result.passed).toBe(false);
    expect(codes(result)).toEqual(expected);
  });
});

/** A run that passes: succeeded, with at least one compliant artifact among any others, in any order. */
const passing = fc.uuid({ version: 7 }).chain((id) =>
  fc
    .tuple(
      fc.array(anyCompliant(id), { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(anyIncomplete(id), anyForeign(id)), { maxLength: 4 }),
    )
    .chain(([compliant, others]) => anyOrder([...compliant, ...others]))
    .map((artifacts) => ({ run: aRun({ ...SUCCEEDED, id }), artifacts })),
);

/** Any run at all with at least one artifact of its own. */
const judged = fc
  .tuple(fc.uuid({ version: 7 }), anyStatus)
  .chain(([id, status]) =>
    fc
      .tuple(fc.oneof(anyCompliant(id), anyIncomplete(id)), fc.array(anyArtifact(id), { maxLength: 6 }))
      .map(([own, others]) => ({ run: aRun({ id, status }), artifacts: [own, ...others] })),
  );

function judgement(run: Run, artifacts: readonly Artifact[]) {
  const { passed, message, details } = gateOf(run, artifacts);
  return { passed, message, reasons: details.reasons, compliant: [...details.compliant_artifact_ids].sort() };
}

/** A run that passes by word, with content and documents of all sorts about it, of which so much is verified. */
const anySigned = (verifications: readonly (Verification | null)[]) =>
  fc
    .tuple(passing, fc.array(fc.constantFrom(...verifications), { minLength: 3, maxLength: 3 }))
    .map(([{ run, artifacts }, three]) => {
      const stored = artifacts.map((one) => ({ ...one, content: CONTENT, evidence: evidenceOf(A_READING) }));
      const documents = world(three, run.id);
      return { run, artifacts: [...stored, ...documents.artifacts], readings: documents.readings };
    });

const { verification: whole } = world([aSigned(TRUST)]).readings[0] as RunReading;
const UNSIGNED: readonly (Verification | null)[] = [
  null,
  aVerification([]),
  aSigned(OTHER_TRUST),
  ...(whole?.attestations ?? []).flatMap(({ links }) =>
    links.flatMap(({ link }) => [
      aSigned(TRUST, (all) => all.filter((one) => one.link !== link)),
      aSigned(TRUST, (all) => all.map((one) => (one.link === link ? failed(link) : one))),
    ]),
  ),
];

describe('where only verified flags count', () => {
  it('passes what is signed, so that what follows is about something', () => {
    fc.assert(
      fc.property(anySigned([aSigned(TRUST)]), ({ run, artifacts, readings }) => {
        const result = gateOf(run, artifacts, readings, VERIFIED);
        expect(result.passed).toBe(true);
        expect(ReleaseGateResult.parse(result)).toEqual(result);
      }),
    );
  });

  it('never passes where nothing is signed, whatever was declared, read or verified otherwise', () => {
    fc.assert(
      fc.property(anySigned(UNSIGNED), ({ run, artifacts, readings }) => {
        expect(gateOf(run, artifacts, readings, { minimum: 'asserted', trust: TRUST }).passed).toBe(true);
        expect(gateOf(run, artifacts, readings, { minimum: 'parsed', trust: TRUST }).passed).toBe(true);
        const { passed, details } = gateOf(run, artifacts, readings, VERIFIED);
        expect(passed).toBe(false);
        expect(details).toMatchObject({ compliant_artifacts: 0, compliant: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('never passes where nothing is trusted', () => {
    fc.assert(
      fc.property(anySigned([aSigned(TRUST), ...UNSIGNED]), ({ run, artifacts, readings }) => {
        expect(gateOf(run, artifacts, readings, { minimum: 'verified', trust: null }).passed).toBe(false);
      }),
    );
  });

  it('never passes without readings, whatever was declared', () => {
    fc.assert(
      fc.property(judged, ({ run, artifacts }) => {
        expect(gateOf(run, artifacts, [], VERIFIED).passed).toBe(false);
      }),
    );
  });

  it('passes nothing that would not pass where less is asked for', () => {
    fc.assert(
      fc.property(anySigned([aSigned(TRUST), ...UNSIGNED]), anyStatus, ({ run, artifacts, readings }, status) => {
        const compliant = LEVELS.map((minimum) => {
          const { details } = gateOf({ ...run, status }, artifacts, readings, { minimum, trust: TRUST });
          return details.compliant_artifact_ids;
        });
        const [asserted = [], parsed = [], verified = []] = compliant;
        expect(asserted).toEqual(expect.arrayContaining(parsed));
        expect(parsed).toEqual(expect.arrayContaining(verified));
      }),
    );
  });
});

describe('any one damage costs the pass', () => {
  it('has a passing run to begin with', () => {
    fc.assert(
      fc.property(passing, ({ run, artifacts }) => {
        expect(gateOf(run, artifacts).passed).toBe(true);
      }),
    );
  });

  it('knows well over twenty kinds of damage, each by its own name', () => {
    expect(new Set(DAMAGES.map(({ name }) => name)).size).toBe(DAMAGES.length);
    expect(DAMAGES.length).toBeGreaterThanOrEqual(90);
  });

  it.each(DAMAGES.map((damage) => [damage.name, damage] as const))('never passes where %s', (_name, damage) => {
    const { spoil, unreadable } = damage;
    fc.assert(
      fc.property(passing, ({ run, artifacts }) => {
        const judge = () => gateOf(...(spoil(run, artifacts) as [Run, Artifact[]]));
        if (unreadable) {
          expect(judge).toThrow(TypeError);
          return;
        }
        const result = judge();
        expect(result.passed).toBe(false);
        expect(result.details.reasons).not.toHaveLength(0);
        expect(result.message).toBe(result.details.reasons[0]?.message);
      }),
      { numRuns: 30 },
    );
  });
});

describe('evidence that says nothing of the run changes nothing', () => {
  it('gives the same verdict after any incomplete and any foreign artifacts are added', () => {
    fc.assert(
      fc.property(
        judged.chain(({ run, artifacts }) =>
          fc
            .array(fc.oneof(anyIncomplete(run.id), anyForeign(run.id)), { maxLength: 8 })
            .chain((irrelevant) => anyOrder([...artifacts, ...irrelevant]))
            .map((more) => ({ run, artifacts, more })),
        ),
        ({ run, artifacts, more }) => {
          expect(judgement(run, more)).toEqual(judgement(run, artifacts));
        },
      ),
    );
  });

  it('gives the same verdict on foreign artifacts alone as on none', () => {
    fc.assert(
      fc.property(anyStatus, fc.array(anyForeign('run-1')), (status, foreign) => {
        expect(gateOf(aRun({ status }), foreign)).toEqual(gateOf(aRun({ status }), []));
      }),
    );
  });

  it('gives the same verdict in any order of the evidence', () => {
    fc.assert(
      fc.property(
        judged.chain(({ run, artifacts }) => anyOrder(artifacts).map((shuffled) => ({ run, artifacts, shuffled }))),
        ({ run, artifacts, shuffled }) => {
          expect(judgement(run, shuffled)).toEqual(judgement(run, artifacts));
        },
      ),
    );
  });
});

const COUNTS_OF_TESTS = [
  'domain/evidence/facts/scan-facts.ts',
  'evidence/formats/attestation/test-result.ts',
  'evidence/formats/scan/junit-xml.ts',
];

describe('there is one way to a pass', () => {
  it('passes exactly the succeeded runs with an own artifact that has all three flags', () => {
    fc.assert(
      fc.property(judged, ({ run, artifacts }) => {
        const own = artifacts.filter(({ run_id }) => run_id === run.id);
        const grounds = own.filter(
          ({ metadata_json: flags }) =>
            flags.sbom_present && flags.slsa_provenance_present && flags.risk_assessment_present,
        );
        const { passed, details } = gateOf(run, artifacts);
        expect(passed).toBe(run.status === 'succeeded' && grounds.length > 0);
        expect(details).toMatchObject({ total_artifacts: own.length, compliant_artifacts: grounds.length });
        expect(details.compliant_artifact_ids).toEqual(grounds.map(({ id }) => id));
        const lacks = ({ metadata_json: flags }: Artifact) => FLAGS.filter((flag) => !flags[flag]).length;
        const lacking = own.filter((one) => !grounds.includes(one));
        expect(details.artifacts.map((one) => one.artifact_id)).toEqual(
          lacking.toSorted((one, other) => lacks(one) - lacks(other)).map(({ id }) => id),
        );
      }),
    );
  });

  it('passes nothing that is made up of anything', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.array(fc.anything()), (run, artifacts) => {
        let passed: unknown = 'thrown';
        try {
          ({ passed } = gateOf(run as Run, artifacts as Artifact[]));
        } catch {}
        expect(passed).not.toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives reasons if and only if it blocks, and always fits its schema', () => {
    fc.assert(
      fc.property(judged, ({ run, artifacts }) => {
        const result = gateOf(run, artifacts);
        expect(result.passed).toBe(result.details.reasons.length === 0);
        expect(result.details.artifacts.every(({ missing }) => missing.length > 0)).toBe(true);
        expect(ReleaseGateResult.parse(result)).toEqual(result);
      }),
    );
  });

  it('holds to the judgement that every reader shares', () => {
    fc.assert(
      fc.property(judged, ({ run, artifacts }) => {
        const { compliant_artifact_ids } = gateOf(run, artifacts).details;
        const own = artifacts.filter(({ run_id }) => run_id === run.id);
        expect(compliant_artifact_ids).toEqual(
          own.filter((one) => checkArtifactCompliance(ownFlags(one))).map(({ id }) => id),
        );
      }),
    );
  });

  it('is built in one place of the source', () => {
    const source = new URL('../../../src/', import.meta.url);
    const builders = readdirSync(source, { recursive: true, encoding: 'utf8' })
      // Examples are recorded from the gate.
      .filter((path) => path.endsWith('.ts') && !path.startsWith('openapi/examples/'))
      .flatMap((path) => {
        const code = readFileSync(new URL(path, source), 'utf8')
          .replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')
          .replaceAll(/'[^'\n]*'|`[^`]*`/g, '');
        return [...code.matchAll(/passed\s*[:=](?!=)\s*([\w.]+)/g)].map(([, value]) => `${path}: ${value}`);
      })
      .filter((found) => !found.endsWith(': z.boolean') && !found.endsWith(': false'))
      // Counts of tests that passed.
      .filter((found) => !COUNTS_OF_TESTS.some((path) => found.startsWith(path)));
    expect(builders.sort()).toEqual([
      'domain/gate/compliance-report.ts: gate.passed',
      'domain/gate/release-gate.ts: true',
    ]);
  });

  it('changes neither the run nor the evidence that it judges', () => {
    fc.assert(
      fc.property(judged, ({ run, artifacts }) => {
        const before = structuredClone({ run, artifacts });
        gateOf(Object.freeze(run), Object.freeze(artifacts) as Artifact[]);
        expect({ run, artifacts }).toEqual(before);
      }),
    );
  });
});

const BLOCKS: RuleResult = { outcome: 'blocked', ...reason('no_artifacts', SUCCEEDED, 'asserted') };
const OUTCOMES: Record<string, () => unknown> = {
  passed: () => PASSED,
  blocked: () => BLOCKS,
  error: () => ({ ...BLOCKS, outcome: 'error' }),
  throws: () => {
    throw new Error('boom');
  },
  nothing: () => undefined,
  odd: () => ({ outcome: 'pass' }),
};
const ruleOf = (outcome: string): Rule => ({ id: outcome, evaluate: OUTCOMES[outcome] as Rule['evaluate'] });
const gateBy = (run: Run, rules: readonly Rule[]) => gateOf(run, [anArtifact()], [], undefined, rules);

describe('the gate over any list of rules', () => {
  const anyOutcomes = fc.array(fc.constantFrom(...Object.keys(OUTCOMES)), { maxLength: 6 });

  it('passes only where there are rules and all of them passed, and else says why', () => {
    const holds = (outcomes: readonly string[]) => {
      const result = gateBy(SUCCEEDED, outcomes.map(ruleOf));
      expect(result.passed).toBe(outcomes.length > 0 && outcomes.every((one) => one === 'passed'));
      const failed = outcomes.filter((one) => one !== 'passed');
      expect(result.details.reasons).toHaveLength(outcomes.length === 0 ? 1 : failed.length);
      if (!result.passed) expect(result.message).toBe(result.details.reasons[0]?.message);
      expect(ReleaseGateResult.parse(result)).toEqual(result);
    };
    fc.assert(fc.property(anyOutcomes, holds));
    // Every subset of five rules that do not pass, among five that do.
    for (let subset = 0; subset < 32; subset += 1)
      holds(['blocked', 'error', 'throws', 'nothing', 'odd'].map((one, at) => (subset & (1 << at) ? one : 'passed')));
  });

  it('never passes a run without grounds, whatever rules say', () => {
    fc.assert(
      fc.property(anyStatus, fc.boolean(), anyOutcomes, (status, hasArtifact, outcomes) => {
        const grounds = status === 'succeeded' && hasArtifact && outcomes.length > 0;
        const artifacts = hasArtifact ? [anArtifact()] : [];
        let passed: unknown = 'thrown';
        try {
          ({ passed } = gateOf(aRun({ status }), artifacts, [], undefined, outcomes.map(ruleOf)));
        } catch {}
        expect(passed === true).toBe(grounds && outcomes.every((one) => one === 'passed'));
      }),
    );
  });

  it.each<[string, Run, Artifact[], (input: GateInput) => void]>([
    ['the status of the run', aRun({ status: 'running' }), [anArtifact()], ({ run }) => Object.assign(run, SUCCEEDED)],
    [
      'what waits to be read',
      SUCCEEDED,
      [anArtifact(), anArtifact({ content: CONTENT, evidence: PENDING })],
      ({ weighed }) => Object.assign(weighed, { pending_artifacts: 0 }),
    ],
    [
      'which artifacts are compliant',
      SUCCEEDED,
      [incomplete('a')],
      ({ weighed }) => {
        weighed.compliant_artifact_ids.push('a');
        Object.assign(weighed, { compliant_artifacts: 1 });
      },
    ],
  ])('never passes because a rule changed %s', (_what, run, artifacts, change) => {
    const input = inputOf(structuredClone(run), structuredClone(artifacts));
    const changes: Rule = {
      id: 'changes',
      evaluate(given) {
        change(given);
        return PASSED;
      },
    };
    let passed: unknown = 'thrown';
    try {
      ({ passed } = checkReleaseGate(input, [changes, ...DEFAULT_RULES]));
    } catch {}
    expect(passed).not.toBe(true);
  });

  it('reports what a rule threw to nobody but its caller', () => {
    const failures: unknown[] = [];
    const result = checkReleaseGate(inputOf(SUCCEEDED, [anArtifact()]), [ruleOf('throws')], (...all) =>
      failures.push(all),
    );
    expect(failures).toEqual([['throws', new Error('boom')]]);
    expect(result).toMatchObject({ passed: false, details: { reasons: [NOT_EVALUATED] } });
    expect(JSON.stringify(result)).not.toContain('boom');
  });

  it('has the default rules where none are given', () => {
    fc.assert(
      fc.property(anyStatus, fc.array(anyArtifact('run-1'), { maxLength: 4 }), (status, artifacts) => {
        const run = aRun({ status });
        expect(gateOf(run, artifacts)).toEqual(gateOf(run, artifacts, [], undefined, DEFAULT_RULES));
      }),
    );
  });
});
