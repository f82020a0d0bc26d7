// Who signed: the names of the trust policy that a signature belongs to.
import type { CertificateClaims, Check, Signer } from '../domain/evidence/verification.ts';
import type { CompiledTrust } from './compiled.ts';
import type { Vouch } from './vouching.ts';

/** Who signed, by the names in the trust policy, and what the certificate says if there is one. */
export type SignedBy = {
  readonly identities: readonly string[];
  /** The identities whose subject is the certificate's word for word, not by a pattern. */
  readonly exact: readonly string[];
  readonly keys: readonly string[];
  readonly subject: string | null;
  readonly claims: CertificateClaims | null;
};

export const NOBODY: SignedBy = { identities: [], exact: [], keys: [], subject: null, claims: null };

/** The result of verifying one signature, whatever it is over. */
export type SignatureResult = {
  readonly checks: Check[];
  readonly signers: Signer[];
  readonly signedAt: string | null;
  readonly by: SignedBy;
};

/** Whether anybody of the trust policy signed. */
export const isKnown = ({ identities, keys }: SignedBy) => identities.length > 0 || keys.length > 0;

/**
 * Those of the signers who may sign predicates of a type that earn this; null where they earn
 * nothing.
 */
export function allowedBy(by: SignedBy, type: string | null, earns: Vouch | null, trust: CompiledTrust): SignedBy {
  const may = (what: 'keys' | 'identities') => by[what].filter((name) => trust.maySign(what, name, type ?? '', earns));
  const identities = may('identities');
  return { ...by, keys: may('keys'), identities, exact: by.exact.filter((name) => identities.includes(name)) };
}

/**
 * The signers who count, by the names under which they do. If nobody counts, they are shown without
 * a name: none is trusted for this statement.
 */
export function countedSigners(signers: readonly Signer[], { identities, keys }: SignedBy): Signer[] {
  const [identity = null] = identities;
  if (signers.some(({ subject }) => subject !== null)) return signers.map((one) => ({ ...one, trusted_as: identity }));
  const counted = signers.filter(({ trusted_as }) => trusted_as !== null && keys.includes(trusted_as));
  return counted.length > 0 ? counted : signers.map((one) => ({ ...one, trusted_as: null }));
}
