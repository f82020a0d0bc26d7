// Whether the builder that SLSA provenance claims is trusted, and is one that its signer may speak
// for.
import type { CertificateClaims, Check } from '../domain/evidence/verification.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust } from './compiled.ts';
import type { SignedBy } from './signed-by.ts';
import { runnerOf } from './stated-build.ts';

/** The check of a builder, and the signers who may speak for it. */
export type SpokenFor = {
  readonly check: Check;
  readonly by: SignedBy;
  /** Those who may speak for it with any parameters; null if nobody may. */
  readonly withAny: SignedBy | null;
};

/**
 * The check `builder`: the trust policy has the builder, exactly or by a pattern, and lets the
 * signer speak for it. A certificate must also name the builder, as its workflow or as the runner
 * of one, unless the policy says that the signer is a delegate of the builder. The result's `by`
 * are those of the signers who may speak for it.
 */
export function checkBuilder(
  builderId: string | null,
  by: SignedBy,
  predicate: unknown,
  trust: CompiledTrust,
): SpokenFor {
  const fail = (code: string, detail: string) => ({
    check: failed('builder', code, detail),
    by: narrowed(by, [], []),
    withAny: null,
  });
  if (builderId === null) return fail('builder_missing', 'The provenance names no builder');
  const known = trust.builders.filter(({ matches }) => matches(builderId));
  if (known.length === 0) return fail('builder_unknown', `No builder of the trust file is ${builderId}`);
  const speaking = known.filter(({ identities, keys }) => maySpeak(identities, keys, by, trust.threshold));
  if (speaking.length === 0)
    return fail('signer_not_of_builder', `The signer may not speak for the builder ${builderId}`);
  const names = by.claims === null || isNamed(builderId, by.subject, by.claims);
  const named = names ? speaking : speaking.filter(({ delegated }) => delegated);
  if (named.length === 0)
    return fail('builder_disagrees', `The certificate is not of the builder ${builderId}: it is of ${by.subject}`);
  const fitting = isOwnRunner(builderId, by.claims, predicate) ? named.filter(({ anyRunner }) => anyRunner) : named;
  if (fitting.length === 0)
    return fail('runner_not_trusted', `It ran on a runner of somebody's own, which ${RUNNER} does not tell`);
  const any = fitting.filter(({ anyParameters }) => anyParameters);
  return {
    check: passed('builder', builderId),
    by: amongThose(by, fitting),
    withAny: any.length > 0 ? amongThose(by, any) : null,
  };
}

const amongThose = (by: SignedBy, builders: CompiledTrust['builders']) =>
  narrowed(
    by,
    builders.flatMap(({ identities }) => identities),
    builders.flatMap(({ keys }) => keys),
  );

function narrowed(by: SignedBy, identities: readonly string[], keys: readonly string[]): SignedBy {
  const among = (some: readonly string[], names: readonly string[]) => some.filter((name) => names.includes(name));
  return {
    ...by,
    identities: among(by.identities, identities),
    exact: among(by.exact, identities),
    keys: among(by.keys, keys),
  };
}

// As many keys must speak for it as must have signed.
function maySpeak(identities: readonly string[], keys: readonly string[], by: SignedBy, threshold: number): boolean {
  if (by.claims !== null) return by.identities.some((identity) => identities.includes(identity));
  return by.keys.filter((key) => keys.includes(key)).length >= threshold;
}

const RUNNER = 'https://github.com/actions/runner';

function isNamed(builderId: string, subject: string | null, claims: CertificateClaims): boolean {
  if (builderId === claims.build_signer || builderId === subject) return true;
  // The identity says which workflow it was.
  if (builderId === RUNNER) return claims.source_repository !== null;
  return claims.runner !== null && builderId === `${RUNNER}/${claims.runner}`;
}

// The short id does not say whose runner it was. Certificates that name the signing workflow say
// it.
function isOwnRunner(builderId: string, claims: CertificateClaims | null, predicate: unknown): boolean {
  const runner = claims?.runner ?? runnerOf(predicate);
  if (builderId === `${RUNNER}/github-hosted`) return runner !== null && runner !== 'github-hosted';
  if (builderId !== RUNNER) return false;
  return runner === null ? claims !== null && claims.build_signer !== null : runner !== 'github-hosted';
}
