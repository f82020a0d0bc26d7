import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../src/trust/public-key.ts';
import { newInstance, newKey } from './signing.ts';
import { SIGNER } from './trusted.ts';

const KINDS = ['p256', 'p256-p1363', 'p384', 'p384-p1363', 'ed25519', 'rsa-pkcs1', 'rsa-pss', 'rsa-pss-max'] as const;

describe('a public key', () => {
  it('is refused with algorithms of another type', () => {
    expect(() => publicKeyOf(newKey('p384'), ['ES384', 'RS256'])).toThrow(
      'of the type ec, which has no algorithm RS256',
    );
    expect(() => publicKeyOf(newKey('rsa-pkcs1'), ['ES256'])).toThrow('of the type rsa, which has no algorithm ES256');
    expect(() => publicKeyOf(newKey('ed25519'), ['ES256'])).toThrow('of the type ed25519');
  });

  const jwkOf = (key: KeyObject) => ({ jwk: { ...readAgain(key).export({ format: 'jwk' }) } });
  // In Node 20, a key that was generated in this process may deadlock it when it is exported as JWK:
  // the garbage collector then waits for the lock that the export holds.
  const readAgain = (key: KeyObject) =>
    key.type === 'private'
      ? createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }))
      : createPublicKey(key.export({ type: 'spki', format: 'pem' }));

  it.each(KINDS)('of the kind %s is accepted as PEM and as JSON Web Key, and is the same key', (kind) => {
    const { pem } = newKey(kind);
    const one = publicKeyOf({ pem });
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(publicKeyOf(jwkOf(createPublicKey(pem))).digest).toBe(one.digest);
    expect(publicKeyOf({ pem: `\n${pem.replaceAll('\n', '\r\n')}\n` }).digest).toBe(one.digest);
  });

  it.each(['P-256', 'P-384'])('on %s has its own digest', (namedCurve) => {
    const digests = [0, 1].map(() => publicKeyOf({ pem: pemOf(ec(namedCurve).publicKey) }).digest);
    expect(new Set(digests).size).toBe(2);
  });

  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const rsa = (modulusLength: number, publicExponent = 65_537) =>
    generateKeyPairSync('rsa', { modulusLength, publicExponent });
  const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

  it.each([
    ['RSA of 1,024 bits', rsa(1_024)],
    ['RSA of 2,047 bits', rsa(2_047)],
    ['RSA with the exponent 3', rsa(2_048, 3)],
    ['RSA for PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 2_048 })],
    ['P-224', ec('secp224r1')],
    ['P-521', ec('secp521r1')],
    ['secp256k1', ec('secp256k1')],
    ['Brainpool', ec('brainpoolP256r1')],
    ['X25519', generateKeyPairSync('x25519')],
    ['Ed448', generateKeyPairSync('ed448')],
    ['DSA', generateKeyPairSync('dsa', { modulusLength: 2_048, divisorLength: 256 })],
  ])('is refused where it is %s', (_, { publicKey }) => {
    expect(() => publicKeyOf({ pem: pemOf(publicKey) })).toThrow(/^must be ECDSA on P-256 or P-384, Ed25519, or RSA/);
  });

  it('is refused as PEM where it is a private key, a certificate, two keys, or none', async () => {
    const { publicKey, privateKey } = ec('P-256');
    const pem = pemOf(publicKey);
    const certificate = await (await newInstance()).certificate(SIGNER);
    const refused = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      rsa(2_048).publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      certificate,
      certificate.replaceAll('CERTIFICATE', 'PUBLIC KEY'),
      `${pem}${pem}`,
      `${pem}${pemOf(ec('P-256').publicKey)}`,
      `${certificate}${pem}`,
      `${pem}trailing`,
      pem.replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\n'),
      pem.replaceAll('PUBLIC', 'public'),
      pem.replace(/.\n-----END/, '\n-----END'),
      pem.slice(0, pem.indexOf('\n-----END')),
      Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64').toString('latin1'),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      ...['', ' ', 'ssh-ed25519 AAAA x', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'],
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    ];
    expect(refused.filter((one) => taken(() => publicKeyOf({ pem: one })) !== null)).toEqual([]);
  });

  it('is refused as JSON Web Key where it is private, symmetric, on another curve, or none', () => {
    const [p256, p521] = [ec('P-256'), ec('secp521r1')];
    const privates = [p256, p521, generateKeyPairSync('ed25519'), rsa(2_048)].map(({ privateKey }) => privateKey);
    for (const one of privates) expect(() => publicKeyOf(jwkOf(one))).toThrow('this one is private');
    const { jwk } = jwkOf(p256.publicKey);
    const refused: Record<string, unknown>[] = [
      ...['d', 'k', 'p', 'q'].map((part) => ({ ...jwk, [part]: '' })),
      { kty: 'oct', k: Buffer.alloc(32).toString('base64url') },
      { kty: 'oct' },
      { ...jwk, crv: 'P-384' },
      { ...jwk, crv: 'secp256k1' },
      { ...jwk, kty: 'RSA' },
      { ...jwk, x: jwk.y, y: jwk.x },
      { ...jwk, y: undefined },
      { ...jwk, x: 7 },
      { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      ...[p521.publicKey, rsa(1_024).publicKey, generateKeyPairSync('x25519').publicKey].map((one) => jwkOf(one).jwk),
      {},
    ];
    expect(refused.filter((one) => taken(() => publicKeyOf({ jwk: one })) !== null)).toEqual([]);
  });
});

function taken<Key>(key: () => Key): Key | null {
  try {
    return key();
  } catch {
    return null;
  }
}
