import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { npmKeys } from '../../src/trust/built-in-trust.ts';
import { digestOf } from '../../src/trust/trust-consistency.ts';
import { entry, FULL, identity, key, one, read, two } from './full-file.ts';

// SEC 1, section 2.3.3: the same point with one coordinate and a sign, and with both and a sign.
const compressed = (x: Buffer, sign: number) => Buffer.concat([Buffer.from([2 + sign]), x]);
const hybrid = (x: Buffer, sign: number, y: Buffer) => Buffer.concat([Buffer.from([6 + sign]), x, y]);

/** The first key, its point written in another way. */
function recoded(encode: (x: Buffer, sign: number, y: Buffer) => Buffer): string {
  const der = createPublicKey(one.pem).export({ type: 'spki', format: 'der' });
  const [algorithm, x, y] = [der.subarray(2, -68), der.subarray(-64, -32), der.subarray(-32)];
  const point = encode(x, (y.at(-1) ?? 0) & 1, y);
  const bits = Buffer.concat([Buffer.from([3, point.length + 1, 0]), point]);
  const spki = Buffer.concat([Buffer.from([0x30, algorithm.length + bits.length]), algorithm, bits]);
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

describe('a trust file whose parts do not fit together is refused in one line that names the place', () => {
  it.each<[what: string, file: unknown, message: RegExp]>([
    ['two keys of one name', { keys: [key, { ...key, pem: two.pem }] }, /^keys\.1\.name is the name of another/],
    ['one key under two names', { keys: [key, { ...key, name: 'uno' }] }, /^keys\.1\.name is another name/],
    [
      'one key under two names in two forms',
      { keys: [key, { ...key, name: 'uno', pem: `\n${one.pem.replaceAll('\n', '\r\n')}` }] },
      /^keys\.1\.name is another name/,
    ],
    [
      'one key under two names, its point written short',
      { keys: [key, { ...key, name: 'uno', pem: recoded(compressed) }] },
      /^keys\.1\.name is another name/,
    ],
    [
      'one key under two names, its point written long',
      { keys: [key, { ...key, name: 'uno', pem: recoded(hybrid) }] },
      /^keys\.1\.name is another name/,
    ],
    [
      'a key of npm under another name beside them',
      { npm: true, keys: [{ ...key, pem: npmKeys()[0]?.pem }] },
      /another name/,
    ],
    ['two roots of one name', { roots: [entry, entry] }, /^roots\.1\.name is the name of another/],
    ['two identities of one name', { ...FULL, identities: [identity, identity] }, /^identities\.1\.name is the name/],
    ['a root that is not there', { identities: [identity] }, /^identities\.0\.root is no root/],
    [
      'the public root without it',
      { identities: [{ ...identity, root: undefined }] },
      /^identities\.0\.root is no root/,
    ],
    [
      'an identity that is not there',
      { builders: [{ id: 'x', identities: ['y'] }] },
      /^builders\.0\.identities\.0 names none/,
    ],
    ['a key that is not there', { builders: [{ id: 'x', keys: ['y'] }] }, /^builders\.0\.keys\.0 names none/],
    [
      'a key of npm for a builder',
      { npm: true, builders: [{ id: 'x', keys: ['npm-registry-1'] }] },
      /^builders\.0\.keys\.0/,
    ],
  ])('if it is or has %s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(/^[^\r\n]+$/);
  });
});

describe('the digest of an entry', () => {
  it('is that of its key, and null where it is no key', () => {
    expect(digestOf(key)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf({ name: 'x', pem: 'x' })).toBeNull();
    expect(digestOf({ name: 'x' })).toBeNull();
  });
});
