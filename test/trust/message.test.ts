import { createHash, createPublicKey, generateKeyPairSync, hash } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import { isRsaSignatureOf, isSignatureOf, RSA_PREFIX, signedDigest } from '../../src/trust/message.ts';
import { newInstance, newKey } from './signing.ts';
import { SIGNER } from './trusted.ts';
import { tally, tellNotRun, vectorsOf } from './wycheproof.ts';

const FILES: [file: string, algorithm: string, counts: Record<string, number>][] = [
  ['ecdsa_secp256r1_sha256_test.json', 'sha256', { 'valid verified': 174, 'invalid refused': 310 }],
  ['ecdsa_secp384r1_sha384_test.json', 'sha384', { 'valid verified': 194, 'invalid refused': 310 }],
];
const RSA_FILE = 'rsa_signature_2048_sha256_test.json';
tellNotRun([...FILES.map(([file]) => file), RSA_FILE]);

describe.skipIf(FILES.every(([file]) => vectorsOf(file).length === 0))('a signature of Wycheproof', () => {
  it.each(FILES)(
    'in %s is over the digest (%s) where it is valid, and never where it is not',
    (file, algorithm, counts) => {
      const result = tally(vectorsOf(file), ({ pem, message, signature }) => {
        const digest = createHash(algorithm).update(message).digest();
        return isSignatureOf(signature, digest, createPublicKey(pem)) ? 'verified' : 'refused';
      });
      expect(result).toEqual({ wrong: [], counts });
    },
  );
});

describe.skipIf(vectorsOf(RSA_FILE).length === 0)('an RSA signature of Wycheproof', () => {
  it('is over the digest where it is valid, and never where it is not', () => {
    const result = tally(vectorsOf(RSA_FILE), ({ pem, message, signature }) => {
      const digest = createHash('sha256').update(message).digest();
      return isRsaSignatureOf(signature, digest, RSA_PREFIX.SHA2_256, createPublicKey(pem)) ? 'verified' : 'refused';
    });
    expect(result).toEqual({
      wrong: [],
      counts: { 'valid verified': 9, 'acceptable refused': 1, 'invalid refused': 249 },
    });
  });
});

const bytes = Buffer.from('bytes');
const digestOf = (algorithm: string) => createHash(algorithm).update(bytes).digest();

describe('a signature over a digest', () => {
  it('is of its key, over that digest, in DER or as two numbers side by side', () => {
    const [one, other] = [newKey(), newKey()];
    const is = (signature: Uint8Array, digest: Uint8Array, { pem } = one) =>
      isSignatureOf(signature, digest, createPublicKey(pem));
    const [signature, digest] = [one.sign(bytes), digestOf('sha256')];
    expect(is(signature, digest)).toBe(true);
    expect(is(signature, digest, other)).toBe(false);
    expect(is(signature, hash('sha256', 'Bytes', 'buffer'))).toBe(false);
    const flipped = Buffer.from(digest);
    flipped[31] = (flipped[31] ?? 0) ^ 1;
    expect(is(signature, flipped)).toBe(false);
    for (const broken of [
      Buffer.alloc(0),
      Buffer.alloc(64),
      signature.subarray(1),
      Buffer.concat([signature, Buffer.alloc(1)]),
    ])
      expect(is(broken, digest)).toBe(false);
    const sideBySide = newKey('p256-p1363');
    expect(is(sideBySide.sign(bytes), digest, sideBySide)).toBe(true);
    expect(is(sideBySide.sign(bytes), hash('sha256', 'Bytes', 'buffer'), sideBySide)).toBe(false);
    expect(is(sideBySide.sign(bytes), digest, other)).toBe(false);
  });

  it.each(['ed25519', 'rsa-pkcs1', 'rsa-pss'] as const)('of ECDSA is of no key of the kind %s', (kind) => {
    const key = newKey(kind);
    expect(() => isSignatureOf(key.sign(bytes), digestOf('sha256'), createPublicKey(key.pem))).toThrow(
      'P-256 and P-384',
    );
  });

  it.each(['secp521r1', 'secp256k1'])('is of no key on %s', (namedCurve) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve });
    expect(() => isSignatureOf(Buffer.alloc(70), digestOf('sha256'), publicKey)).toThrow('P-256 and P-384');
  });
});

describe('the content of a bundle that is not at hand', async () => {
  const instance = await newInstance();
  const entity = toSignedEntity(bundleFromJSON(await instance.signMessage(bytes, SIGNER)));

  it('is compared by its digest alone, its signature by its bytes', () => {
    const { signature } = signedDigest(entity, 'SHA2_256', digestOf('sha256'));
    const other = hash('sha256', 'other', 'buffer');
    expect(signature.compareDigest(digestOf('sha256'))).toBe(true);
    expect(signature.compareSignedDigest(digestOf('sha256'))).toBe(true);
    for (const wrong of [other, Buffer.alloc(0), digestOf('sha256').subarray(1), digestOf('sha512')])
      expect([signature.compareDigest(wrong), signature.compareSignedDigest(wrong)]).toEqual([false, false]);
    expect(signature.compareSignature(entity.signature.signature)).toBe(true);
    for (const wrong of [other, Buffer.alloc(0), entity.signature.signature.subarray(1)])
      expect(signature.compareSignature(wrong)).toBe(false);
  });

  it.each([
    ...[
      ['SHA2_256', 'sha384'],
      ['SHA2_256', 'sha512'],
      ['SHA2_384', 'sha256'],
      ['SHA2_384', 'sha512'],
      ['SHA2_512', 'sha256'],
      ['SHA2_512', 'sha384'],
      ['SHA2_256', 'sha1'],
    ],
    ...['SHA3_256', 'HASH_ALGORITHM_UNSPECIFIED', 'sha256', '1', '', '__proto__', 'constructor'].map((one) => [
      one,
      'sha256',
    ]),
  ])('stated to have a digest of %s is refused with one of %s', (algorithm = '', actual = '') => {
    expect(() => signedDigest(entity, algorithm, digestOf(actual))).toThrow('The digest is none of');
  });

  it('is refused where its digest is empty', () => {
    for (const algorithm of ['SHA2_256', 'SHA2_384', 'SHA2_512', ''])
      expect(() => signedDigest(entity, algorithm, Buffer.alloc(0))).toThrow('The digest is none of');
  });
});
