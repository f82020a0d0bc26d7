// The parts of a Sigstore bundle, and the limits on what it may hold.
import { X509Certificate } from 'node:crypto';
import { BUNDLE_V01_MEDIA_TYPE, type Bundle } from '@sigstore/bundle';
import type { SignedEntity } from '@sigstore/verify';
import { attempt } from './refusal.ts';

/** The most log entries, or timestamps, in a bundle: each costs a signature to check. */
export const MAX_ENTRIES = 32;
const MAX_CERTIFICATE_BYTES = 64 * 1024;

/**
 * The library makes an object of kilobytes of each empty entry. A bundle has some dozens of values
 * for each entry.
 */
export const MAX_VALUES = 10_000;

/** Whether a parsed document holds more values than `most`, at any depth. */
export function holdsMoreThan(most: number, value: unknown): boolean {
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

/** Whether a bundle has too many entries or timestamps, or too large a certificate. */
export function isTooMuch(bundle: Bundle): boolean {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const times = timestampVerificationData?.rfc3161Timestamps.length ?? 0;
  return (
    Math.max(tlogEntries.length, times) > MAX_ENTRIES || (certificateOf(bundle)?.length ?? 0) > MAX_CERTIFICATE_BYTES
  );
}

/**
 * A bundle of version 0.1 must have the promise of the log, which proves inclusion, and may have a
 * proof without the checkpoint that the proof leads to. Such a proof proves nothing, and the
 * library fails on it. Without the proof, the promise is verified as in a bundle that never had
 * one.
 */
export function withoutEmptyProofs(bundle: Bundle): Bundle {
  const { tlogEntries } = bundle.verificationMaterial;
  type Proofs = Pick<(typeof tlogEntries)[number], 'inclusionPromise' | 'inclusionProof'>;
  const isEmpty = ({ inclusionPromise, inclusionProof }: Proofs) =>
    inclusionPromise !== undefined && inclusionProof !== undefined && !inclusionProof.checkpoint?.envelope;
  if (bundle.mediaType !== BUNDLE_V01_MEDIA_TYPE || !tlogEntries.some(isEmpty)) return bundle;
  const entries = tlogEntries.map((entry) => (isEmpty(entry) ? { ...entry, inclusionProof: undefined } : entry));
  return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: entries } } as Bundle;
}

/** A time of a log entry that is no number of seconds; null if all of them are. */
export function badTimeOf({ verificationMaterial: { tlogEntries } }: Bundle): string | null {
  return tlogEntries.map((entry) => entry.integratedTime).find((time) => !/^\d{0,11}$/.test(time)) ?? null;
}

/**
 * Whether the chain of a bundle has a root in it, which the specification (sigstore_bundle.proto)
 * does not allow. Bundles that npm wrote in 2023 have one and are verified, but only with all their
 * proofs.
 */
export function hasRoot({ verificationMaterial: { content } }: Bundle): boolean {
  if (content.$case !== 'x509CertificateChain') return false;
  return content.x509CertificateChain.certificates.some(({ rawBytes }) => {
    const one = attempt(() => new X509Certificate(rawBytes));
    return !(one instanceof Error) && one.ca && one.issuer === one.subject;
  });
}

/** The certificate of the signer in DER; null if a key signed. */
export function certificateOf({ verificationMaterial: { content } }: Bundle): Uint8Array | null {
  if (content.$case === 'certificate') return content.certificate.rawBytes;
  if (content.$case === 'x509CertificateChain') return content.x509CertificateChain.certificates[0]?.rawBytes ?? null;
  return null;
}

/** The earliest proven time. The time of a log entry is proven only with the log's promise. */
export function timeOf({ timestamps }: SignedEntity): string | null {
  const times = timestamps.flatMap((one) => {
    if (one.$case === 'timestamp-authority') return [one.timestamp.signingTime];
    return one.tlogEntry.inclusionPromise === undefined ? [] : [new Date(Number(one.tlogEntry.integratedTime) * 1_000)];
  });
  const [first] = times.sort((one, other) => one.getTime() - other.getTime());
  return first?.toISOString() ?? null;
}
