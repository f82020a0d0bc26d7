// Sigstore bundles, verified offline: https://docs.sigstore.dev/about/bundle/
import { X509Certificate } from 'node:crypto';
import { BUNDLE_V01_MEDIA_TYPE, type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { type Signer as Found, type SignedEntity, toSignedEntity, Verifier } from '@sigstore/verify';
import type { Check, CheckName } from '../domain/evidence/verification.ts';
import { type CertificateIdentity, identityOf } from './certificate.ts';
import type { CompiledTrust, TrustedKey } from './compiled.ts';
import { type Checkable, signedPayload } from './content.ts';
import { keyOfEntry, logLink } from './log-entry.ts';
import { failed, held } from './provenance.ts';
import { attempt, faultOfBundle, KEY_TYPES, NOBODY, refused, refusedBy, type Verified, verifiedBy } from './refusal.ts';
import { withTimes } from './timestamps.ts';

export { NOBODY, type Verified } from './refusal.ts';

/** One log, one certificate log and one time at least. Nothing lowers them. */
const THRESHOLDS = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };

/** What a bundle may hold at most: each costs a signature to check. */
const MAX_ENTRIES = 32;
const MAX_CERTIFICATE_BYTES = 64 * 1024;

/** The library makes an object of kilobytes of each empty entry. A bundle has some dozens of values for each entry. */
const MAX_VALUES = 10_000;

/**
 * Verifies a bundle as it was parsed. `isContent` tells whether what the bundle holds is what the readers read: the library decodes it
 * anew. `withDigest` replaces how a signature over bytes is compared, as those are not at hand. Any throw is a refusal.
 */
export function verifyBundle(
  parsed: unknown,
  isContent: (bundle: Bundle) => boolean,
  withDigest: (entity: SignedEntity) => SignedEntity,
  trust: CompiledTrust,
): Verified {
  if (holdsMoreThan(MAX_VALUES, parsed))
    return refused(false, 'log', 'too_many_entries', `It holds more than ${MAX_VALUES} values`);
  const given = attempt(() => bundleFromJSON(parsed));
  if (given instanceof Error) return refused(false, 'signature', 'bundle_invalid', faultOfBundle(given));
  const bundle = withoutEmptyProofs(given);
  const keyless = bundle.verificationMaterial.content.$case !== 'publicKey';
  const refuse = (link: CheckName, code: string, detail: string) => refused(keyless, link, code, detail);
  if (isTooMuch(bundle)) return refuse('log', 'too_many_entries', `It holds more than ${MAX_ENTRIES} entries or times`);
  if (!isContent(bundle)) return refuse('signature', 'content_ambiguous', 'Its content can be decoded in two ways');
  const time = badTimeOf(bundle);
  if (time !== null) return refuse('timestamp', 'timestamp_error', `An entry of the log has no time: ${time}`);
  const plain = attempt(() => toSignedEntity(bundle));
  if (plain instanceof Error)
    return refuse('signature', 'bundle_invalid', 'Its certificate or a timestamp in it is no DER that can be read');
  const entity = attempt(() => checkable(bundle, plain, withDigest));
  if (entity instanceof Error) return refuse('signature', 'bundle_invalid', entity.message);
  const timed = withTimes(entity);
  if (timed === null) return refuse('timestamp', 'timestamp_error', 'A timestamp is none of RFC 3161 that can be read');
  if (trust.roots.length === 0) return refuse(keyless ? 'certificate' : 'log', 'no_root', 'No root is trusted');
  if (bundle !== given && hasRoot(bundle))
    return refuse('certificate', 'root_in_bundle', 'Its chain holds a root, which the trust file alone may bring');
  return keyless ? verifyKeyless(bundle, timed, trust) : verifyWithKey(timed, trust);
}

function holdsMoreThan(most: number, value: unknown): boolean {
  let count = 0;
  const open = [value];
  for (let one = open.pop(); one !== undefined && count <= most; one = open.pop()) {
    count += 1;
    if (typeof one !== 'object' || one === null) continue;
    for (const name in one) {
      if (open.length + count > most) return true;
      open.push((one as Record<string, unknown>)[name] ?? null);
    }
  }
  return count > most;
}

