// What a signature is good for: which builds may be signed, what a signer vouches for, and who is named.
import { describe, expect, it } from 'vitest';
import { earnedFlag } from '../../src/domain/gate/document-flag.ts';
import {
  dsseEnvelope,
  githubProvenance,
  githubWorkflow,
  newInstance,
  newKey,
  sbomStatement,
  vexStatement,
  type WorkflowOptions,
} from './signing.ts';
import {
  ARTIFACT,
  GITHUB,
  keyTrust,
  outcome,
  REPOSITORY,
  releaseTrust,
  SIGNER,
  SOURCE,
  verifiedOne,
} from './trusted.ts';

const instance = await newInstance();
const { root } = instance;
const [one, two] = [newKey(), newKey('ed25519')];
const identity = { name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject };

describe('what started the build that a certificate is of', () => {
  const of = async (options: WorkflowOptions, changes: object = {}, statement?: object) => {
    const signer = githubWorkflow(REPOSITORY, options);
    const trust = releaseTrust(root, {
      identities: [{ ...identity, subject: signer.subject, ...changes }],
      builders: [{ id: signer.subject, identities: ['release'] }],
      sources: [{ repository: SOURCE, refs: ['any', 'refs/pull/5/merge'] }],
    });
    const document = await instance.signStatement(statement ?? githubProvenance(REPOSITORY, ARTIFACT, options), signer);
    return outcome(await verifiedOne(document, trust));
  };

  it.each(['push', 'workflow_dispatch', 'schedule', 'release', 'create'])('may be %s', async (trigger) => {
    expect(await of({ trigger })).toBe('passed');
  });

  it.each(['pull_request', 'pull_request_target', 'workflow_run', 'issue_comment', 'merge_group', 'Push', 'push '])(
    'may not be %j, whatever was signed',
    async (trigger) => {
      const pull = { trigger, ref: 'refs/pull/5/merge' };
      const all = [await of({ trigger }), await of(pull), await of(pull, {}, sbomStatement(ARTIFACT))];
      for (const codes of all) expect(codes).toMatch(/^trigger_not_trusted/);
    },
  );

  it('may be what the identity names, and nothing else then', async () => {
    const triggers = ['pull_request', 'merge_group'];
    expect(await of({ trigger: 'pull_request', ref: 'refs/pull/5/merge' }, { triggers })).toBe('passed');
    expect(await of({ trigger: 'merge_group' }, { triggers })).toBe('passed');
    expect(await of({ trigger: 'push' }, { triggers })).toBe('trigger_not_trusted');
  });

  it('must be named by an issuer that always does, and by no other', async () => {
    const unnamed = async (issuer: string) => {
      const { trigger: _, ...claims } = SIGNER.claims;
      const document = await instance.signStatement(sbomStatement(ARTIFACT), { ...SIGNER, claims, issuer });
      return outcome(await verifiedOne(document, releaseTrust(root, { identities: [{ ...identity, issuer }] })));
    };
    for (const issuer of [GITHUB, `${GITHUB}/acme`, 'https://gitlab.com'])
      expect(await unnamed(issuer)).toBe('trigger_not_trusted');
    expect(await unnamed('https://accounts.example')).toBe('passed');
  });

  it('is what the provenance says', async () => {
    const document = await instance.signStatement(
      githubProvenance(REPOSITORY, ARTIFACT, { trigger: 'release' }),
      SIGNER,
    );
    expect(outcome(await verifiedOne(document, releaseTrust(root)))).toBe('source_disagrees');
  });
});

describe('the ref of a build', () => {
  it.each<[ref: string, refs: unknown, code: string]>([
    ['refs/heads/main', undefined, 'passed'],
    ['refs/heads/feature/x', undefined, 'passed'],
    ['refs/tags/v1/x', 'any', 'passed'],
    ['refs/pull/5/merge', undefined, 'ref_unknown'],
    ['refs/pull/5/merge', 'any', 'ref_unknown'],
    ['refs/merge-requests/5/head', 'any', 'ref_unknown'],
    ['refs/pull/5/merge', ['refs/pull/5/merge'], 'passed'],
  ])('that a key signed, %s where the refs of the source are %j, is %s', async (ref, refs, code) => {
    const trust = keyTrust(
      { one: one.pem },
      { sources: [{ repository: SOURCE, ...(refs === undefined ? {} : { refs }) }] },
    );
    const id = githubWorkflow(REPOSITORY, { ref }).subject;
    const document = dsseEnvelope(githubProvenance(REPOSITORY, ARTIFACT, { ref }), [one]);
    expect(outcome(await verifiedOne(document, { ...trust, builders: [{ id, keys: ['one'] }] }))).toBe(code);
  });
});

