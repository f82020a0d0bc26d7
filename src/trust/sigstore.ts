// Sigstore bundles, verified offline: https://docs.sigstore.dev/about/bundle/
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { type Signer as Found, type SignedEntity, toSignedEntity, Verifier } from '@sigstore/verify';
import { field, listOf, objectOf, textOf } from '../domain/json-fields.ts';
import { jsonValue } from '../domain/json-value.ts';
import type { Link, LinkName, Signer } from '../domain/verification.ts';
import { type CertificateIdentity, identityOf } from './certificate.ts';
import type { CompiledTrust, TrustedKey } from './compiled.ts';
import { failed, held, type SignedBy } from './provenance.ts';
import { keyDigest } from './signature.ts';

/** One log, one certificate log and one time at least. Nothing lowers them. */
const THRESHOLDS = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };

/** What a bundle may hold at most: each costs a signature to check. */
const MAX_ENTRIES = 32;
const MAX_CERTIFICATE_BYTES = 64 * 1024;

/** What is known of who signed something. */
export type Verified = {
  readonly links: Link[];
  readonly signers: Signer[];
  readonly signedAt: string | null;
  readonly by: SignedBy;
};

export const NOBODY: SignedBy = { identities: [], exact: [], keys: [], subject: null, claims: null };

/**
 * Verifies a bundle as it was parsed. `isContent` tells whether what the bundle holds is what the readers read: the library decodes it
 * anew. `withContent` replaces how its signature is compared, for those whose content is not at hand. Any throw is a refusal.
 */
export function verifyBundle(
  parsed: unknown,
  isContent: (bundle: Bundle) => boolean,
  withContent: (entity: SignedEntity) => SignedEntity,
  trust: CompiledTrust,
): Verified {
  const bundle = attempt(() => bundleFromJSON(parsed));
  if (bundle instanceof Error) return refused(false, 'signature', 'bundle_invalid', bundle.message);
  const keyless = bundle.verificationMaterial.content.$case !== 'publicKey';
  const refuse = (link: LinkName, code: string, detail: string) => refused(keyless, link, code, detail);
  if (isTooMuch(bundle)) return refuse('log', 'too_many_entries', `It holds more than ${MAX_ENTRIES} entries or times`);
  if (!isContent(bundle)) return refuse('signature', 'content_ambiguous', 'Its content can be decoded in two ways');
  const entity = attempt(() => withContent(toSignedEntity(bundle)));
  if (entity instanceof Error) return refuse('signature', 'bundle_invalid', entity.message);
  if (trust.roots.length === 0) return refuse(keyless ? 'certificate' : 'log', 'no_root', 'No root is trusted');
  return keyless ? verifyKeyless(bundle, entity, trust) : verifyWithKey(entity, trust);
}

