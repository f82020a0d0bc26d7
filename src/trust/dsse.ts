// DSSE envelopes signed by keys
// (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
import type { Envelope } from '../domain/evidence/signed.ts';
import type { Check } from '../domain/evidence/verification.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust, TrustedKey } from './compiled.ts';
import { preAuthEncoding } from './content.ts';
import { isSignature, type NotAccepted, notAccepted } from './signature.ts';
import { NOBODY, type SignatureResult } from './signed-by.ts';

const MAX_SIGNATURES = 10;

/**
 * The largest payload for which a refusal says whether the signature is good for something else.
 */
const MAX_RAW_BYTES = 1024 * 1024;

/**
 * Verifies an envelope with the trusted keys. Its key ids are ignored: they prove nothing. As many
 * keys as the trust policy requires must have signed, each counted once, and must have been valid
 * when Maestro received the envelope, which is after it was signed.
 */
export function verifyEnvelope(
  { payloadType, payload, signatures }: Envelope,
  receivedAt: string,
  trust: CompiledTrust,
): SignatureResult {
  if (signatures.length > MAX_SIGNATURES)
    return unsigned('too_many_signatures', `It has more than ${MAX_SIGNATURES} signatures`);
  const given = signatures.flatMap(({ sig }) => (sig === null ? [] : [sig]));
  if (given.length === 0) return unsigned('signature_missing', 'It is not signed');
  const encoded = preAuthEncoding(payloadType, payload);
  const signedBy = (data: Uint8Array) => trust.keys.filter((key) => given.some((sig) => isSignature(sig, data, key)));
  const keys = signedBy(encoded);
  const reason = payload.length <= MAX_RAW_BYTES ? () => reasonAmong(given, encoded, trust.keys) : () => null;
  if (keys.length > 0) return signedByKeys(keys, receivedAt, trust.threshold, reason);
  // Signatures by Google Cloud Build do not cover the type of the payload: they are good, but not
  // DSSE.
  if (payload.length <= MAX_RAW_BYTES && signedBy(payload).length > 0)
    return unsigned('raw_payload_signature', 'It signs the payload without its type, which is not DSSE');
  const found = reason();
  if (found !== null) return unsigned(found.code, found.detail);
  if (signatures.some(({ certificated }) => certificated))
    return unsigned('certificate_without_time', 'It comes with a certificate, and nothing proves when it signed');
  return unsigned('key_unknown', 'It is of no key that is trusted');
}

function reasonAmong(given: readonly Uint8Array[], data: Uint8Array, keys: readonly TrustedKey[]): NotAccepted | null {
  for (const key of keys) {
    const reason = given.map((sig) => notAccepted(sig, data, key)).find((one) => one !== null);
    if (reason) return { ...reason, detail: `Of the key ${key.name}: ${reason.detail}` };
  }
  return null;
}

/** Finds out why a good signature does not count; null if there is none. */
type Reason = () => NotAccepted | null;

// Only keys that were valid are signers: a signature by any other counts for nothing.
function signedByKeys(
  keys: readonly TrustedKey[],
  receivedAt: string,
  threshold: number,
  reason: Reason,
): SignatureResult {
  const valid = keys.filter((key) => key.isValidAt(receivedAt));
  const checks = [
    passed('signature', `It is of ${namesOf(keys)}`),
    checkKeys(keys, valid, threshold, receivedAt, reason),
    valid.length > 0
      ? passed('identity', namesOf(valid))
      : failed('identity', 'not_checked', 'No key that signed was valid'),
  ];
  const signers = valid.map(({ name, digest }) => ({ trusted_as: name, issuer: null, subject: null, key: digest }));
  return { checks, signers, signedAt: receivedAt, by: { ...NOBODY, keys: valid.map(({ name }) => name) } };
}

const namesOf = (keys: readonly TrustedKey[]) => keys.map(({ name }) => name).join(', ');

function checkKeys(
  keys: readonly TrustedKey[],
  valid: readonly TrustedKey[],
  threshold: number,
  at: string,
  reason: Reason,
): Check {
  if (valid.length === 0)
    return failed('key', 'key_not_valid', `Not valid when it was received, at ${at}: ${namesOf(keys)}`);
  const others = keys.filter((key) => !valid.includes(key));
  const beside = others.length === 0 ? '' : `; not valid then, and not counted: ${namesOf(others)}`;
  if (valid.length >= threshold)
    return passed('key', `Valid when it was received, at ${at}: ${namesOf(valid)}${beside}`);
  const uncounted = reason();
  const why = uncounted === null ? '' : `; not counted: ${uncounted.detail}`;
  const counted = `${threshold} keys must have signed, and ${valid.length} did that were valid: ${namesOf(valid)}`;
  return failed('key', 'key_threshold', counted + beside + why);
}

function unsigned(code: string, detail: string): SignatureResult {
  const checks = [
    failed('signature', code, detail),
    failed('key', 'not_checked', 'No signature holds'),
    failed('identity', 'not_checked', 'No signature holds'),
  ];
  return { checks, signers: [], signedAt: null, by: NOBODY };
}
