// Signatures by keys: which keys are taken, and whether a signature is of one of them.
import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** The algorithms of RSA by their names in RFC 7518. */
export const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
export type RsaAlgorithm = (typeof RSA_ALGORITHMS)[number];

export type PublicKey = {
  readonly key: KeyObject;
  /** Of RSA, those that its signatures may be of. */
  readonly algorithms: readonly RsaAlgorithm[];
  /** SHA-256 of its SPKI in DER, as lower-case hexadecimal digits. */
  readonly digest: string;
};

/**
 * The public key in a PEM or a JSON Web Key (RFC 7517): ECDSA on P-256 or P-384, Ed25519, or RSA of 2,048 bits or more. Throws an error that says what
 * is wrong with it; a private key is refused, as it has no place there.
 */
export function publicKeyOf(
  source: { pem: string } | { jwk: Record<string, unknown> },
  algorithms: readonly RsaAlgorithm[] = RSA_ALGORITHMS,
): PublicKey {
  const given = 'pem' in source ? keyOfPem(source.pem) : keyOfJwk(source.jwk);
  requireStrength(given);
  // Once more from its numbers: a point of a curve can be written in several ways, and one key would be several.
  const key = createPublicKey({ key: given.export({ format: 'jwk' }), format: 'jwk' });
  return { key, algorithms, digest: keyDigest(key) };
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

const CURVES: ReadonlyMap<string | undefined, { hash: string; size: number }> = new Map([
  ['prime256v1', { hash: 'sha256', size: 64 }],
  ['secp384r1', { hash: 'sha384', size: 96 }],
]);

function requireStrength({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): void {
  if (type === 'ed25519') return;
  if (type === 'ec' && CURVES.has(details?.namedCurve)) return;
  const exponent = details?.publicExponent ?? 0n;
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2_048 && exponent >= 65_537n && exponent % 2n === 1n) return;
  throw new Error('must be ECDSA on P-256 or P-384, Ed25519, or RSA of 2,048 bits or more');
}

/**
 * Whether a signature over bytes is of a key: ECDSA (P-256 with SHA-256, P-384 with SHA-384) in DER or as r and s side by side (IEEE
 * P1363), Ed25519, RSA with PKCS #1 v1.5 or PSS (salt as long as the hash) and SHA-256, SHA-384 or SHA-512. Never throws.
 */
export function isSignature(signature: Uint8Array, data: Uint8Array, key: PublicKey): boolean {
  try {
    return attempts(signature, key).some((attempt) => attempt(data));
  } catch {
    return false;
  }
}

type Attempt = (data: Uint8Array) => boolean;

function attempts(signature: Uint8Array, publicKey: PublicKey): Attempt[] {
  const { key } = publicKey;
  if (key.asymmetricKeyType === 'ed25519') return [(data) => verify(null, data, key, signature)];
  if (key.asymmetricKeyType === 'rsa') return rsaAttempts(signature, publicKey);
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve);
  if (curve === undefined) return [];
  // By its length alone: one in millions of signatures in DER is as long as the other form.
  const encodings = signature.length === curve.size ? (['ieee-p1363', 'der'] as const) : (['der'] as const);
  return encodings.map((dsaEncoding) => (data) => verify(curve.hash, data, { key, dsaEncoding }, signature));
}

const RSA: Record<RsaAlgorithm, { hash: string; padding: number; saltLength?: number }> = {
  RS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  RS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PADDING },
  RS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PADDING },
  PS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  PS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  PS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

function rsaAttempts(signature: Uint8Array, { key, algorithms }: PublicKey): Attempt[] {
  if (signature.length !== Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return [];
  return algorithms.map((algorithm) => (data) => {
    const { hash, ...padding } = RSA[algorithm];
    return verify(hash, data, { key, ...padding }, signature);
  });
}
