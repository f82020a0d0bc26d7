import { createHash, createPublicKey } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity } from '@sigstore/verify';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preAuthEncoding, signedPayload } from '../../src/trust/content.ts';
import { publicKeyOf } from '../../src/trust/public-key.ts';
import { newInstance, newKey } from './signing.ts';

describe('the encoding that is signed', () => {
  it('is that of the specification', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes, and keeps what is no text as it is', () => {
    expect(preAuthEncoding('\u00e4', Buffer.from([0, 0xff])).toString('latin1')).toBe(
      'DSSEv1 2 \u00c3\u00a4 2 \0\u00ff',
    );
    expect(preAuthEncoding('', Buffer.alloc(0)).toString()).toBe('DSSEv1 0  0 ');
  });

  it('is another for every other type and payload', () => {
    const parts = fc.tuple(
      fc.string({ unit: fc.constantFrom(...' 01a\u00e4') }),
      fc.string({ unit: fc.constantFrom(...' 01a') }),
    );
    const encoded = ([type, text]: [string, string]) => preAuthEncoding(type, Buffer.from(text)).toString('hex');
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(encoded(one) === encoded(other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });
});

describe('the content of a bundle with an envelope', async () => {
  const statement = { _type: 'https://in-toto.io/Statement/v1' };
  const payload = Buffer.from(JSON.stringify(statement));
  const type = 'application/vnd.in-toto+json';
  const instance = await newInstance();

  async function contentOf(kind: Parameters<typeof newKey>[0]) {
    const key = newKey(kind);
    const entity = toSignedEntity(bundleFromJSON(await instance.signStatementWithKey(statement, key)));
    return { key, content: signedPayload(entity, type, payload) };
  }

  it.each(['p256', 'p384', 'p384-sha256', 'ed25519', 'rsa-pkcs1', 'rsa-pss', 'rsa-pss-max'] as const)(
    'is verified with the key of a certificate by every algorithm of its type: %s',
    async (kind) => {
      const { key, content } = await contentOf(kind);
      expect(content.signature.verifySignature(createPublicKey(key.pem))).toBe(true);
      expect(content.signature.verifySignature(createPublicKey(newKey(kind).pem))).toBe(false);
      const other = signedPayload(content, type, Buffer.from('{}'));
      expect(other.isOf(publicKeyOf(key))).toBe(false);
    },
  );

  it('is compared by the digest of what was signed, of whatever hash, and by that of the payload', async () => {
    const { signature } = (await contentOf('p384')).content;
    const encoded = preAuthEncoding(type, payload);
    for (const hash of ['sha256', 'sha384', 'sha512']) {
      expect(signature.compareSignedDigest(createHash(hash).update(encoded).digest())).toBe(true);
      expect(signature.compareSignedDigest(createHash(hash).update(payload).digest())).toBe(false);
    }
    for (const other of [Buffer.alloc(0), Buffer.alloc(32), createHash('sha1').update(encoded).digest()])
      expect(signature.compareSignedDigest(other)).toBe(false);
    expect(signature.compareDigest(createHash('sha256').update(payload).digest())).toBe(true);
    expect(signature.compareDigest(createHash('sha256').update(encoded).digest())).toBe(false);
    expect(signature.compareSignature(signature.signature)).toBe(true);
    expect(signature.compareSignature(Buffer.alloc(3))).toBe(false);
  });

  it('is of a key by the algorithms accepted for it, and says which other would fit', async () => {
    const { key, content } = await contentOf('p384-sha256');
    expect(content.isOf(publicKeyOf(key))).toBe(false);
    expect(content.notAccepted(publicKeyOf(key))?.code).toBe('hash_not_trusted');
    expect(content.isOf(publicKeyOf(key, ['ES256']))).toBe(true);
    expect(content.notAccepted(publicKeyOf(newKey('p384')))).toBeNull();
  });
});
