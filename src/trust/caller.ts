// Who called the workflow that signed.
import type { CertificateClaims, Check } from '../domain/evidence/verification.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust } from './compiled.ts';
import type { SignedBy } from './signed-by.ts';
import { normalRepository } from './source-uri.ts';

// Whether the workflow that signed is at the ref that was built. If the certificate names no ref,
// the workflow that signed must be the one that was started.
function isOfSameRef(subject: string | null, claims: CertificateClaims | null): boolean {
  const ref = claims?.source_ref ?? '';
  if (ref.startsWith('refs/')) return subject?.endsWith(`@${ref}`) === true;
  return (claims?.build_config ?? subject) === subject;
}

/**
 * The check `source` of a statement that is no provenance; null if there is nothing to check. A
 * reusable workflow signs for its callers, and anyone may call it: the calling repository, and its
 * branch or tag, must be trusted. The same holds if its own repository called it from another
 * branch.
 */
export function checkCaller({ subject, claims }: SignedBy, trust: CompiledTrust): Check | null {
  const repository = claims?.source_repository ?? null;
  if (repository === null) return null;
  const caller = normalRepository(repository);
  // An owner or a host alone is no repository, and everything below it would be its own.
  const isOwn = caller !== null && caller.split('/').length >= 5 && subject?.startsWith(`${repository}/`);
  const ref = claims?.source_ref ?? null;
  if (isOwn && isOfSameRef(subject, claims)) return null;
  const isTrusted = ({ matches, isRef }: CompiledTrust['sources'][number]) =>
    caller !== null && matches(caller) && isRef(ref);
  if (trust.sources.some(isTrusted)) return passed('source', caller ?? '');
  const detail = `The workflow was called from ${repository} at ${ref}, which is no source of the trust file`;
  return failed('source', 'caller_unknown', detail);
}