describe('what a signer vouches for', () => {
  const CYCLONEDX = 'https://cyclonedx.org/bom';
  const cyclonedx = (predicate: object) => ({
    ...sbomStatement(ARTIFACT),
    predicate: { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, ...predicate },
  });
  const VEX = cyclonedx({
    vulnerabilities: [{ id: 'CVE-2026-0001', analysis: { state: 'not_affected' }, affects: [{ ref: 'x' }] }],
  });
  const under = async (statement: object, entry: object) => {
    const keys = [{ name: 'one', pem: one.pem, valid_from: '2026-01-01T00:00:00Z', ...entry }];
    const trust = { keys, builders: [{ id: SIGNER.subject, keys: ['one'] }], sources: [{ repository: SOURCE }] };
    return outcome(await verifiedOne(dsseEnvelope(statement, [one]), trust));
  };

  it.each<[what: string, statement: object, entry: object, code: string]>([
    ['SBOMs, an SBOM', sbomStatement(ARTIFACT), { vouches_for: ['sbom'] }, 'passed'],
    ['SBOMs, a VEX', vexStatement(ARTIFACT), { vouches_for: ['sbom'] }, 'not_vouched_for'],
    ['SBOMs, a VEX in CycloneDX', VEX, { vouches_for: ['sbom'] }, 'not_vouched_for'],
    [
      'SBOMs by the types of its predicates, a VEX in CycloneDX',
      VEX,
      { predicate_types: [CYCLONEDX] },
      'not_vouched_for',
    ],
    [
      'SBOMs and risk, a VEX in CycloneDX',
      VEX,
      { vouches_for: ['sbom', 'risk_assessment'], predicate_types: [CYCLONEDX] },
      'passed',
    ],
    ['anything, a VEX in CycloneDX', VEX, { vouches_for: 'any' }, 'passed'],
    [
      'anything of a type, a VEX of another',
      vexStatement(ARTIFACT),
      { vouches_for: 'any', predicate_types: [CYCLONEDX] },
      'predicate_type_not_of_signer',
    ],
    ['nothing stated, a VEX', vexStatement(ARTIFACT), {}, 'passed'],
    [
      'risk, provenance',
      githubProvenance(REPOSITORY, ARTIFACT),
      { vouches_for: ['risk_assessment'] },
      'not_vouched_for, signer_not_of_builder',
    ],
    ['provenance, provenance', githubProvenance(REPOSITORY, ARTIFACT), { vouches_for: ['provenance'] }, 'passed'],
  ])('bounds what its signature is good for: %s', async (_, statement, entry, code) => {
    expect(await under(statement, entry)).toBe(code);
  });

  it('is a VEX in CycloneDX indeed that is told from an SBOM', async () => {
    const attestation = await verifiedOne(dsseEnvelope(VEX, [one]), keyTrust({ one: one.pem }));
    expect(earnedFlag(attestation, attestation.tool)).toBe('risk_assessment_present');
  });
});

