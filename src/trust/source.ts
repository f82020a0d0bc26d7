// Whether SLSA provenance was made from trusted sources, by build steps of trusted sources, and by what its certificate says.
import type { FactsOf } from '../domain/evidence/evidence-facts.ts';
import type { CertificateClaims, Check } from '../domain/evidence/verification.ts';
import { type BuildInputs, buildInputs } from './build-inputs.ts';
import type { Reference } from './build-references.ts';
import type { CompiledTrust } from './compiled.ts';
import { fullRefs } from './pattern.ts';
import { failed, held, type SignedBy } from './provenance.ts';
import { normalRepository } from './source-uri.ts';
import { disagreement, repositoryIdOf, runnerOf, type Stated, triggersOf, workflowOf } from './stated-build.ts';

type Provenance = Pick<FactsOf<'provenance'>, 'source' | 'invocation_id'>;

/**
 * The link `source`: the trust file has the repository, and its branch or tag; what the certificate says of the repository, its id, branch
 * or tag, commit, workflow, trigger, runner and run is what the provenance says, where both say it. Everything else that names where the
 * source or the build steps came from is held to the same sources, and the build was given no steps and no parameters beyond those.
 */
export function sourceLink(
  { source, invocation_id }: Provenance,
  predicate: unknown,
  by: SignedBy,
  trust: CompiledTrust,
  anyParameters: boolean,
): Check {
  const fail = (code: string, detail: string) => failed('source', code, detail);
  if (source.uri === null) return fail('source_missing', 'The provenance names no source');
  const repository = normalRepository(source.uri);
  if (repository === null) return fail('source_malformed', `It is no plain address of a repository: ${source.uri}`);
  const other =
    by.claims === null ? null : certificateFault(by, by.claims, { ...source, repository, invocation_id }, predicate);
  if (other !== null) return other;
  const trigger = triggersOf(predicate).join(' and ');
  if (isKnown(by) && !isEnough(countingFor(by, predicate, trust), trust))
    return trigger === ''
      ? fail('not_checked', 'It was not checked, as too few of those who signed count')
      : fail('trigger_not_trusted', `The provenance says that it was started by ${trigger}`);
  const ref = source.ref ?? by.claims?.source_ref ?? null;
  const commit = source.commit ?? by.claims?.source_digest ?? null;
  return (
    sourceFault({ place: 'the source', uri: source.uri, ref }, trust) ??
    inputsFault(buildInputs(predicate), { repository, ref, commit }, trust, anyParameters) ??
    held('source', ref === null ? repository : `${repository}@${ref}`)
  );
}

function certificateFault(
  { exact }: SignedBy,
  claims: CertificateClaims,
  stated: Pick<Stated, 'repository' | 'ref' | 'commit'> & Pick<Provenance, 'invocation_id'>,
  predicate: unknown,
): Check | null {
  // Of the many whom a pattern may mean, one could speak for another.
  if (claims.source_repository === null && exact.length === 0)
    return failed(
      'source',
      'source_unproven',
      'The certificate names no repository, and its identity is trusted by a pattern',
    );
  const other = disagreement(claims, {
    ...stated,
    run: stated.invocation_id,
    id: repositoryIdOf(predicate),
    workflow: workflowOf(predicate),
    triggers: triggersOf(predicate),
    runner: runnerOf(predicate),
  });
  return other === null ? null : failed('source', 'source_disagrees', other);
}

const isKnown = ({ identities, keys }: SignedBy) => identities.length > 0 || keys.length > 0;

const isEnough = ({ identities, keys }: SignedBy, { threshold }: CompiledTrust) =>
  identities.length > 0 || keys.length >= threshold;

/** Those of the signers of provenance who count with what started the build, and where the certificate names no repository are meant exactly. */
export function countingFor(by: SignedBy, predicate: unknown, trust: CompiledTrust): SignedBy {
  const triggers = triggersOf(predicate);
  const starting = (what: 'identities' | 'keys', names: readonly string[]) =>
    names.filter((name) => triggers.every((trigger) => trust.isStarter(what, name, trigger)));
  const exact = starting('identities', by.exact);
  const identities = by.claims?.source_repository === null ? exact : starting('identities', by.identities);
  return { ...by, identities, exact, keys: starting('keys', by.keys) };
}

// Null where the repository is a trusted source at that branch or tag.
function sourceFault({ place, uri, ref }: Reference, trust: CompiledTrust): Check | null {
  const repository = uri === null ? null : normalRepository(uri);
  if (repository === null)
    return failed('source', 'source_malformed', `${place} is no plain address of a repository: ${uri}`);
  const known = trust.sources.filter(({ matches }) => matches(repository));
  if (known.length === 0)
    return failed('source', 'source_unknown', `No source of the trust file is ${repository}, which is ${place}`);
  const refs = ref === null ? [null] : fullRefs(ref);
  if (known.some(({ isRef }) => refs.every(isRef))) return null;
  const detail =
    ref === null
      ? `No branch or tag of ${repository} is named, and no source of the trust file has refs with the word unstated`
      : `No source of the trust file has the branch or tag ${ref} of ${repository}`;
  return failed('source', 'ref_unknown', detail);
}

// What the build was told from outside. A place without a ref in the repository of the source itself is at the ref of the source, unless it
// pins another commit: a repository on GitHub has those of all its forks.
function inputsFault(
  { buildType, isKnownType, references, inline, missing, unexpected }: BuildInputs,
  main: { repository: string; ref: string | null; commit: string | null },
  trust: CompiledTrust,
  anyParameters: boolean,
): Check | null {
  for (const reference of references) {
    const isMain = reference.uri !== null && normalRepository(reference.uri) === main.repository;
    const isRefless = reference.ref === null || fullRefs(reference.ref).includes(null);
    const isSame = !reference.commit || reference.commit === main.commit;
    const fault = sourceFault(isMain && isRefless && isSame ? { ...reference, ref: main.ref } : reference, trust);
    if (fault !== null) return fault;
  }
  if (anyParameters) return null;
  const hint = 'unless its builder has parameters: any in the trust file';
  if (!isKnownType)
    return failed('source', 'build_type_unknown', `Builds of the type ${buildType} are not trusted ${hint}`);
  if (inline.length > 0)
    return failed(
      'source',
      'build_steps_inline',
      `It has build steps of its own, not of the source, at ${inline[0]}: not trusted ${hint}`,
    );
  if (unexpected.length > 0)
    return failed(
      'source',
      'parameter_unknown',
      `${unexpected[0]} is no parameter of builds of the type ${buildType}: not trusted ${hint}`,
    );
  if (missing !== null)
    return failed(
      'source',
      'build_steps_unstated',
      `It does not say where its build steps came from, which is ${missing} of builds of the type ${buildType}: not trusted ${hint}`,
    );
  return null;
}
