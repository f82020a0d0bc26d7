// The required parts of a Sigstore bundle, as @sigstore/bundle (`validate.ts`) and the
// specification (sigstore_bundle.proto) demand them.
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { fault, warning } from '../noting.ts';

const TYPE = 'application/vnd.dev.sigstore.bundle';

export const isBundleType = (mediaType: string | null) => mediaType?.startsWith(TYPE) === true;

/**
 * The version of a bundle as its media type states it; `?` if that is not the media type of a
 * bundle.
 */
export function bundleVersion(bundle: unknown): string {
  const mediaType = textOf(bundle, 'mediaType') ?? '';
  return (
    /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=|\.v)([0-9.]{1,20}?)(?:\+json)?$/.exec(mediaType)?.[1] ??
    '?'
  );
}

const VERSIONS = ['0.1', '0.2', '0.3'];

/** Notes what a bundle lacks. */
export function checkBundle(bundle: unknown, note: Note): void {
  const version = bundleVersion(bundle);
  if (!isBundleType(textOf(bundle, 'mediaType')) || version === '?')
    note(fault('bundle_media_type', 'The media type is not that of a bundle', '/mediaType'));
  else if (!VERSIONS.includes(version))
    note(fault('unknown_version', `Bundles of this version are not known: ${version}`, '/mediaType'));
  checkContent(bundle, note);
  if (objectOf(field(bundle, 'verificationMaterial')) === null) {
    note(fault('bundle_material', 'The bundle has nothing to verify it with', '/verificationMaterial'));
    return;
  }
  checkKey(bundle, version, note);
  checkEntries(bundle, version, note);
}

function checkContent(bundle: unknown, note: Note): void {
  const [envelope, signature] = [field(bundle, 'dsseEnvelope'), field(bundle, 'messageSignature')].map(objectOf);
  if (envelope && signature) note(fault('bundle_content', 'The bundle holds both an envelope and a signature'));
  if (envelope) {
    const signatures = listOf(envelope, 'signatures');
    if (signatures.length !== 1 || textOf(signatures[0], 'sig') === null)
      note(fault('bundle_signature', 'The envelope has not one signature', '/dsseEnvelope/signatures'));
  }
  if (signature) {
    if (textOf(signature, 'signature') === null)
      note(fault('bundle_signature', 'The signature is missing', '/messageSignature/signature'));
    if (textOf(signature, 'messageDigest', 'digest') === null)
      note(fault('bundle_digest', 'The digest of what is signed is missing', '/messageSignature/messageDigest'));
  }
}

function checkKey(bundle: unknown, version: string, note: Note): void {
  const material = field(bundle, 'verificationMaterial');
  const there = ['certificate', 'x509CertificateChain', 'publicKey'].filter((name) => objectOf(field(material, name)));
  if (there.length !== 1) {
    const message =
      there.length === 0 ? 'There is neither a certificate nor the name of a key' : 'There are several keys';
    note(fault('bundle_key', message, '/verificationMaterial'));
    return;
  }
  if (there[0] === 'publicKey') return;
  const chain = there[0] === 'x509CertificateChain';
  const certificates = chain
    ? listOf(material, 'x509CertificateChain', 'certificates')
    : [field(material, 'certificate')];
  const pointer = `/verificationMaterial/${there[0]}`;
  if (certificates.length === 0 || certificates.some((one) => textOf(one, 'rawBytes') === null))
    note(fault('bundle_certificate', 'The certificate is missing', pointer));
  if (chain && version !== '0.1' && version !== '0.2')
    note(fault('bundle_certificate', 'From 0.3 on there is one certificate and no chain', pointer));
}

function checkEntries(bundle: unknown, version: string, note: Note): void {
  const at = '/verificationMaterial/tlogEntries';
  const entries = field(bundle, 'verificationMaterial', 'tlogEntries') ?? [];
  if (!Array.isArray(entries)) {
    note(fault('bundle_entry', 'It is no array', at));
    return;
  }
  const stamps = listOf(bundle, 'verificationMaterial', 'timestampVerificationData', 'rfc3161Timestamps');
  if (entries.length === 0 && stamps.length === 0)
    note(warning('bundle_time', 'Nothing in the bundle proves when it was signed', '/verificationMaterial'));
  entries.forEach((entry: unknown, index) => {
    const lacks = (...path: string[]) => objectOf(field(entry, ...path)) === null;
    const complain = (what: string) =>
      note(fault('bundle_entry', `The entry of the transparency log has no ${what}`, `${at}/${index}`));
    if (lacks('logId')) complain('logId');
    if (lacks('kindVersion')) complain('kindVersion');
    if (version === '0.1') {
      if (lacks('inclusionPromise')) complain('inclusionPromise');
    } else if (lacks('inclusionProof', 'checkpoint')) complain('inclusionProof with a checkpoint');
  });
}
