// Whether a key made a signature, and why a good signature does not count.
import { constants, verify } from 'node:crypto';
import { type AcceptedKey, type Algorithm, algorithmsFor, curveOf, type PublicKey } from './public-key.ts';

/**
 * Whether a key made a signature over bytes, by one of the algorithms accepted for it: ECDSA in DER
 * or as r and s side by side (IEEE P1363), Ed25519, RSA with PKCS #1 v1.5 or PSS. Never throws.
 */
export function isSignature(signature: Uint8Array, data: Uint8Array, key: AcceptedKey): boolean {
  try {
    if (key.key.asymmetricKeyType === 'ed25519') return verify(null, data, key.key, signature);
    return key.algorithms.some((algorithm) => isSignatureBy(algorithm, signature, data, key));
  } catch {
    return false;
  }
}

/**
 * Why a good signature does not count: what it is, and what the trust file must say about the key
 * to accept it.
 */
export type NotAccepted = {
  readonly code: 'hash_not_trusted' | 'algorithm_not_trusted' | 'salt_not_trusted';
  readonly detail: string;
};

/**
 * Why a signature by this key does not count; null if it counts, or if the key did not make it.
 * Never throws.
 */
export function notAccepted(signature: Uint8Array, data: Uint8Array, key: PublicKey): NotAccepted | null {
  try {
    const others = algorithmsFor(key.key).filter((one) => !key.algorithms.includes(one));
    const other = others.find((algorithm) => isSignatureBy(algorithm, signature, data, { ...key, anySalt: true }));
    if (other !== undefined) return otherAlgorithm(other, key);
    const isSalted = key.algorithms.some((one) => isPss(one) && isPssOfAnySalt(one, signature, data, key));
    return isSalted ? saltFault(key) : null;
  } catch {
    return null;
  }
}

/** Why a signature is refused that is good by an algorithm that is not accepted for its key. */
export function otherAlgorithm(algorithm: Algorithm, { algorithms }: PublicKey): NotAccepted {
  const takes = `its key is taken for ${algorithms.join(', ')} only`;
  const write = `to take it, write algorithms: [${[...algorithms, algorithm].join(', ')}] at the key in the trust file`;
  const isEcdsa = algorithm.startsWith('ES');
  return {
    code: isEcdsa ? 'hash_not_trusted' : 'algorithm_not_trusted',
    detail: `The signature is good ${isEcdsa ? `with SHA-${algorithm.slice(2)}` : `by ${algorithm}`}, and ${takes}: ${write}`,
  };
}

function saltFault({ anySalt }: PublicKey): NotAccepted {
  const detail = anySalt
    ? 'The salt of the signature (RSA-PSS) is shorter than its hash, which is never taken'
    : 'The salt of the signature (RSA-PSS) is not as long as its hash: a key without algorithms takes longer ones, too';
  return { code: 'salt_not_trusted', detail };
}

// A signature must be as long as its key makes them: some libraries accept leading zeros.
function isSignatureBy(algorithm: Algorithm, signature: Uint8Array, data: Uint8Array, accepted: AcceptedKey): boolean {
  const { key, anySalt } = accepted;
  const hash = hashOf(algorithm);
  if (key.asymmetricKeyType === 'ec') {
    const curve = curveOf(key);
    if (curve === undefined) return false;
    // Length decides, and DER is tried too: one in millions of signatures in DER is as long as the
    // other form.
    const encodings = signature.length === curve.size ? (['ieee-p1363', 'der'] as const) : (['der'] as const);
    return encodings.some((dsaEncoding) => verify(hash, data, { key, dsaEncoding }, signature));
  }
  if (signature.length !== Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return false;
  if (!isPss(algorithm)) return verify(hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
  if (!anySalt) return hasSalt(constants.RSA_PSS_SALTLEN_DIGEST, algorithm, signature, data, accepted);
  if (!isPssOfAnySalt(algorithm, signature, data, accepted)) return false;
  if (hasSalt(constants.RSA_PSS_SALTLEN_DIGEST, algorithm, signature, data, accepted)) return true;
  // A salt shorter than the hash weakens the proof that PSS cannot be forged (RFC 8017, section
  // 9.1).
  const shorter = Array.from({ length: Number(algorithm.slice(2)) / 8 }, (_, length) => length);
  return !shorter.some((length) => hasSalt(length, algorithm, signature, data, accepted));
}

const isPss = (algorithm: Algorithm) => algorithm.startsWith('PS');
const hashOf = (algorithm: Algorithm) => `sha${algorithm.slice(2)}`;

function isPssOfAnySalt(algorithm: Algorithm, signature: Uint8Array, data: Uint8Array, key: AcceptedKey): boolean {
  return hasSalt(constants.RSA_PSS_SALTLEN_AUTO, algorithm, signature, data, key);
}

function hasSalt(
  saltLength: number,
  algorithm: Algorithm,
  signature: Uint8Array,
  data: Uint8Array,
  { key }: AcceptedKey,
): boolean {
  return verify(hashOf(algorithm), data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
}
