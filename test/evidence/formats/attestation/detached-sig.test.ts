import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { handedOver, read } from './attested.ts';

const signed = (namedCurve: string) =>
  sign('sha256', Buffer.from('x'), generateKeyPairSync('ec', { namedCurve }).privateKey);

test('an ECDSA signature in base64 is a signature, of whatever curve, on one line or several', async () => {
  for (const curve of ['P-256', 'P-384', 'P-521']) {
    const text = signed(curve).toString('base64');
    for (const one of [text, `${text}\n`, text.replaceAll(/.{64}/g, '$&\n')]) {
      const reading = await read(one);
      expect(reading).toMatchObject({
        state: 'read',
        kind: 'signature',
        format: 'detached-sig',
        version: null,
        subjects: [],
      });
      expect(reading.facts).toEqual({ kind: 'signature', keyless: null });
    }
  }
});

test('other text is none: cut, lengthened, or bytes that are no signature', async () => {
  const bytes = signed('P-256');
  const others = [
    bytes.subarray(0, -1),
    Buffer.concat([bytes, Buffer.alloc(3)]),
    Buffer.alloc(70, 0x30),
    Buffer.from([0x30, 6, 2, 1, 1, 2, 1, 1]),
  ];
  for (const other of others)
    expect(await read(other.toString('base64'))).toMatchObject({ state: 'opaque', format: 'text' });
  expect(await read('hello world')).toMatchObject({ state: 'opaque', format: 'text' });
});

test('the verifier is told of it, as something that is not verified', async () => {
  expect((await handedOver(signed('P-256').toString('base64'))).signed).toEqual([
    { pointer: '', form: 'detached_signature' },
  ]);
});
