// Whether SLSA provenance was built from trusted sources, by build steps of trusted sources, and as
// its certificate says.
import type { FactsOf } from '../domain/evidence/evidence-facts.ts';
import type { CertificateClaims, Check } from '../domain/evidence/verification.ts';
import { type BuildInputs, buildInputs } from './build-inputs.ts';
import type { Reference } from './build-references.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust } from './compiled.ts';
import { fullRefs } from './pattern.ts';
import { isKnown, type SignedBy } from './signed-by.ts';
import { normalRepository } from './source-uri.ts';
import { disagreement, repositoryIdOf, runnerOf, type Stated, triggersOf, workflowOf } from './stated-build.ts';

type Provenance = Pick<FactsOf<'provenance'>, 'source' | 'invocation_id'>;

/**
 * The check `source`: the trust policy has the repository, and its branch or tag. Where certificate
 * and provenance both state the repository, its id, branch or tag, commit, workflow, trigger,
 * runner or run, they agree. Everything else that names where the source or the build steps came
 * from must be a trusted source too, and the build was given no steps and no parameters beyond
 * those.
 */
export function checkSource(
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
    passed('source', ref === null ? repository : `${repository}@${ref}`)
  );
}

function certificateFault(
  { exact }: SignedBy,
  claims: CertificateClaims,
  stated: Pick<Stated, 'repository' | 'ref' | 'commit'> & Pick<Provenance, 'invocation_id'>,
  predicate: unknown,
): Check | null {
  // A pattern stands for many, and one of them could speak for another.
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

const isEnough = ({ identities, keys }: SignedBy, { threshold }: CompiledTrust) =>
  identities.length > 0 || keys.length >= threshold;

/**
 * Those of the signers of provenance who count for what started the build. If the certificate names
 * no repository, only identities without a pattern count. Provenance that states no trigger narrows
 * nothing here: the trigger in a certificate was already checked with the identity.
 */
export function countingFor(by: SignedBy, predicate: unknown, trust: CompiledTrust): SignedBy {
  const triggers = triggersOf(predicate);
  const starting = (what: 'identities' | 'keys', names: readonly string[]) =>
    names.filter((name) => triggers.every((trigger) => trust.isStarter(what, name, trigger)));
  const exact = starting('identities', by.exact);
  const identities = by.claims?.source_repository === null ? exact : starting('identities', by.identities);
  return { ...by, identities, exact, keys: starting('keys', by.keys) };
}

// Null if the repository is a trusted source at that branch or tag.
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

// What the build was given from outside. A reference without a ref to the repository of the source
// itself is at the ref of the source, unless it pins another commit: a repository on GitHub has the
// commits of all its forks.
function inputsFault(
  inputs: BuildInputs,
  main: { repository: string; ref: string | null; commit: string | null },
  trust: CompiledTrust,
  anyParameters: boolean,
): Check | null {
  for (const reference of inputs.references) {
    const isMain = reference.uri !== null && normalRepository(reference.uri) === main.repository;
    const isRefless = reference.ref === null || fullRefs(reference.ref).includes(null);
    const isSame = !reference.commit || reference.commit === main.commit;
    const fault = sourceFault(isMain && isRefless && isSame ? { ...reference, ref: main.ref } : reference, trust);
    if (fault !== null) return fault;
  }
  return anyParameters ? null : givenFault(inputs);
}

// Steps and parameters that the build was given, and that no source vouches for.
function givenFault({ buildType, isKnownType, inline, missing, unexpected }: BuildInputs): Check | null {
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
      `It does not say where its build steps came from, which is ${missing} of builds of the type ` +
        `${buildType}: not trusted ${hint}`,
    );
  return null;
}
