// The bytes that a signature is over, as the library compares them with the entries of logs, and as
// they are verified with keys.
import { createHash, type KeyObject } from 'node:crypto';
import type { SignedEntity } from '@sigstore/verify';
import { certifiedKey, type PublicKey } from './public-key.ts';
import { isSignature, type NotAccepted, notAccepted } from './signature.ts';

/**
 * An entity whose signature can be verified with a key of the trust policy, by the algorithms
 * accepted for that key.
 */
export type Checkable = SignedEntity & {
  readonly isOf: (key: PublicKey) => boolean;
  /** Why a signature by this key does not count; null if the key did not make it. */
  readonly notAccepted: (key: PublicKey) => NotAccepted | null;
};

/**
 * The bytes that DSSE signs: the pre-authentication encoding of a payload and its type, with
 * lengths in bytes.
 */
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
 * The entity of a bundle with an envelope. The library verifies with the defaults of OpenSSL, which
 * are SHA-256 and PKCS #1 v1.5; here the algorithm is that of the key.
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
      // An entry has the digest that was signed, by the hash of its key.
      compareSignedDigest: (other) => {
        const hash = HASHES.get(other.length);
        return hash !== undefined && Buffer.compare(createHash(hash).update(data).digest(), other) === 0;
      },
      verifySignature: (key: KeyObject) =>
        isSignature(signature, data, certifiedKey(key)) || content.verifySignature(key),
    },
    isOf: (key) => isSignature(signature, data, key),
    notAccepted: (key) => notAccepted(signature, data, key),
  };
}
