// Signatures by keys: which keys are taken, and whether a signature is of one of them.
import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** The algorithms of RSA by their names in RFC 7518. */
export const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
export type RsaAlgorithm = (typeof RSA_ALGORITHMS)[number];

/** Those of ECDSA by their names in RFC 9053, where they name the hash and leave the curve to the key. */
export const ECDSA_ALGORITHMS = ['ES256', 'ES384', 'ES512'] as const;
export type EcdsaAlgorithm = (typeof ECDSA_ALGORITHMS)[number];

export const ALGORITHMS = [...RSA_ALGORITHMS, ...ECDSA_ALGORITHMS] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export type PublicKey = {
  readonly key: KeyObject;
  /** Those that its signatures may be of; none for Ed25519, which is one itself. */
  readonly algorithms: readonly Algorithm[];
  /** Whether the salt of RSA-PSS may be longer than the hash, as openssl and others make it by default. RFC 7518 has it as long. */
  readonly anySalt: boolean;
  /** SHA-256 of its SPKI in DER, as lower-case hexadecimal digits. */
  readonly digest: string;
};

/**
 * The public key in a PEM or a JSON Web Key (RFC 7517): ECDSA on P-256 or P-384, Ed25519, or RSA of 2,048 bits or more. Left out,
 * `algorithms` are the one of the curve, or all of RSA with any salt as long as the hash or longer. Throws an error that says what is
 * wrong with it; a private key is refused, as it has no place there.
 */
export function publicKeyOf(
  source: { pem: string } | { jwk: Record<string, unknown> },
  algorithms?: readonly Algorithm[],
): PublicKey {
  const given = 'pem' in source ? keyOfPem(source.pem) : keyOfJwk(source.jwk);
  requireStrength(given);
  // Once more from its numbers: a point of a curve can be written in several ways, and one key would be several.
  const key = createPublicKey({ key: given.export({ format: 'jwk' }), format: 'jwk' });
  const strange = algorithms?.find((one) => !algorithmsFor(key).includes(one));
  if (strange !== undefined)
    throw new Error(`is of the type ${key.asymmetricKeyType}, which has no algorithm ${strange}`);
  const digest = keyDigest(key);
  return { key, algorithms: algorithms ?? defaultAlgorithms(key), anySalt: algorithms === undefined, digest };
}

/** The key of a certificate, whose signatures may be of every algorithm of its type: no certificate names one. */
export function certifiedKey(key: KeyObject): PublicKey {
  return { key, algorithms: algorithmsFor(key), anySalt: true, digest: keyDigest(key) };
}

/** SHA-256 of the SPKI of a public key in DER, as lower-case hexadecimal digits. */
export function keyDigest(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function keyOfPem(pem: string): KeyObject {
  if (!/^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/.test(pem))
    throw new Error('must be one PEM block of a public key (-----BEGIN PUBLIC KEY-----)');
  return parsed(() => createPublicKey(pem));
}

function keyOfJwk(jwk: Record<string, unknown>): KeyObject {
  if (['d', 'k', 'p', 'q'].some((part) => part in jwk))
    throw new Error('must be a public key, and this one is private');
  return parsed(() => createPublicKey({ key: jwk as never, format: 'jwk' }));
}

function parsed(parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch {
    throw new Error('is no public key');
  }
}

const CURVES: ReadonlyMap<string | undefined, { algorithm: EcdsaAlgorithm; size: number }> = new Map([
  ['prime256v1', { algorithm: 'ES256', size: 64 }],
  ['secp384r1', { algorithm: 'ES384', size: 96 }],
]);

function requireStrength({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): void {
  if (type === 'ed25519') return;
  if (type === 'ec' && CURVES.has(details?.namedCurve)) return;
  const exponent = details?.publicExponent ?? 0n;
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2_048 && exponent >= 65_537n && exponent % 2n === 1n) return;
  throw new Error('must be ECDSA on P-256 or P-384, Ed25519, or RSA of 2,048 bits or more');
}

function algorithmsFor({ asymmetricKeyType: type }: KeyObject): readonly Algorithm[] {
  if (type === 'rsa') return RSA_ALGORITHMS;
  return type === 'ec' ? ECDSA_ALGORITHMS : [];
}

function defaultAlgorithms(key: KeyObject): readonly Algorithm[] {
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve);
  return curve === undefined ? algorithmsFor(key) : [curve.algorithm];
}

