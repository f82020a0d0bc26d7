// Whether the builder and the source that SLSA provenance claims are trusted, and are those that its signer may speak for.
import type { FactsOf } from '../domain/evidence-facts.ts';
import { field, textOf } from '../domain/json-fields.ts';
import type { CertificateClaims, Link } from '../domain/verification.ts';
import type { CompiledTrust } from './compiled.ts';
import { normalRepository } from './source-uri.ts';

/** Who signed, as far as it matters here: the names in the trust file, and what the certificate says where there is one. */
export type SignedBy = {
  readonly identities: readonly string[];
  /** Those of them that are the subject word for word, not by a pattern. */
  readonly exact: readonly string[];
  readonly keys: readonly string[];
  readonly subject: string | null;
  readonly claims: CertificateClaims | null;
};

export const held = (link: Link['link'], detail: string): Link => ({ link, held: true, code: null, detail });
export const failed = (link: Link['link'], code: string, detail: string): Link => ({ link, held: false, code, detail });

/**
 * The link `builder`: the trust file has the builder, word for word or by its pattern, and lets the signer speak for it. A certificate must
 * name the builder, too, as its workflow or as the runner of one, unless the trust file says that the signer speaks for it as a delegate.
 */
export function builderLink(builderId: string | null, by: SignedBy, trust: CompiledTrust): Link {
  const fail = (code: string, detail: string) => failed('builder', code, detail);
  if (builderId === null) return fail('builder_missing', 'The provenance names no builder');
  const known = trust.builders.filter(({ matches }) => matches(builderId));
  if (known.length === 0) return fail('builder_unknown', `No builder of the trust file is ${builderId}`);
  const speaking = known.filter(({ identities, keys }) => maySpeak(identities, keys, by, trust.threshold));
  if (speaking.length === 0)
    return fail('signer_not_of_builder', `The signer may not speak for the builder ${builderId}`);
  const names = by.claims === null || isNamed(builderId, by.subject, by.claims);
  if (!names && !speaking.some(({ delegated }) => delegated))
    return fail('builder_disagrees', `The certificate is not of the builder ${builderId}: it is of ${by.subject}`);
  return held('builder', builderId);
}

// Of keys as many must speak for it as must have signed.
function maySpeak(identities: readonly string[], keys: readonly string[], by: SignedBy, threshold: number): boolean {
  if (by.claims !== null) return by.identities.some((identity) => identities.includes(identity));
  return by.keys.filter((key) => keys.includes(key)).length >= threshold;
}

const RUNNER = 'https://github.com/actions/runner';

function isNamed(builderId: string, subject: string | null, claims: CertificateClaims): boolean {
  if (builderId === claims.build_signer || builderId === subject) return true;
  // Which workflow it was is what the identity says.
  if (builderId === RUNNER) return claims.source_repository !== null;
  return claims.runner !== null && builderId === `${RUNNER}/${claims.runner}`;
}

type Provenance = Pick<FactsOf<'provenance'>, 'source' | 'invocation_id'>;

/**
 * The link `source`: the trust file has the repository, and the branch or tag where it names any; what the certificate says of the
 * repository, its id, branch or tag, commit, workflow and run is what the provenance says, where both say it.
 */
export function sourceLink(
  { source, invocation_id }: Provenance,
  predicate: unknown,
  by: SignedBy,
  trust: CompiledTrust,
): Link {
  const fail = (code: string, detail: string) => failed('source', code, detail);
  if (source.uri === null) return fail('source_missing', 'The provenance names no source');
  const repository = normalRepository(source.uri);
  if (repository === null) return fail('source_malformed', `It is no plain address of a repository: ${source.uri}`);
  const { claims } = by;
  if (claims !== null) {
    // Of the many whom a pattern may mean, one could speak for another.
    if (claims.source_repository === null && by.exact.length === 0)
      return fail('source_unproven', 'The certificate names no repository, and its identity is trusted by a pattern');
    const other = disagreement(claims, {
      ...source,
      repository,
      run: invocation_id,
      id: repositoryIdOf(predicate),
      workflow: workflowOf(predicate),
    });
    if (other !== null) return fail('source_disagrees', other);
  }
  const known = trust.sources.filter(({ matches }) => matches(repository));
  if (known.length === 0) return fail('source_unknown', `No source of the trust file is ${repository}`);
  const ref = source.ref ?? claims?.source_ref ?? null;
  const refs = ref === null ? [] : ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  // A short name is taken for a branch and for a tag, and must be trusted as either.
  const isTrusted = (one: (typeof known)[number]) =>
    one.isRef === null || (refs.length > 0 && refs.every((full) => one.isRef?.(full)));
  if (!known.some(isTrusted))
    return fail('ref_unknown', `No source of the trust file has the branch or tag ${ref} of ${repository}`);
  return held('source', ref === null ? repository : `${repository}@${ref}`);
}