describe('who is named as the signer', () => {
  it('is the identity that may sign such predicates, not another that is the same workflow', async () => {
    const identities = [
      { ...identity, name: 'scans-only', vouches_for: ['risk_assessment'] },
      { ...identity, name: 'other-type', predicate_types: ['https://openvex.dev/ns'] },
      { ...identity, name: 'ended-by-trigger', triggers: ['release'] },
      { ...identity, name: 'sboms', vouches_for: ['sbom'] },
    ];
    const document = await instance.signStatement(sbomStatement(ARTIFACT), SIGNER);
    const found = await verifiedOne(document, releaseTrust(root, { identities, builders: [] }));
    expect([outcome(found), found.signers.map(({ trusted_as }) => trusted_as)]).toEqual(['passed', ['sboms']]);
  });

  it('is of provenance the one who may speak for its builder', async () => {
    const identities = ['first', 'second'].map((name) => ({ ...identity, name }));
    const builders = [{ id: SIGNER.subject, identities: ['second'] }];
    const document = await instance.signStatement(githubProvenance(REPOSITORY, ARTIFACT), SIGNER);
    const found = await verifiedOne(document, releaseTrust(root, { identities, builders }));
    expect([outcome(found), found.signers.map(({ trusted_as }) => trusted_as)]).toEqual(['passed', ['second']]);
  });

  it('is the key that counts with what started the build, not another that signed too', async () => {
    const provenance = githubProvenance(REPOSITORY, ARTIFACT, { trigger: 'pull_request' });
    const trust = keyTrust({ one: one.pem, two: two.pem });
    const [first, second] = (trust as { keys: object[] }).keys;
    const of = async (changes: object = {}) => {
      const keys = [first, { ...second, triggers: ['pull_request'] }];
      const found = await verifiedOne(dsseEnvelope(provenance, [one, two]), { ...trust, keys, ...changes });
      return [outcome(found), found.signers.map(({ trusted_as }) => trusted_as)];
    };
    expect(await of()).toEqual(['passed', ['two']]);
    expect(await of({ key_threshold: 2 })).toEqual(['trigger_not_trusted', ['one', 'two']]);
  });

  it('is the key that counts with the parameters, and with what started the build as well', async () => {
    const statement = githubProvenance(REPOSITORY, ARTIFACT, { trigger: 'pull_request' }) as { predicate: object };
    const type = 'https://actions.github.io/buildtypes/workflow/v1';
    const own = JSON.stringify(statement).replace(type, 'https://ci.example.com/v1');
    const trust = keyTrust({ one: one.pem, two: two.pem });
    const [first, second] = (trust as { keys: object[] }).keys;
    const of = async (ofOne: object, ofTwo: object) => {
      const builders = [
        { id: SIGNER.subject, keys: ['one'] },
        { id: SIGNER.subject, keys: ['two'], parameters: 'any' },
      ];
      const keys = [
        { ...first, ...ofOne },
        { ...second, ...ofTwo },
      ];
      const found = await verifiedOne(dsseEnvelope(own, [one, two]), { ...trust, keys, builders });
      return [outcome(found), found.signers.map(({ trusted_as }) => trusted_as)];
    };
    const triggers = ['pull_request'];
    expect(await of({ triggers }, { triggers })).toEqual(['passed', ['two']]);
    expect(await of({}, { triggers })).toEqual(['passed', ['two']]);
    expect(await of({ triggers }, {})).toEqual(['trigger_not_trusted', ['one', 'two']]);
  });

  it('is nobody trusted where nobody who signed counts', async () => {
    const trust = keyTrust({ one: one.pem, two: two.pem });
    const keys = (trust as { keys: object[] }).keys.map((key) => ({ ...key, vouches_for: ['sbom'] }));
    const found = await verifiedOne(dsseEnvelope(vexStatement(ARTIFACT), [one, two]), { ...trust, keys });
    expect([outcome(found), found.signers.map(({ trusted_as }) => trusted_as)]).toEqual([
      'not_vouched_for',
      [null, null],
    ]);
  });
});

describe('the short id of the runner of GitHub', () => {
  const RUNNER = 'https://github.com/actions/runner';
  const of = async (runner: string, entry: object = {}, id = RUNNER) => {
    const signer = githubWorkflow(REPOSITORY, { runner });
    const provenance = JSON.parse(
      JSON.stringify(githubProvenance(REPOSITORY, ARTIFACT, { runner })).replace(
        `"builder":{"id":"${SIGNER.subject}"}`,
        `"builder":{"id":"${id}"}`,
      ),
    );
    const builders = [{ id, identities: ['release'], ...entry }];
    return outcome(
      await verifiedOne(await instance.signStatement(provenance, signer), releaseTrust(root, { builders })),
    );
  };

  it('is that of a runner of GitHub, unless the trust file says any', async () => {
    expect(await of('github-hosted')).toBe('passed');
    expect(await of('self-hosted')).toBe('runner_not_trusted');
    expect(await of('something')).toBe('runner_not_trusted');
    expect(await of('self-hosted', { runner: 'any' })).toBe('passed');
    expect(await of('self-hosted', { runner: 'any' }, `${RUNNER}/github-hosted`)).toBe('builder_disagrees');
  });

  it('is that of a runner of GitHub where a key signed that it was another', async () => {
    const document = (runner: string) =>
      dsseEnvelope(
        JSON.stringify(githubProvenance(REPOSITORY, ARTIFACT, { runner })).replace(
          `"builder":{"id":"${SIGNER.subject}"}`,
          `"builder":{"id":"${RUNNER}"}`,
        ),
        [one],
      );
    const trust = { ...keyTrust({ one: one.pem }), builders: [{ id: RUNNER, keys: ['one'] }] };
    expect(outcome(await verifiedOne(document('github-hosted'), trust))).toBe('passed');
    expect(outcome(await verifiedOne(document('self-hosted'), trust))).toBe('runner_not_trusted');
  });

  it('is that of another where a key signed so in one place and not in another', async () => {
    const provenance = JSON.stringify(githubProvenance(REPOSITORY, ARTIFACT))
      .replace(`"builder":{"id":"${SIGNER.subject}"}`, `"builder":{"id":"${RUNNER}"}`)
      .replace('"internalParameters":{', '"internalParameters":{"RUNNER_ENVIRONMENT":"self-hosted",');
    const trust = { ...keyTrust({ one: one.pem }), builders: [{ id: RUNNER, keys: ['one'] }] };
    expect(outcome(await verifiedOne(dsseEnvelope(provenance, [one]), trust))).toBe('runner_not_trusted');
  });
});
