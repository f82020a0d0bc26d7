// Bundles with a certificate: who signed is in the certificate.
import type { Bundle } from '@sigstore/bundle';
import { type Signer as Found, type SignedEntity, Verifier } from '@sigstore/verify';
import type { Check } from '../domain/evidence/verification.ts';
import { certificateOf, timeOf } from './bundle-parts.ts';
import { type CertificateIdentity, identifiedBy } from './certificate.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust } from './compiled.ts';
import type { Checkable } from './content.ts';
import { checkLog } from './log-entry.ts';
import { attempt, furthest, refused, refusedBy, THRESHOLDS, verifiedBy } from './refusal.ts';
import type { SignatureResult } from './signed-by.ts';

/** Verifies a bundle with a certificate under each trusted root. */
export function verifyKeyless(bundle: Bundle, entity: Checkable, trust: CompiledTrust): SignatureResult {
  let last: SignatureResult | null = null;
  for (const { name, material } of trust.roots) {
    const found = verifiedBy(new Verifier({ ...material, publicKey: noKey }, THRESHOLDS), entity);
    const one = 'fault' in found ? refusedBy(found.fault, true) : identified(bundle, entity, found.signer, name, trust);
    // A certificate may be under two roots while its signer is trusted under only one of them.
    if (one.by.identities.length > 0) return one;
    last = furthest(last, one);
  }
  return last ?? refused(true, 'certificate', 'no_root', 'No root is trusted');
}

function identified(
  bundle: Bundle,
  entity: SignedEntity,
  found: Found,
  root: string,
  trust: CompiledTrust,
): SignatureResult {
  const der = certificateOf(bundle);
  const leaf =
    der === null ? new Error('There is no certificate') : attempt(() => identifiedBy(der, found.identity?.oids ?? []));
  if (leaf instanceof Error) return refused(true, 'identity', 'identity_ambiguous', leaf.message);
  const { certificate, identity } = leaf;
  const { issuer, subject, claims } = identity;
  const known = trust.identitiesOf(root, issuer, subject);
  const identities = known.names.filter((name) => trust.isStarter('identities', name, claims.trigger));
  const exact = known.exact.filter((name) => identities.includes(name));
  const [trusted_as = null] = identities;
  const signers = [{ trusted_as, issuer, subject, key: null }];
  const log = checkLog(entity, found.key, certificate);
  const checks = [
    passed('signature', 'It is of the key in the certificate'),
    passed('certificate', `Under the root ${root}`),
    log,
    passed('timestamp', 'Within the life of the certificate'),
    checkIdentity(known.names, trusted_as, identity, root),
  ];
  return { checks, signers, signedAt: timeOf(entity), by: { identities, exact, keys: [], subject, claims } };
}

function checkIdentity(
  known: readonly string[],
  trusted_as: string | null,
  { issuer, subject, claims: { trigger } }: CertificateIdentity,
  root: string,
): Check {
  if (trusted_as !== null) return passed('identity', trusted_as);
  if (known.length === 0) {
    const detail = `No identity of the trust file is ${subject}, issued by ${issuer} under ${root}`;
    return failed('identity', 'identity_unknown', detail);
  }
  const started = trigger === null ? 'its certificate does not say by what' : `by ${trigger}`;
  const detail = `The build was started in a way that is not trusted of ${known.join(', ')}: ${started}`;
  return failed('identity', 'trigger_not_trusted', detail);
}

const noKey = () => {
  throw new Error('The bundle has a certificate');
};
