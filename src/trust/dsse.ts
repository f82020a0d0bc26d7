// DSSE envelopes signed by keys (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
import type { Envelope } from '../domain/signed.ts';
import type { Link } from '../domain/verification.ts';
import type { CompiledTrust, TrustedKey } from './compiled.ts';
import { failed, held } from './provenance.ts';
import { isSignature } from './signature.ts';
import { NOBODY, type Verified } from './sigstore.ts';

const MAX_SIGNATURES = 10;

/** Of a larger payload it is not found out whether its signature is good for something else. */
const MAX_RAW_BYTES = 1024 * 1024;

/** The bytes that are signed: the pre-authentication encoding of a payload and its type, with lengths in bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/**
 * Verifies an envelope with the keys that are trusted. The key ids in it are not looked at: they prove nothing. As many keys as the trust
 * file asks for must have signed, each counted once, and have been valid when Maestro received the envelope, which is after it was signed.
 */
export function verifyEnvelope(
  { payloadType, payload, signatures }: Envelope,
  receivedAt: string,
  trust: CompiledTrust,
): Verified {
  if (signatures.length > MAX_SIGNATURES)
    return unsigned('too_many_signatures', `It has more than ${MAX_SIGNATURES} signatures`);
  const given = signatures.flatMap(({ sig }) => (sig === null ? [] : [sig]));
  if (given.length === 0) return unsigned('signature_missing', 'It is not signed');
  const signedBy = (data: Uint8Array) => trust.keys.filter((key) => given.some((sig) => isSignature(sig, data, key)));
  const keys = signedBy(preAuthEncoding(payloadType, payload));
  if (keys.length === 0) {
    // Google Cloud Build's signatures do not cover the type of the payload: they are good, and not for this.
    if (payload.length <= MAX_RAW_BYTES && signedBy(payload).length > 0)
      return unsigned('raw_payload_signature', 'It signs the payload without its type, which is not DSSE');
    if (signatures.some(({ certificated }) => certificated))
      return unsigned('certificate_without_time', 'It comes with a certificate, and nothing proves when it signed');
    return unsigned('key_unknown', 'It is of no key that is trusted');
  }
  const valid = keys.filter((key) => key.isValidAt(receivedAt));
  const enough = valid.length >= trust.threshold;
  const links = [
    held('signature', `It is of ${keys.map(({ name }) => name).join(', ')}`),
    enough ? held('key', `Valid when it was received, at ${receivedAt}`) : keyFault(valid, trust.threshold, receivedAt),
    held('identity', keys.map(({ name }) => name).join(', ')),
  ];
  const signers = keys.map(({ name, digest }) => ({ trusted_as: name, issuer: null, subject: null, key: digest }));
  return { links, signers, signedAt: receivedAt, by: { ...NOBODY, keys: valid.map(({ name }) => name) } };
}

function keyFault(valid: readonly TrustedKey[], threshold: number, receivedAt: string): Link {
  if (valid.length === 0)
    return failed('key', 'key_not_valid', `The key was not valid when it was received, at ${receivedAt}`);
  return failed('key', 'key_threshold', `${threshold} keys must have signed, and ${valid.length} did that were valid`);
}

function unsigned(code: string, detail: string): Verified {
  const links = [
    failed('signature', code, detail),
    failed('key', 'not_checked', 'No signature holds'),
    failed('identity', 'not_checked', 'No signature holds'),
  ];
  return { links, signers: [], signedAt: null, by: NOBODY };
}
