import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOKEN_FORM, tokenDigest, tokenIdOf, tokenText } from '../../src/auth/token-text.ts';

const ID = '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e';
const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the text of a token', () => {
  it('has one form, names its token, and is another for every secret', () => {
    fc.assert(
      fc.property(fc.uuid(), secrets, secrets, (id, secret, other) => {
        const text = tokenText(id, secret);
        expect(text).toMatch(TOKEN_FORM);
        expect(tokenIdOf(text)).toBe(id);
        expect(tokenText(id, other) === text).toBe(Buffer.compare(secret, other) === 0);
      }),
    );
  });

  it('has the same length for the least and the greatest secret', () => {
    for (const byte of [0, 255]) expect(tokenText(ID, new Uint8Array(32).fill(byte))).toHaveLength(85);
  });

  it('names no token where one character is another, is in another case, is missing, or is doubled', () => {
    const text = tokenText(
      ID,
      new Uint8Array(32).map((_, index) => index * 7),
    );
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charAt(at);
      const inOtherCase = char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase();
      for (const put of ['', char + char, char === 'x' ? 'y' : 'x', inOtherCase])
        if (put !== char) expect(tokenIdOf(text.slice(0, at) + put + text.slice(at + 1))).toBeNull();
    }
  });

  it.each([
    '',
    'mst_',
    ' ',
    'ghp_x',
    `${tokenText(ID, new Uint8Array(32))} `,
    `${tokenText(ID, new Uint8Array(32))}\n`,
  ])('is not %j', (text) => {
    expect(tokenIdOf(text)).toBeNull();
  });

  it('is not made of a secret of another length', () => {
    expect(() => tokenText(ID, new Uint8Array(31))).toThrow('A secret has 32 bytes');
  });

  it('is kept as its SHA-256 alone', () => {
    expect(tokenDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