function verifyKeyless(bundle: Bundle, entity: SignedEntity, trust: CompiledTrust): Verified {
  let last: Verified | null = null;
  for (const { name, material } of trust.roots) {
    const found = attempt(() => new Verifier({ ...material, publicKey: noKey }, THRESHOLDS).verify(entity));
    const one = found instanceof Error ? refusedBy(found, true) : identified(bundle, entity, found, name, trust);
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
): Link {
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
function verifyWithKey(entity: SignedEntity, trust: CompiledTrust): Verified {
  // The library verifies RSA as RS256, whatever a key is taken for.
  const usable = trust.keys.filter(
    ({ key, algorithms }) => key.asymmetricKeyType !== 'rsa' || algorithms.includes('RS256'),
  );
  const signing = usable.filter(({ key }) => attempt(() => entity.signature.verifySignature(key)) === true);
  let last: Verified | null = null;
  for (const key of signing) {
    for (const { material } of trust.roots) {
      const validFor = (date: Date) => key.isValidAt(date.toISOString());
      const publicKey = () => ({ publicKey: key.key, validFor });
      const found = attempt(() => new Verifier({ ...material, publicKey }, THRESHOLDS).verify(entity));
      if (found instanceof Error) last = furthest(last, refusedBy(found, false));
      else return keyed(entity, key, trust.threshold);
    }
  }
  return last ?? refused(false, 'signature', 'key_unknown', 'It is of no key that is trusted');
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

function attempt<Result>(task: () => Result): Result | Error {
  try {
    return task();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

// The order in which the library checks, and the first word of the codes that it fails with.
const CHECKS: readonly (readonly [word: string, link: LinkName])[] = [
  ['TIMESTAMP', 'timestamp'],
  ['CERTIFICATE', 'certificate'],
  ['PUBLIC_KEY', 'key'],
  ['TLOG', 'log'],
  ['SIGNATURE', 'signature'],
];

function refusedBy(error: Error, keyless: boolean): Verified {
  const code = String((error as { code?: unknown }).code ?? '');
  const link = CHECKS.find(([word]) => code.startsWith(word))?.[1];
  if (link === undefined) return refused(keyless, 'signature', 'verifier_failed', error.message);
  return refused(keyless, link, code.toLowerCase(), error.message, link !== 'timestamp');
}

const KEYLESS: readonly LinkName[] = ['timestamp', 'certificate', 'log', 'signature'];
const KEYED: readonly LinkName[] = ['timestamp', 'key', 'log', 'signature'];

/** A chain of which one link did not hold. Those checked before it are told as held, where that is known; those after it were not checked. */
function refused(keyless: boolean, link: LinkName, code: string, detail: string, inOrder = false): Verified {
  const order = keyless ? KEYLESS : KEYED;
  const at = order.indexOf(link);
  const links = order.map((one, index): Link => {
    if (one === link) return failed(one, code, detail);
    if (inOrder && index < at && one !== 'timestamp') return held(one, 'It was checked and held');
    return failed(one, 'not_checked', `It was not checked, as ${link} does not hold`);
  });
  if (at === -1) links.push(failed(link, code, detail));
  return { links, signers: [], signedAt: null, by: NOBODY };
}

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

// The library compares signature and digest of an entry with the bundle, not the key: an entry that somebody else made of the same
// signature (GHSA-whqx-f9j3-ch6m of cosign) must not count.
function logLink({ tlogEntries }: SignedEntity, key: KeyObject): Link {
  const own = keyDigest(key);
  const strange = tlogEntries.find(({ canonicalizedBody }) => {
    const found = attempt(() => keyInEntry(jsonValue(canonicalizedBody.toString('utf8'))));
    return found instanceof Error || found !== own;
  });
  if (strange !== undefined || tlogEntries.length === 0)
    return failed('log', 'log_of_another_key', 'An entry of the log is of another key than signed');
  return held('log', `Entries: ${tlogEntries.length}`);
}

// Rekor v1 keeps PEM in base64, of a certificate or a key; v2 keeps DER.
function keyInEntry(body: unknown): string | null {
  const spec = field(body, 'spec');
  const [, v2] = Object.entries(objectOf(spec) ?? {}).find(([name]) => /V002$/.test(name)) ?? [];
  const verifier = field(v2, 'signature', 'verifier') ?? field(listOf(v2, 'signatures')[0], 'verifier');
  if (verifier !== undefined) {
    const certificate = textOf(verifier, 'x509Certificate', 'rawBytes');
    if (certificate !== null) return keyDigest(new X509Certificate(Buffer.from(certificate, 'base64')).publicKey);
    const rawBytes = Buffer.from(textOf(verifier, 'publicKey', 'rawBytes') ?? '', 'base64');
    return keyDigest(createPublicKey({ key: rawBytes, format: 'der', type: 'spki' }));
  }
  const pem =
    textOf(spec, 'signature', 'publicKey', 'content') ??
    textOf(listOf(spec, 'signatures')[0], 'verifier') ??
    textOf(listOf(spec, 'content', 'envelope', 'signatures')[0], 'publicKey');
  return pem === null ? null : keyDigest(createPublicKey(Buffer.from(pem, 'base64').toString('utf8')));
}