// A bundle of version 0.1 must have the promise of the log, which proves inclusion, and may have a proof without the checkpoint that the
// proof leads to. Such a proof proves nothing, and the library fails on it: without it, the promise is verified as in a bundle with none.
function withoutEmptyProofs(bundle: Bundle): Bundle {
  const { tlogEntries } = bundle.verificationMaterial;
  type Proofs = Pick<(typeof tlogEntries)[number], 'inclusionPromise' | 'inclusionProof'>;
  const isEmpty = ({ inclusionPromise, inclusionProof }: Proofs) =>
    inclusionPromise !== undefined && inclusionProof !== undefined && !inclusionProof.checkpoint?.envelope;
  if (bundle.mediaType !== BUNDLE_V01_MEDIA_TYPE || !tlogEntries.some(isEmpty)) return bundle;
  const entries = tlogEntries.map((entry) => (isEmpty(entry) ? { ...entry, inclusionProof: undefined } : entry));
  return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: entries } } as Bundle;
}

function checkable(
  bundle: Bundle,
  entity: SignedEntity,
  withDigest: (entity: SignedEntity) => SignedEntity,
): Checkable {
  const { content } = bundle;
  if (content.$case === 'messageSignature') return withDigest(entity) as Checkable;
  return signedPayload(entity, content.dsseEnvelope.payloadType, content.dsseEnvelope.payload);
}

function badTimeOf({ verificationMaterial: { tlogEntries } }: Bundle): string | null {
  return tlogEntries.map((entry) => entry.integratedTime).find((time) => !/^\d{0,11}$/.test(time)) ?? null;
}

// The specification (sigstore_bundle.proto) has no root in a chain. What npm wrote in 2023 has it, and is verified; where a proof is given up,
// nothing else is.
function hasRoot({ verificationMaterial: { content } }: Bundle): boolean {
  if (content.$case !== 'x509CertificateChain') return false;
  return content.x509CertificateChain.certificates.some(({ rawBytes }) => {
    const one = attempt(() => new X509Certificate(rawBytes));
    return !(one instanceof Error) && one.ca && one.issuer === one.subject;
  });
}

function verifyKeyless(bundle: Bundle, entity: Checkable, trust: CompiledTrust): Verified {
  let last: Verified | null = null;
  for (const { name, material } of trust.roots) {
    const found = verifiedBy(new Verifier({ ...material, publicKey: noKey }, THRESHOLDS), entity);
    const one = 'fault' in found ? refusedBy(found.fault, true) : identified(bundle, entity, found.signer, name, trust);
    // A certificate may be under two roots, and its signer trusted under one of them.
    if (one.by.identities.length > 0) return one;
    last = furthest(last, one);
  }
  return last ?? refused(true, 'certificate', 'no_root', 'No root is trusted');
}

function identified(bundle: Bundle, entity: SignedEntity, found: Found, root: string, trust: CompiledTrust): Verified {
  const der = certificateOf(bundle);
  const identity =
    der === null ? new Error('There is no certificate') : attempt(() => identityOf(der, found.identity?.oids ?? []));
  if (identity instanceof Error) return refused(true, 'identity', 'identity_ambiguous', identity.message);
  const { issuer, subject, claims } = identity;
  const known = trust.identitiesOf(root, issuer, subject);
  const identities = known.names.filter((name) => trust.isStarter('identities', name, claims.trigger));
  const exact = known.exact.filter((name) => identities.includes(name));
  const [trusted_as = null] = identities;
  const signers = [{ trusted_as, issuer, subject, key: null }];
  const log = logLink(entity, found.key);
  const links = [
    held('signature', 'It is of the key in the certificate'),
    held('certificate', `Under the root ${root}`),
    log,
    held('timestamp', 'Within the life of the certificate'),
    identityLink(known.names, trusted_as, identity, root),
  ];
  return { links, signers, signedAt: timeOf(entity), by: { identities, exact, keys: [], subject, claims } };
}

function identityLink(
  known: readonly string[],
  trusted_as: string | null,
  { issuer, subject, claims: { trigger } }: CertificateIdentity,
  root: string,
): Check {
  if (trusted_as !== null) return held('identity', trusted_as);
  if (known.length === 0) {
    const detail = `No identity of the trust file is ${subject}, issued by ${issuer} under ${root}`;
    return failed('identity', 'identity_unknown', detail);
  }
  const started = trigger === null ? 'its certificate does not say by what' : `by ${trigger}`;
  const detail = `The build was started in a way that is not trusted of ${known.join(', ')}: ${started}`;
  return failed('identity', 'trigger_not_trusted', detail);
}

