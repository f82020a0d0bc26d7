// DSSE envelopes signed by keys (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
import type { Envelope } from '../domain/evidence/signed.ts';
import type { Check } from '../domain/evidence/verification.ts';
import type { CompiledTrust, TrustedKey } from './compiled.ts';
import { preAuthEncoding } from './content.ts';
import { failed, held } from './provenance.ts';
import { isSignature, type NotTaken, notTaken } from './signature.ts';
import { NOBODY, type Verified } from './sigstore.ts';

const MAX_SIGNATURES = 10;

/** Of a larger payload it is not found out whether its signature is good for something else. */
const MAX_RAW_BYTES = 1024 * 1024;

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
  const encoded = preAuthEncoding(payloadType, payload);
  const signedBy = (data: Uint8Array) => trust.keys.filter((key) => given.some((sig) => isSignature(sig, data, key)));
  const keys = signedBy(encoded);
  const reason = payload.length <= MAX_RAW_BYTES ? () => reasonAmong(given, encoded, trust.keys) : () => null;
  if (keys.length > 0) return signedByKeys(keys, receivedAt, trust.threshold, reason);
  // Google Cloud Build's signatures do not cover the type of the payload: they are good, and not for this.
  if (payload.length <= MAX_RAW_BYTES && signedBy(payload).length > 0)
    return unsigned('raw_payload_signature', 'It signs the payload without its type, which is not DSSE');
  const found = reason();
  if (found !== null) return unsigned(found.code, found.detail);
  if (signatures.some(({ certificated }) => certificated))
    return unsigned('certificate_without_time', 'It comes with a certificate, and nothing proves when it signed');
  return unsigned('key_unknown', 'It is of no key that is trusted');
}

function reasonAmong(given: readonly Uint8Array[], data: Uint8Array, keys: readonly TrustedKey[]): NotTaken | null {
  for (const key of keys) {
    const reason = given.map((sig) => notTaken(sig, data, key)).find((one) => one !== null);
    if (reason) return { ...reason, detail: `Of the key ${key.name}: ${reason.detail}` };
  }
  return null;
}

type Reason = () => NotTaken | null;

// Only those that were valid are its signers: what others signed counts for nothing.
function signedByKeys(keys: readonly TrustedKey[], receivedAt: string, threshold: number, reason: Reason): Verified {
  const valid = keys.filter((key) => key.isValidAt(receivedAt));
  const links = [
    held('signature', `It is of ${namesOf(keys)}`),
    keyLink(keys, valid, threshold, receivedAt, reason),
    valid.length > 0
      ? held('identity', namesOf(valid))
      : failed('identity', 'not_checked', 'No key that signed was valid'),
  ];
  const signers = valid.map(({ name, digest }) => ({ trusted_as: name, issuer: null, subject: null, key: digest }));
  return { links, signers, signedAt: receivedAt, by: { ...NOBODY, keys: valid.map(({ name }) => name) } };
}

const namesOf = (keys: readonly TrustedKey[]) => keys.map(({ name }) => name).join(', ');

function keyLink(
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
  if (valid.length >= threshold) return held('key', `Valid when it was received, at ${at}: ${namesOf(valid)}${beside}`);
  const uncounted = reason();
  const why = uncounted === null ? '' : `; not counted: ${uncounted.detail}`;
  const counted = `${threshold} keys must have signed, and ${valid.length} did that were valid: ${namesOf(valid)}`;
  return failed('key', 'key_threshold', counted + beside + why);
}

function unsigned(code: string, detail: string): Verified {
  const links = [
    failed('signature', code, detail),
    failed('key', 'not_checked', 'No signature holds'),
    failed('identity', 'not_checked', 'No signature holds'),
  ];
  return { links, signers: [], signedAt: null, by: NOBODY };
}