/**
 * Whether a signature over bytes is of a key, by one of the algorithms that it is taken for: ECDSA in DER or as r and s side by side
 * (IEEE P1363), Ed25519, RSA with PKCS #1 v1.5 or PSS. Never throws.
 */
export function isSignature(signature: Uint8Array, data: Uint8Array, key: PublicKey): boolean {
  try {
    if (key.key.asymmetricKeyType === 'ed25519') return verify(null, data, key.key, signature);
    return key.algorithms.some((algorithm) => isSignatureBy(algorithm, signature, data, key));
  } catch {
    return false;
  }
}

/** Why a signature that is good does not count: what it is, and what the trust file must say of the key to have it count. */
export type NotTaken = {
  readonly code: 'hash_not_trusted' | 'algorithm_not_trusted' | 'salt_not_trusted';
  readonly detail: string;
};

/** Why a signature of this key does not count; null where it is none of it, or does. Never throws. */
export function notTaken(signature: Uint8Array, data: Uint8Array, key: PublicKey): NotTaken | null {
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

/** Why a signature is refused that is good by an algorithm for which its key is not taken. */
export function otherAlgorithm(algorithm: Algorithm, { algorithms }: PublicKey): NotTaken {
  const takes = `its key is taken for ${algorithms.join(', ')} only`;
  const write = `to take it, write algorithms: [${[...algorithms, algorithm].join(', ')}] at the key in the trust file`;
  const isEcdsa = algorithm.startsWith('ES');
  return {
    code: isEcdsa ? 'hash_not_trusted' : 'algorithm_not_trusted',
    detail: `The signature is good ${isEcdsa ? `with SHA-${algorithm.slice(2)}` : `by ${algorithm}`}, and ${takes}: ${write}`,
  };
}

function saltFault({ anySalt }: PublicKey): NotTaken {
  const detail = anySalt
    ? 'The salt of the signature (RSA-PSS) is shorter than its hash, which is never taken'
    : 'The salt of the signature (RSA-PSS) is not as long as its hash: a key without algorithms takes longer ones, too';
  return { code: 'salt_not_trusted', detail };
}

// One that is of another length than its key makes is none: some libraries take it with zeros before it.
function isSignatureBy(algorithm: Algorithm, signature: Uint8Array, data: Uint8Array, publicKey: PublicKey): boolean {
  const { key, anySalt } = publicKey;
  const hash = hashOf(algorithm);
  if (key.asymmetricKeyType === 'ec') {
    const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve);
    if (curve === undefined) return false;
    // By its length alone: one in millions of signatures in DER is as long as the other form.
    const encodings = signature.length === curve.size ? (['ieee-p1363', 'der'] as const) : (['der'] as const);
    return encodings.some((dsaEncoding) => verify(hash, data, { key, dsaEncoding }, signature));
  }
  if (signature.length !== Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return false;
  if (!isPss(algorithm)) return verify(hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
  if (!anySalt) return hasSalt(constants.RSA_PSS_SALTLEN_DIGEST, algorithm, signature, data, publicKey);
  if (!isPssOfAnySalt(algorithm, signature, data, publicKey)) return false;
  if (hasSalt(constants.RSA_PSS_SALTLEN_DIGEST, algorithm, signature, data, publicKey)) return true;
  // Its salt has one length: a salt shorter than the hash weakens the proof that PSS cannot be forged (RFC 8017, section 9.1).
  const shorter = Array.from({ length: Number(algorithm.slice(2)) / 8 }, (_, length) => length);
  return !shorter.some((length) => hasSalt(length, algorithm, signature, data, publicKey));
}

const isPss = (algorithm: Algorithm) => algorithm.startsWith('PS');
const hashOf = (algorithm: Algorithm) => `sha${algorithm.slice(2)}`;

function isPssOfAnySalt(algorithm: Algorithm, signature: Uint8Array, data: Uint8Array, key: PublicKey): boolean {
  return hasSalt(constants.RSA_PSS_SALTLEN_AUTO, algorithm, signature, data, key);
}

function hasSalt(
  saltLength: number,
  algorithm: Algorithm,
  signature: Uint8Array,
  data: Uint8Array,
  { key }: PublicKey,
): boolean {
  return verify(hashOf(algorithm), data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
}