// The bundle's hint says which key to take, and is not signed: every key is tried. Whose signature it is tells at once which are worth it.
function verifyWithKey(entity: Checkable, trust: CompiledTrust): Verified {
  const signing = trust.keys.filter((key) => attempt(() => entity.isOf(key)) === true);
  let last: Verified | null = null;
  for (const key of signing) {
    const own = { ...entity, signature: { ...entity.signature, verifySignature: () => entity.isOf(key) } };
    for (const { material } of trust.roots) {
      const validFor = (date: Date) => key.isValidAt(date.toISOString());
      const publicKey = () => ({ publicKey: key.key, validFor });
      const found = verifiedBy(new Verifier({ ...material, publicKey }, THRESHOLDS), own);
      if ('fault' in found) last = furthest(last, refusedBy(found.fault, false));
      else return keyed(entity, key, trust.threshold);
    }
  }
  return last ?? ofNoKey(entity, trust);
}

function ofNoKey(entity: Checkable, trust: CompiledTrust): Verified {
  const refuse = (code: string, detail: string) => refused(false, 'signature', code, detail);
  for (const key of trust.keys) {
    const reason = attempt(() => entity.notTaken(key));
    if (reason !== null && !(reason instanceof Error))
      return refuse(reason.code, `Of the key ${key.name}: ${reason.detail}`);
  }
  const logged = entity.tlogEntries.map(keyOfEntry).find((one) => one !== null) ?? null;
  const named = trust.keys.find(({ digest }) => digest === logged);
  if (named === undefined) {
    const of = logged === null ? '' : `: its entry in the log is of the key ${logged}`;
    return refuse('key_unknown', `It is of no key that is trusted${of}`);
  }
  if (attempt(() => entity.signature.verifySignature(named.key)) instanceof Error)
    return refuse('key_type_unsupported', `The key ${named.name} is ${named.key.asymmetricKeyType}. ${KEY_TYPES}`);
  return refuse('signature_error', `Its entry in the log is of the key ${named.name}, and the signature is not good`);
}

function keyed(entity: SignedEntity, { name, key, digest, isNpm }: TrustedKey, threshold: number): Verified {
  const links = [
    held('signature', `It is of the key ${name}`),
    threshold === 1 || isNpm
      ? held('key', 'It was valid at the time')
      : failed('key', 'key_threshold', `${threshold} keys must have signed, and a bundle has one signature`),
    logLink(entity, key),
    held('timestamp', 'Within the validity of the key'),
    held('identity', name),
  ];
  const signers = [{ trusted_as: name, issuer: null, subject: null, key: digest }];
  return { links, signers, signedAt: timeOf(entity), by: { ...NOBODY, keys: [name] } };
}

/** What one try came to, where all of them failed: the one that came furthest says most. */
function furthest(before: Verified | null, now: Verified): Verified {
  const heldBy = (one: Verified | null) => one?.links.filter((link) => link.held).length ?? -1;
  return before !== null && heldBy(before) >= heldBy(now) ? before : now;
}

const noKey = () => {
  throw new Error('The bundle has a certificate');
};

function isTooMuch(bundle: Bundle): boolean {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const times = timestampVerificationData?.rfc3161Timestamps.length ?? 0;
  return (
    Math.max(tlogEntries.length, times) > MAX_ENTRIES || (certificateOf(bundle)?.length ?? 0) > MAX_CERTIFICATE_BYTES
  );
}

function certificateOf({ verificationMaterial: { content } }: Bundle): Uint8Array | null {
  if (content.$case === 'certificate') return content.certificate.rawBytes;
  if (content.$case === 'x509CertificateChain') return content.x509CertificateChain.certificates[0]?.rawBytes ?? null;
  return null;
}

// The earliest time that is proven. Of a log it is one only with the log's promise.
function timeOf({ timestamps }: SignedEntity): string | null {
  const times = timestamps.flatMap((one) => {
    if (one.$case === 'timestamp-authority') return [one.timestamp.signingTime];
    return one.tlogEntry.inclusionPromise === undefined ? [] : [new Date(Number(one.tlogEntry.integratedTime) * 1_000)];
  });
  const [first] = times.sort((one, other) => one.getTime() - other.getTime());
  return first?.toISOString() ?? null;
}
