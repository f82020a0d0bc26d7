import { describe, expect, it } from 'vitest';
import { type Algorithm, publicKeyOf, type RsaAlgorithm } from '../../src/trust/public-key.ts';
import { isSignature, notAccepted } from '../../src/trust/signature.ts';
import { type KeyKind, newKey } from './signing.ts';
import { tally, tellNotRun, type Verdict, vectorsOf } from './wycheproof.ts';

const KINDS = ['p256', 'p256-p1363', 'p384', 'p384-p1363', 'ed25519', 'rsa-pkcs1', 'rsa-pss', 'rsa-pss-max'] as const;

// Two of the valid ones are of a key with the exponent 3, which is not taken; the one that may be either lacks a part of its encoding.
const RSA_COUNTS = { 'valid verified': 7, 'valid key_refused': 2, 'acceptable refused': 1, 'invalid refused': 249 };

// What comes of each: counted, so that a file that lost its vectors fails.
const FILES: [file: string, algorithms: RsaAlgorithm[] | undefined, counts: Record<string, number>][] = [
  ['ecdsa_secp256r1_sha256_test.json', undefined, { 'valid verified': 174, 'invalid refused': 310 }],
  ['ecdsa_secp256r1_sha256_p1363_test.json', undefined, { 'valid verified': 173, 'invalid refused': 89 }],
  ['ecdsa_secp384r1_sha384_test.json', undefined, { 'valid verified': 194, 'invalid refused': 310 }],
  ['ed25519_test.json', undefined, { 'valid verified': 88, 'invalid refused': 63 }],
  ['rsa_signature_2048_sha256_test.json', ['RS256'], RSA_COUNTS],
  ['rsa_pss_2048_sha256_mgf1_32_test.json', ['PS256'], { 'valid verified': 63, 'invalid refused': 45 }],
];
tellNotRun(FILES.map(([file]) => file));

describe.skipIf(FILES.every(([file]) => vectorsOf(file).length === 0))('a signature of Wycheproof', () => {
  it.each(FILES)('in %s verifies where it is valid, and never where it is not', (file, algorithms, counts) => {
    const result = tally(vectorsOf(file), ({ pem, message, signature }): Verdict => {
      const key = taken(() => publicKeyOf({ pem }, algorithms));
      if (key === null) return 'key_refused';
      return isSignature(signature, message, key) ? 'verified' : 'refused';
    });
    expect(result).toEqual({ wrong: [], counts });
  });
});

function taken<Key>(key: () => Key): Key | null {
  try {
    return key();
  } catch {
    return null;
  }
}

describe('a signature', () => {
  const keys = KINDS.map((kind) => ({ kind, key: newKey(kind) }));
  const data = Buffer.from('data');

  it.each(keys)(
    'of a key of the kind $kind is of that key and of no other, over its bytes and no others',
    ({ key }) => {
      const signature = key.sign(data);
      const verifying = keys.filter((one) => isSignature(signature, data, publicKeyOf(one.key)));
      expect(verifying.map((one) => one.key)).toEqual([key]);
      const own = publicKeyOf(key);
      expect(isSignature(signature, Buffer.from('Data'), own)).toBe(false);
      for (const broken of [Buffer.alloc(0), signature.subarray(1), signature.subarray(0, -1)])
        expect(isSignature(broken, data, own)).toBe(false);
      for (const longer of [
        [signature, Buffer.alloc(1)],
        [Buffer.alloc(1), signature],
        [signature, signature],
      ])
        expect(isSignature(Buffer.concat(longer), data, own)).toBe(false);
      for (const zero of [64, 96, 256]) expect(isSignature(Buffer.alloc(zero), data, own)).toBe(false);
    },
  );

  it('of RSA is by the algorithms accepted for its key', () => {
    const [pkcs1, pss] = [newKey('rsa-pkcs1'), newKey('rsa-pss')];
    const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
    const taking = (key: typeof pss) =>
      algorithms.filter((one) => isSignature(key.sign(data), data, publicKeyOf(key, [one])));
    expect([taking(pkcs1), taking(pss)]).toEqual([['RS256'], ['PS256']]);
  });
});

describe('a signature by an algorithm that is not accepted for its key', () => {
  const data = Buffer.from('data');
  const told = (kind: KeyKind, algorithms?: Algorithm[]) => {
    const key = newKey(kind);
    const taken = publicKeyOf(key, algorithms);
    const signature = key.sign(data);
    if (isSignature(signature, data, taken)) return 'taken';
    expect(notAccepted(signature, Buffer.from('Data'), taken)).toBeNull();
    expect(notAccepted(signature, data, publicKeyOf(newKey(kind), algorithms))).toBeNull();
    const reason = notAccepted(signature, data, taken);
    return reason && `${reason.code}: ${reason.detail}`;
  };

  it('of ECDSA is refused with its hash, and the advice to the trust file has it accepted', () => {
    expect(told('p384-sha256')).toMatch(/^hash_not_trusted: .* good with SHA-256, .* \[ES384, ES256\]/);
    expect(told('p384-sha256', ['ES384', 'ES256'])).toBe('taken');
    expect(told('p384', ['ES256'])).toMatch(/^hash_not_trusted: .* good with SHA-384, .* \[ES256, ES384\]/);
    expect(told('p384-sha512')).toMatch(/^hash_not_trusted: .* \[ES384, ES512\]/);
    expect(told('p384-sha512', ['ES512'])).toBe('taken');
    expect(told('p256-sha384')).toMatch(/^hash_not_trusted: .* \[ES256, ES384\]/);
    expect(told('p256-sha384', ['ES256', 'ES384'])).toBe('taken');
  });

  it('of RSA is refused with that algorithm', () => {
    expect(told('rsa-pss', ['RS256'])).toMatch(/^algorithm_not_trusted: .* good by PS256, .* \[RS256, PS256\]/);
    expect(told('rsa-pkcs1', ['PS256', 'PS384'])).toMatch(/^algorithm_not_trusted: .* good by RS256, /);
  });

  it('of RSA-PSS may have a salt longer than its hash, unless the algorithm is named, and never a shorter one', {
    tags: 'slow',
  }, () => {
    for (const kind of ['rsa-pss', 'rsa-pss-33', 'rsa-pss-max'] as const) expect(told(kind)).toBe('taken');
    expect(told('rsa-pss', ['PS256'])).toBe('taken');
    for (const kind of ['rsa-pss-33', 'rsa-pss-max'] as const)
      expect(told(kind, ['PS256'])).toMatch(/^salt_not_trusted: .*not as long as its hash/);
    for (const kind of ['rsa-pss-0', 'rsa-pss-31'] as const)
      expect(told(kind)).toMatch(/^salt_not_trusted: .*shorter than its hash/);
  });

  it('is none where it is of another key, or no signature', () => {
    const key = publicKeyOf(newKey('p384'));
    for (const none of [Buffer.alloc(0), Buffer.alloc(96), newKey('p384').sign(data)])
      expect(notAccepted(none, data, key)).toBeNull();
    expect(notAccepted(newKey('ed25519').sign(data), data, publicKeyOf(newKey('ed25519')))).toBeNull();
  });
});
