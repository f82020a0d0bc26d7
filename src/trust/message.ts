// Signatures over bytes that are not at hand: what is signed is their digest, so that is enough.
import type { KeyObject } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { SignedEntity } from '@sigstore/verify';

const CURVES = { 'P-256': p256, 'P-384': p384 };

const SIZES: ReadonlyMap<string, number> = new Map([
  ['SHA2_256', 32],
  ['SHA2_384', 48],
  ['SHA2_512', 64],
]);

/**
 * The entity with a signature that is compared by the digest that the bundle states. The library would hash the bytes, which may be
 * gigabytes and lie elsewhere. ECDSA on P-256 and P-384; others sign more than a digest. Throws for a digest of another length than its algorithm has.
 */
export function signedDigest(entity: SignedEntity, algorithm: string, digest: Uint8Array): SignedEntity {
  if (SIZES.get(algorithm) !== digest.length) throw new Error(`The digest is none of ${algorithm}`);
  const { signature } = entity.signature;
  const isDigest = (other: Buffer) => Buffer.compare(other, digest) === 0;
  return {
    ...entity,
    signature: {
      signature,
      compareSignature: (other) => Buffer.compare(other, signature) === 0,
      compareDigest: isDigest,
      compareSignedDigest: isDigest,
      verifySignature: (key) => isSignatureOf(signature, digest, key),
    },
  };
}

/** Whether an ECDSA signature in DER is over a digest. Throws for keys that are of neither curve. */
export function isSignatureOf(signature: Uint8Array, digest: Uint8Array, key: KeyObject): boolean {
  const { crv, x, y } = key.export({ format: 'jwk' });
  if (crv !== 'P-256' && crv !== 'P-384') throw new Error('Digests are verified with ECDSA on P-256 and P-384 only');
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x ?? '', 'base64url'), Buffer.from(y ?? '', 'base64url')]);
  try {
    return CURVES[crv].verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}
