// What SLSA provenance states about a build and a certificate claims too, and where the two
// disagree.

import type { CertificateClaims } from '../domain/evidence/verification.ts';
import { field, textOf } from '../json/fields.ts';
import { normalRepository } from './source-uri.ts';

/** What provenance states about its build. */
export type Stated = {
  readonly repository: string;
  readonly ref: string | null;
  readonly commit: string | null;
  readonly run: string | null;
  readonly id: string | null;
  readonly workflow: string | null;
  readonly triggers: readonly string[];
  readonly runner: string | null;
};

/** What a certificate and a statement disagree about, in words; null if they agree. */
export function disagreement(claims: CertificateClaims, stated: Stated): string | null {
  const differ = (what: string, claim: string | null, statement: string | null) =>
    `The certificate is of the ${what} ${claim}, the provenance of ${statement}`;
  if (claims.source_repository !== null && normalRepository(claims.source_repository) !== stated.repository)
    return differ('repository', claims.source_repository, stated.repository);
  const pairs: [string, string | null, string | null][] = [
    ['repository id', claims.source_repository_id, stated.id],
    ['branch or tag', claims.source_ref, stated.ref],
    ['commit', claims.source_digest, stated.commit],
    ['workflow', claims.build_config, stated.workflow],
    ...stated.triggers.map((one): [string, string | null, string] => ['trigger', claims.trigger, one]),
    ['runner', claims.runner, stated.runner],
    ['run', claims.run === null ? null : runOf(claims.run), stated.run === null ? null : runOf(stated.run)],
  ];
  const other = pairs.find(([, claim, statement]) => claim !== null && statement !== null && claim !== statement);
  return other === undefined ? null : differ(...other);
}

// `https://github.com/OWNER/REPO/actions/runs/42/attempts/1`, in SLSA v0.2 `42-1`; on GitLab
// `https://HOST/PROJECT/-/jobs/42` and `42`. Both are reduced to the short form: the repository is
// compared by itself.
function runOf(stated: string): string {
  const [, job] = /^https:\/\/[^/]+\/(?:[^/]+\/)+-\/jobs\/(\d+)$/.exec(stated) ?? [];
  if (job !== undefined) return job;
  const [, run, attempt] = /^https:\/\/[^/]+\/[^/]+\/[^/]+\/actions\/runs\/(\d+)\/attempts\/(\d+)$/.exec(stated) ?? [];
  return run === undefined ? stated : `${run}-${attempt}`;
}

// The workflow that was started, as certificates write it
// (`https://github.com/OWNER/REPO/.github/workflows/FILE@REF`), from SLSA v1 and v0.2.
export function workflowOf(predicate: unknown): string | null {
  const v1 = field(predicate, 'buildDefinition', 'externalParameters', 'workflow');
  const [repository, path, ref] = ['repository', 'path', 'ref'].map((name) => textOf(v1, name));
  if (repository && path && ref) return `${repository}/${path}@${ref}`;
  const source = field(predicate, 'invocation', 'configSource');
  const entryPoint = textOf(source, 'entryPoint');
  const [, uri, at] = /^git\+(https:\/\/[^@]+)@(refs\/.+)$/.exec(textOf(source, 'uri') ?? '') ?? [];
  return uri === undefined || !entryPoint?.startsWith('.github/workflows/') ? null : `${uri}/${entryPoint}@${at}`;
}

/**
 * What started the build, from every place where the builders of GitHub (in SLSA v1 and v0.2) and
 * GitLab write it. More than one if the places disagree; none if provenance does not state it.
 */
export function triggersOf(predicate: unknown): string[] {
  const internal = field(predicate, 'buildDefinition', 'internalParameters');
  const environment = field(predicate, 'invocation', 'environment');
  const given = field(predicate, 'buildDefinition', 'externalParameters');
  const stated = [
    field(internal, 'github', 'event_name'),
    ...[internal, environment].map((one) => field(one, 'GITHUB_EVENT_NAME')),
    field(environment, 'github_event_name'),
    ...[given, field(given, 'variables')].flatMap(gitlabTriggersOf),
  ];
  const filled = stated.filter((one) => one !== undefined && one !== null && one !== '');
  return [...new Set(filled.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))))];
}

// Pipelines of merge requests have these variables, whatever the file with the steps sets others
// to. A runner may leave out all values.
function gitlabTriggersOf(variables: unknown): unknown[] {
  const has = (name: string) => field(variables, name) !== undefined;
  return [
    field(variables, 'CI_PIPELINE_SOURCE'),
    ...(has('CI_MERGE_REQUEST_IID') || has('CI_MERGE_REQUEST_ID') ? ['merge_request_event'] : []),
    ...(has('CI_EXTERNAL_PULL_REQUEST_IID') ? ['external_pull_request_event'] : []),
  ];
}

/**
 * The kind of runner, from every place where the builders of GitHub write it. If the places
 * disagree, it counts as self-hosted.
 */
export function runnerOf(predicate: unknown): string | null {
  const internal = field(predicate, 'buildDefinition', 'internalParameters');
  const stated = [
    textOf(internal, 'github', 'runner_environment'),
    textOf(internal, 'RUNNER_ENVIRONMENT'),
    textOf(predicate, 'invocation', 'environment', 'RUNNER_ENVIRONMENT'),
  ].filter((one) => one !== null);
  return stated.find((one) => one !== 'github-hosted') ?? stated[0] ?? null;
}

// From the places where the builders of GitHub write it, in SLSA v1 and v0.2.
export function repositoryIdOf(predicate: unknown): string | null {
  const internal = field(predicate, 'buildDefinition', 'internalParameters');
  const environment = field(predicate, 'invocation', 'environment');
  return (
    textOf(internal, 'github', 'repository_id') ??
    textOf(internal, 'GITHUB_REPOSITORY_ID') ??
    textOf(environment, 'GITHUB_REPOSITORY_ID') ??
    textOf(environment, 'github_repository_id')
  );
}
