// The external parameter that must say where the steps came from; null if none must.

/**
 * What a parameter is: `source` names a repository with source or build steps, `steps` a file or
 * job in the source, and `value` is data for those steps.
 */
export type Role = 'source' | 'steps' | 'value';

/** The role of a parameter by its name; undefined if the build type does not define it. */
export type Parameters = (name: string) => Role | undefined;

const of =
  (roles: Readonly<Record<string, Role>>): Parameters =>
  (name) =>
    Object.hasOwn(roles, name) ? roles[name] : undefined;

/** https://github.com/slsa-framework/github-actions-buildtypes/blob/main/workflow/v1/README.md */
const GITHUB_WORKFLOW = of({ workflow: 'source', inputs: 'value', release: 'value', vars: 'value' });

/** SLSA v0.2: the inputs of `workflow_dispatch`, and variables. */
const GITHUB_EVENT = of({ event_inputs: 'value', inputs: 'value', vars: 'value' });

// https://github.com/slsa-framework/slsa-github-generator/blob/main/internal/builders/docker/README.md
// Its build configuration is what the builder read at `configPath` of the source.
const CONTAINER_BASED = of({ source: 'source', builderImage: 'value', configPath: 'steps', buildConfig: 'value' });

/**
 * The builder for Go records the steps that it read from the source in the build configuration of
 * SLSA v0.2.
 */
export const BUILD_CONFIG = '#buildConfig';
const GO = of({ event_inputs: 'value', inputs: 'value', vars: 'value', [BUILD_CONFIG]: 'value' });

/**
 * The inputs of a bring-your-own builder are defined by that builder, which the trust policy names.
 */
const DELEGATOR = of({ inputs: 'value', vars: 'value', source: 'source', workflowPath: 'steps' });

/** https://cloud.google.com/build/docs/securing-builds/slsa/gcb-buildtypes/google-worker/v1 */
const CLOUD_BUILD = of({ buildConfigSource: 'source', sourceToBuild: 'source', substitutions: 'value' });

// https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1/: with older runners each
// variable is a parameter of its own.
const GITLAB: Parameters = (name) => {
  if (name === 'source') return 'source';
  if (name === 'entryPoint') return 'steps';
  return name === 'variables' || /^[A-Z_][A-Z0-9_]*$/.test(name) ? 'value' : undefined;
};

const TYPES: ReadonlyMap<string, Parameters> = new Map([
  ['https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1', GITHUB_WORKFLOW],
  ['https://actions.github.io/buildtypes/workflow/v1', GITHUB_WORKFLOW],
  ['https://slsa.dev/container-based-build/v0.1?draft', CONTAINER_BASED],
  ['https://slsa.dev/container-based-build/v0.1', CONTAINER_BASED],
  ['https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0', DELEGATOR],
  ['https://cloud.google.com/build/gcb-buildtypes/google-worker/v1', CLOUD_BUILD],
  ['https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1', GITLAB],
  ...[
    'https://github.com/slsa-framework/slsa-github-generator@v1',
    'https://github.com/slsa-framework/slsa-github-generator/generic@v1',
    'https://github.com/slsa-framework/slsa-github-generator/container@v1',
    'https://github.com/npm/cli/gha@v0',
    'https://github.com/npm/cli/gha@v1',
    'https://github.com/npm/cli/gha/v2',
    'https://github.com/Attestations/GitHubActionsWorkflow@v1',
  ].map((type): [string, Parameters] => [type, GITHUB_EVENT]),
  ['https://github.com/slsa-framework/slsa-github-generator/go@v1', GO],
  ['https://github.com/slsa-framework/slsa-github-generator-go@v1', GO],
]);

// The parameter that says where the steps came from, which provenance of these build types always
// has. Nothing else shows that a customer of Google Cloud Build started a build with other steps.
const STEPS: ReadonlyMap<Parameters, string> = new Map([
  [GITHUB_WORKFLOW, 'workflow'],
  [CONTAINER_BASED, 'configPath'],
  [CLOUD_BUILD, 'buildConfigSource'],
  [GITLAB, 'source'],
]);

/** The external parameter that has to say where the steps came from; null where none has to. */
export const stepsParameterOf = (parameters: Parameters | null): string | null =>
  parameters === null ? null : (STEPS.get(parameters) ?? null);

const GITLAB_RUNNER = /^https:\/\/gitlab\.com\/gitlab-org\/gitlab-runner\/-\/blob\/[A-Za-z0-9._-]+\/PROVENANCE\.md$/;

/** The parameters that a build type defines; null if the build type is not known. */
export function parametersOf(buildType: string | null): Parameters | null {
  if (buildType === null) return null;
  return TYPES.get(buildType) ?? (GITLAB_RUNNER.test(buildType) ? GITLAB : null);
}
