// Signatures over bytes that are not available: their digest is what is signed, and is enough.
import { constants, type KeyObject, publicDecrypt } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { SignedEntity } from '@sigstore/verify';
import type { Checkable } from './content.ts';
import type { EcdsaAlgorithm, PublicKey, RsaAlgorithm } from './public-key.ts';
import { type NotAccepted, otherAlgorithm } from './signature.ts';

const CURVES = { 'P-256': p256, 'P-384': p384 };

type Hash = {
  readonly size: number;
  readonly ecdsa: EcdsaAlgorithm;
  readonly rsa: RsaAlgorithm;
};

/** The bytes that RSA signs before a digest, as hexadecimal digits (RFC 8017, section 9.2). */
export const RSA_PREFIX = {
  SHA2_256: '3031300d060960864801650304020105000420',
  SHA2_384: '3041300d060960864801650304020205000430',
  SHA2_512: '3051300d060960864801650304020305000440',
} as const;

const HASHES: ReadonlyMap<string, Hash> = new Map([
  ['SHA2_256', { size: 32, ecdsa: 'ES256', rsa: 'RS256' }],
  ['SHA2_384', { size: 48, ecdsa: 'ES384', rsa: 'RS384' }],
  ['SHA2_512', { size: 64, ecdsa: 'ES512', rsa: 'RS512' }],
]);

/**
 * The entity with its signature verified by the digest that the bundle states. The library would
 * hash the bytes, which may be gigabytes and are stored elsewhere. ECDSA on P-256 and P-384, and
 * RSA with PKCS #1 v1.5; other keys sign more than a digest. Throws if the length of the digest is
 * not that of its algorithm.
 */
export function signedDigest(entity: SignedEntity, algorithm: string, digest: Uint8Array): Checkable {
  const hash = HASHES.get(algorithm);
  if (hash === undefined) throw new Error(`The digest is none of SHA-2, which alone is verified: ${algorithm}`);
  if (hash.size !== digest.length) throw new Error(`The digest is none of ${algorithm}`);
  const { signature } = entity.signature;
  const isDigest = (other: Buffer) => Buffer.compare(other, digest) === 0;
  const isGood = (key: KeyObject) =>
    key.asymmetricKeyType === 'rsa'
      ? isRsaSignatureOf(signature, digest, RSA_PREFIX[algorithm as keyof typeof RSA_PREFIX], key)
      : isSignatureOf(signature, digest, key);
  const isAccepted = ({ key, algorithms }: PublicKey) =>
    algorithms.includes(key.asymmetricKeyType === 'rsa' ? hash.rsa : hash.ecdsa);
  return {
    ...entity,
    signature: {
      signature,
      compareSignature: (other) => Buffer.compare(other, signature) === 0,
      compareDigest: isDigest,
      compareSignedDigest: isDigest,
      verifySignature: isGood,
    },
    isOf: (key) => isVerifiable(key.key) && isAccepted(key) && isGood(key.key),
    notAccepted: (key): NotAccepted | null => {
      if (!isVerifiable(key.key) || isAccepted(key) || !isGood(key.key)) return null;
      return otherAlgorithm(key.key.asymmetricKeyType === 'rsa' ? hash.rsa : hash.ecdsa, key);
    },
  };
}

const isVerifiable = ({ asymmetricKeyType: type }: KeyObject) => type === 'ec' || type === 'rsa';

/**
 * Whether an ECDSA signature, in DER or as r and s side by side, is over a digest. Throws for a key
 * on another curve than P-256 and P-384.
 */
export function isSignatureOf(signature: Uint8Array, digest: Uint8Array, key: KeyObject): boolean {
  const { crv, x, y } = key.export({ format: 'jwk' });
  if (crv !== 'P-256' && crv !== 'P-384')
    throw new Error('Digests are verified with ECDSA on P-256 and P-384 and with RSA (PKCS #1 v1.5) only');
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x ?? '', 'base64url'), Buffer.from(y ?? '', 'base64url')]);
  const isSideBySide = signature.length === point.length - 1;
  const is = (format: 'der' | 'compact') => {
    try {
      return CURVES[crv].verify(signature, digest, point, { prehash: false, lowS: false, format });
    } catch {
      return false;
    }
  };
  return is('der') || (isSideBySide && is('compact'));
}

/** Whether an RSA signature (RFC 8017, RSASSA-PKCS1-v1_5) is over a digest. Never throws. */
export function isRsaSignatureOf(signature: Uint8Array, digest: Uint8Array, prefix: string, key: KeyObject): boolean {
  if (signature.length !== Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return false;
  const wanted = Buffer.concat([Buffer.from(prefix, 'hex'), digest]);
  try {
    // The rest is compared whole after the padding is removed: no bytes can hide before or behind
    // it.
    return Buffer.compare(publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature), wanted) === 0;
  } catch {
    return false;
  }
}
