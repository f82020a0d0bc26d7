// Whether the builder that SLSA provenance claims is trusted and is one that its signer may speak for; and who may call a workflow that signs.
import type { CertificateClaims, Check } from '../domain/evidence/verification.ts';
import type { CompiledTrust } from './compiled.ts';
import { normalRepository } from './source-uri.ts';
import { runnerOf } from './stated-build.ts';

/** Who signed, as far as it matters here: the names in the trust file, and what the certificate says where there is one. */
export type SignedBy = {
  readonly identities: readonly string[];
  /** Those of them that are the subject word for word, not by a pattern. */
  readonly exact: readonly string[];
  readonly keys: readonly string[];
  readonly subject: string | null;
  readonly claims: CertificateClaims | null;
};

export const held = (link: Check['link'], detail: string): Check => ({ link, held: true, code: null, detail });
export const failed = (link: Check['link'], code: string, detail: string): Check => ({
  link,
  held: false,
  code,
  detail,
});

/** A builder of the trust file that a signer may speak for, and the signers who may. */
export type SpokenFor = {
  readonly link: Check;
  readonly by: SignedBy;
  /** Those who may with any parameters; null where nobody may. */
  readonly withAny: SignedBy | null;
};

/**
 * The link `builder`: the trust file has the builder, word for word or by its pattern, and lets the signer speak for it. A certificate must
 * name the builder, too, as its workflow or as the runner of one, unless the trust file says that the signer speaks for it as a delegate.
 * `by` are those of the signers who may speak for it.
 */
export function builderLink(
  builderId: string | null,
  by: SignedBy,
  predicate: unknown,
  trust: CompiledTrust,
): SpokenFor {
  const fail = (code: string, detail: string) => ({
    link: failed('builder', code, detail),
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
    link: held('builder', builderId),
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

// The short id does not say whose runner it was. Certificates have said so since they name the workflow that signed.
function isOwnRunner(builderId: string, claims: CertificateClaims | null, predicate: unknown): boolean {
  const runner = claims?.runner ?? runnerOf(predicate);
  if (builderId === `${RUNNER}/github-hosted`) return runner !== null && runner !== 'github-hosted';
  if (builderId !== RUNNER) return false;
  return runner === null ? claims !== null && claims.build_signer !== null : runner !== 'github-hosted';
}

// Whether the workflow that signed is of the ref that was built, or is the one that was started where the certificate names no ref.
function isOfSameRef(subject: string | null, claims: CertificateClaims | null): boolean {
  const ref = claims?.source_ref ?? '';
  if (ref.startsWith('refs/')) return subject?.endsWith(`@${ref}`) === true;
  return (claims?.build_config ?? subject) === subject;
}

/**
 * The link `source` of what is no provenance; null where there is nothing to ask. A reusable workflow signs for whoever calls it, which may be
 * anyone: the repository that called it, and its branch or tag, must be trusted. So it is where the same repository called it, from another branch.
 */
export function callerLink({ subject, claims }: SignedBy, trust: CompiledTrust): Check | null {
  const repository = claims?.source_repository ?? null;
  if (repository === null) return null;
  const caller = normalRepository(repository);
  // An owner or a host alone is no repository, and everything below it would be its own.
  const isOwn = caller !== null && caller.split('/').length >= 5 && subject?.startsWith(`${repository}/`);
  const ref = claims?.source_ref ?? null;
  if (isOwn && isOfSameRef(subject, claims)) return null;
  const isTrusted = ({ matches, isRef }: CompiledTrust['sources'][number]) =>
    caller !== null && matches(caller) && isRef(ref);
  if (trust.sources.some(isTrusted)) return held('source', caller ?? '');
  const detail = `The workflow was called from ${repository} at ${ref}, which is no source of the trust file`;
  return failed('source', 'caller_unknown', detail);
}
