// What a signature is over, as the library compares it with the entries of logs, and as it is verified with keys.
import { createHash, type KeyObject } from 'node:crypto';
import type { SignedEntity } from '@sigstore/verify';
import { certifiedKey, type PublicKey } from './public-key.ts';
import { isSignature, type NotTaken, notTaken } from './signature.ts';

/** An entity whose signature can be verified with a key of the trust file, by the algorithms that this is taken for. */
export type Checkable = SignedEntity & {
  readonly isOf: (key: PublicKey) => boolean;
  /** Why a signature of this key does not count; null where it is none of it. */
  readonly notTaken: (key: PublicKey) => NotTaken | null;
};

/** The bytes that are signed: the pre-authentication encoding of a payload and its type, with lengths in bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

const HASHES: ReadonlyMap<number, string> = new Map([
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

/**
 * The entity of a bundle with an envelope. The library verifies with what OpenSSL takes by default, which is SHA-256 and PKCS #1 v1.5: here
 * the algorithm is that of the key.
 */
export function signedPayload(entity: SignedEntity, payloadType: string, payload: Uint8Array): Checkable {
  const { signature: content } = entity;
  const { signature } = content;
  const data = preAuthEncoding(payloadType, payload);
  return {
    ...entity,
    signature: {
      signature,
      compareSignature: (other) => content.compareSignature(other),
      compareDigest: (other) => content.compareDigest(other),
      // An entry holds the digest that was signed, which is of the hash of its key.
      compareSignedDigest: (other) => {
        const hash = HASHES.get(other.length);
        return hash !== undefined && Buffer.compare(createHash(hash).update(data).digest(), other) === 0;
      },
      verifySignature: (key: KeyObject) =>
        isSignature(signature, data, certifiedKey(key)) || content.verifySignature(key),
    },
    isOf: (key) => isSignature(signature, data, key),
    notTaken: (key) => notTaken(signature, data, key),
  };
}
