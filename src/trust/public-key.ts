// The public keys that verify signatures: which are accepted, and by which algorithms.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** The RSA algorithms by their names in RFC 7518. */
export const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
export type RsaAlgorithm = (typeof RSA_ALGORITHMS)[number];

/**
 * The ECDSA algorithms by their names in RFC 9053: they name the hash, the key determines the
 * curve.
 */
export const ECDSA_ALGORITHMS = ['ES256', 'ES384', 'ES512'] as const;
export type EcdsaAlgorithm = (typeof ECDSA_ALGORITHMS)[number];

export const ALGORITHMS = [...RSA_ALGORITHMS, ...ECDSA_ALGORITHMS] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A key and what is accepted of it. */
export type AcceptedKey = {
  readonly key: KeyObject;
  /** The algorithms accepted for its signatures; none for Ed25519, which is one itself. */
  readonly algorithms: readonly Algorithm[];
  /**
   * Whether the salt of RSA-PSS may be longer than the hash, as openssl and others make it by
   * default. RFC 7518 requires the same length.
   */
  readonly anySalt: boolean;
};

export type PublicKey = AcceptedKey & {
  /** SHA-256 of its SPKI in DER, as lower-case hexadecimal digits. */
  readonly digest: string;
};

/** A key as a trust file has it. */
export type KeySource = { readonly pem: string } | { readonly jwk: Record<string, unknown> };

/** Where the PEM or JSON Web Key of an entry of the trust file is. */
export function keySourceOf(entry: { pem?: string | undefined; jwk?: Record<string, unknown> | undefined }): KeySource {
  return entry.pem === undefined ? { jwk: entry.jwk ?? {} } : { pem: entry.pem };
}

/**
 * The public key in a PEM or a JSON Web Key (RFC 7517): ECDSA on P-256 or P-384, Ed25519, or RSA of
 * 2,048 bits or more. The default of `algorithms` is the one of the curve, or every RSA algorithm
 * with a salt as long as the hash or longer. Throws an error that says what is wrong with the key;
 * a private key is refused, because it has no place in a trust file.
 */
export function publicKeyOf(source: KeySource, algorithms?: readonly Algorithm[]): PublicKey {
  const given = 'pem' in source ? keyOfPem(source.pem) : keyOfJwk(source.jwk);
  requireStrength(given);
  // Rebuilt from its numbers: a point on a curve has several encodings, and one key would have
  // several digests.
  const key = createPublicKey({ key: given.export({ format: 'jwk' }), format: 'jwk' });
  const strange = algorithms?.find((one) => !algorithmsFor(key).includes(one));
  if (strange !== undefined)
    throw new Error(`is of the type ${key.asymmetricKeyType}, which has no algorithm ${strange}`);
  const digest = keyDigest(key);
  return { key, algorithms: algorithms ?? defaultAlgorithms(key), anySalt: algorithms === undefined, digest };
}

/** The key of a certificate, with every algorithm of its type: a certificate names none. */
export function certifiedKey(key: KeyObject): AcceptedKey {
  return { key, algorithms: algorithmsFor(key), anySalt: true };
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

/** `size` is that of r and s side by side, in bytes. */
type Curve = { readonly algorithm: EcdsaAlgorithm; readonly size: number };

const CURVES: ReadonlyMap<string | undefined, Curve> = new Map([
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

/** The algorithms of a type of key. */
export function algorithmsFor({ asymmetricKeyType: type }: KeyObject): readonly Algorithm[] {
  if (type === 'rsa') return RSA_ALGORITHMS;
  return type === 'ec' ? ECDSA_ALGORITHMS : [];
}

function defaultAlgorithms(key: KeyObject): readonly Algorithm[] {
  const curve = curveOf(key);
  return curve === undefined ? algorithmsFor(key) : [curve.algorithm];
}

/** The curve of an ECDSA key; undefined for any other key. */
export function curveOf({ asymmetricKeyDetails }: KeyObject): Curve | undefined {
  return CURVES.get(asymmetricKeyDetails?.namedCurve);
}
