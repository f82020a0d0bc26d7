import { expect, test } from 'vitest';
import { decodeBase64 } from '../../../../src/evidence/formats/attestation/payload.ts';

test('base64 is decoded as it is encoded, whatever its length', () => {
  for (let length = 0; length < 20; length += 1) {
    const bytes = Buffer.alloc(length, 0xfb);
    for (const text of [bytes.toString('base64'), bytes.toString('base64url')])
      expect(decodeBase64(text)).toEqual(bytes);
  }
});

test('what is not base64 is none, wherever it is', () => {
  for (const text of [
    'A',
    'AAAAA',
    'AA=',
    'AAA==',
    'AAAA=',
    'AAAA====',
    '=',
    '==',
    'AA==AA==',
    'A=AA',
    'AA AA',
    'AAAA\n',
    'AA*A',
    'AAA\u00e9',
    'QUJD\u0100',
  ])
    expect(decodeBase64(text), JSON.stringify(text)).toBeNull();
});
