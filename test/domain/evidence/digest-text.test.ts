import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestsIn, digestUnder } from '../../../src/domain/evidence/digest-text.ts';
import { processorMs } from '../../processor-time.ts';

const ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const;
const bytesOf = (algorithm: string) => createHash(algorithm).update('x').digest();

/** A digest in the spellings that people and tools use. */
function spellings(algorithm: string): string[] {
  const bytes = bytesOf(algorithm);
  const [hex, base64, urlSafe] = (['hex', 'base64', 'base64url'] as const).map((form) => bytes.toString(form));
  const bits = algorithm.slice(3);
  const pairs = (hex as string).match(/../g)?.join(':') ?? '';
  return [
    ...[`${hex}`, `${hex}`.toUpperCase(), `0x${hex}`, `0X${hex}`.toUpperCase(), pairs, ` ${hex}\n`, `"${hex}"`],
    ...[`${algorithm}:${hex}`, `SHA${bits}: ${hex}`, `SHA-${bits}=${hex}`, `sha-${bits} ${hex}`, `SHA2-${bits}:${hex}`],
    ...[`urn:${algorithm}:${hex}`, `${algorithm}:0x${hex}`, `SHA${bits} Fingerprint=${pairs}`],
    ...[`${algorithm}-${base64}`, `${algorithm}-${urlSafe}`, `${algorithm}-${base64}?ct=x`, `${base64}`, `${urlSafe}`],
    ...[`sha-${bits}=:${base64}:`, `ni:///sha-${bits};${urlSafe}`],
    ...[`${hex}  sbom.json`, `${hex} *a b.json`, `SHA${bits} (a.json) = ${hex}`, `SHA2-${bits}(a.json)= ${hex}`],
    ...[`\u200b${hex?.slice(0, 9)}\u200b${hex?.slice(9)}\ufeff`, `${hex?.slice(0, 32)} ${hex?.slice(32)}`],
    `${algorithm}:${hex?.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))}`,
  ];
}

describe('the digests that a text is', () => {
  it.each(ALGORITHMS)('are found in every spelling of a %s', (algorithm) => {
    const digest = { algorithm, hex: bytesOf(algorithm).toString('hex') };
    for (const text of spellings(algorithm)) expect(digestsIn(text), text).toEqual([digest]);
  });

  it('are several where each is of another algorithm, as npm and RFC 9530 write them', () => {
    const [short, long] = [bytesOf('sha256'), bytesOf('sha512')].map((bytes) => bytes.toString('base64'));
    const both = ['sha256', 'sha512'].map((algorithm) => ({ algorithm, hex: bytesOf(algorithm).toString('hex') }));
    expect(digestsIn(`sha256-${short} sha512-${long}`)).toEqual(both);
    expect(digestsIn(`sha-256=:${short}:, sha-512=:${long}:`)).toEqual(both);
    expect(digestsIn(`sha256-${short} sha256-${short}`)).toEqual([]);
  });

  const hex = 'a'.repeat(64);
  it.each([
    ...['', ' ', 'sha256:', 'sha256:abc123', `sha256:${hex.slice(1)}`, `sha256:${hex}a`, `sha512:${hex}`],
    ...[`md5:${'a'.repeat(32)}`, `sha1-${'a'.repeat(40)}`, 'a'.repeat(40), `sha3-256:${hex}`, `sha512/256:${hex}`],
    ...[`sha512-256:${hex}`, `sha256::${hex}`, `see ${hex} there`, `${hex}x`, 'g'.repeat(64), 'pending', 'v1'],
    ...['build-artifacts-of-payment-api-release-1042', `sha256-${'A'.repeat(42)}`, `sha256-${'A'.repeat(42)}B`],
    `sha256-${bytesOf('sha256').toString('base64')} and more`,
    ...[`${hex} ${'b'.repeat(64)}`, `${hex}\n${'b'.repeat(64)}\n`, `${hex}  ${hex}`],
    // A Cyrillic letter that looks like the first digit.
    `\u0430${hex.slice(1)}`,
  ])('are none in %j', (text) => {
    expect(digestsIn(text)).toEqual([]);
  });

  it('are the same by the fast path as without it, whichever character is changed', () => {
    const plain = `sha256:${hex}`;
    const texts = [plain, hex];
    for (const text of [plain, hex])
      for (let at = 0; at <= text.length; at += 1)
        for (const char of ['', '0', 'A', ':', ' ', 'é', '\n'])
          texts.push(text.slice(0, at) + char + text.slice(at + 1), text.slice(0, at) + char + text.slice(at));
    // Quotes are ignored, but not by the fast path.
    for (const text of texts) expect(digestsIn(text), text).toEqual(digestsIn(`"${text}"`));
  });

  it('are looked for in a time that does not grow with the square of the text', async () => {
    const texts = [' ', 'a', ':', 'aa:', 'A1a', 'sha256 (', '\u200b', '"'].map((part) => part.repeat(20_000));
    const ms = await processorMs(() => {
      for (const text of texts) digestsIn(text);
    });
    expect(ms).toBeLessThan(2_000);
  });
});

describe('the digest under the name of an algorithm', () => {
  it.each(['sha256', 'SHA256', 'SHA-256', 'sha_256', 'Sha 256', 'sha2-256'])('is found under %j', (name) => {
    const hex = 'aB'.repeat(32);
    const digest = { algorithm: 'sha256', hex: hex.toLowerCase() };
    for (const value of [hex, `sha256:${hex}`, `SHA-256: ${hex}`]) expect(digestUnder(name, value)).toEqual(digest);
  });

  it('is none where name and value disagree, or it is weak or cut off', () => {
    const hex = 'a'.repeat(64);
    for (const [name, value] of [
      ...[
        ['sha512', hex],
        ['sha256', `sha512:${hex}${hex}`],
        ['sha3_256', hex],
        ['sha512_256', hex],
      ],
      ...[
        ['sha1', 'a'.repeat(40)],
        ['sha256', 'aaaa'],
        ['gitCommit', hex],
        ['sha256', ''],
        ['', hex],
      ],
    ] as const)
      expect(digestUnder(name, value), name).toBeNull();
  });
});