/**
 * The link `source` of what is no provenance; null where there is nothing to ask. A reusable workflow signs for whoever calls it, which may be
 * anyone: the repository that called it, and its branch or tag, must be trusted.
 */
export function callerLink({ subject, claims }: SignedBy, trust: CompiledTrust): Link | null {
  const repository = claims?.source_repository ?? null;
  if (repository === null) return null;
  const caller = normalRepository(repository);
  // An owner or a host alone is no repository, and everything below it would be its own.
  if (caller !== null && caller.split('/').length >= 5 && subject?.startsWith(`${repository}/`)) return null;
  const ref = claims?.source_ref ?? null;
  const isTrusted = ({ matches, isRef }: CompiledTrust['sources'][number]) =>
    caller !== null && matches(caller) && (isRef === null || (ref !== null && isRef(ref)));
  if (trust.sources.some(isTrusted)) return held('source', caller ?? '');
  const detail = `The workflow was called from ${repository} at ${ref}, which is no source of the trust file`;
  return failed('source', 'caller_unknown', detail);
}

type Stated = {
  readonly repository: string;
  readonly ref: string | null;
  readonly commit: string | null;
  readonly run: string | null;
  readonly id: string | null;
  readonly workflow: string | null;
};

// Null where they agree.
function disagreement(claims: CertificateClaims, stated: Stated): string | null {
  const differ = (what: string, claim: string | null, statement: string | null) =>
    `The certificate is of the ${what} ${claim}, the provenance of ${statement}`;
  if (claims.source_repository !== null && normalRepository(claims.source_repository) !== stated.repository)
    return differ('repository', claims.source_repository, stated.repository);
  const pairs: [string, string | null, string | null][] = [
    ['repository id', claims.source_repository_id, stated.id],
    ['branch or tag', claims.source_ref, stated.ref],
    ['commit', claims.source_digest, stated.commit],
    ['workflow', claims.build_config, stated.workflow],
    ['run', claims.run === null ? null : runOf(claims.run), stated.run === null ? null : runOf(stated.run)],
  ];
  const other = pairs.find(([, claim, statement]) => claim !== null && statement !== null && claim !== statement);
  return other === undefined ? null : differ(...other);
}

// `https://github.com/OWNER/REPO/actions/runs/42/attempts/1`, in SLSA v0.2 `42-1`: both as the latter. The repository is compared itself.
function runOf(stated: string): string {
  const [, run, attempt] = /^https:\/\/[^/]+\/[^/]+\/[^/]+\/actions\/runs\/(\d+)\/attempts\/(\d+)$/.exec(stated) ?? [];
  return run === undefined ? stated : `${run}-${attempt}`;
}

// The workflow that was started, as certificates write it: `https://github.com/OWNER/REPO/.github/workflows/FILE@REF`. In SLSA v1 and v0.2.
function workflowOf(predicate: unknown): string | null {
  const v1 = field(predicate, 'buildDefinition', 'externalParameters', 'workflow');
  const [repository, path, ref] = ['repository', 'path', 'ref'].map((name) => textOf(v1, name));
  if (repository && path && ref) return `${repository}/${path}@${ref}`;
  const source = field(predicate, 'invocation', 'configSource');
  const entryPoint = textOf(source, 'entryPoint');
  const [, uri, at] = /^git\+(https:\/\/[^@]+)@(refs\/.+)$/.exec(textOf(source, 'uri') ?? '') ?? [];
  return uri === undefined || !entryPoint?.startsWith('.github/workflows/') ? null : `${uri}/${entryPoint}@${at}`;
}

// The places where GitHub's builders write it, in SLSA v1 and v0.2.
function repositoryIdOf(predicate: unknown): string | null {
  const internal = field(predicate, 'buildDefinition', 'internalParameters');
  const environment = field(predicate, 'invocation', 'environment');
  return (
    textOf(internal, 'github', 'repository_id') ??
    textOf(internal, 'GITHUB_REPOSITORY_ID') ??
    textOf(environment, 'GITHUB_REPOSITORY_ID') ??
    textOf(environment, 'github_repository_id')
  );
}
