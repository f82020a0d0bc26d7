import { describe, expect, test } from 'vitest';
import {
  commitDigests,
  digestsOf,
  eachOnce,
  imageDigest,
  imageSubjects,
  purlDigests,
} from '../../../src/evidence/formats/stated-digests.ts';

const SHA = 'aB'.repeat(32);

describe('digests', () => {
  test('have the names of in-toto and the digits as they stand', () => {
    const pairs = [
      ['SHA-256', SHA],
      ['sha512', 'cc'],
      ['sha3-256', 'dd'],
      ['blake2b-512', 'ee'],
      ['constructor', 'ff'],
    ] as const;
    expect(digestsOf(pairs)).toEqual({ sha256: SHA, sha512: 'cc', sha3_256: 'dd', blake2b: 'ee', constructor: 'ff' });
  });

  test('are left out where nothing is stated', () => {
    const pairs = [
      ['sha256', ''],
      ['sha256', 5],
      ['', 'aa'],
      [null, 'aa'],
    ] as const;
    expect(digestsOf(pairs)).toEqual({});
  });

  test('are kept where they are no digests, or a document that names other bytes would seem to name none', () => {
    const pairs = [
      ['SHA-256', `sha256:${SHA}`],
      ['SHA 512', 'xyz'],
      ['sha1', 'a'.repeat(257)],
    ] as const;
    expect(digestsOf(pairs)).toEqual({ sha256: `sha256:${SHA}`, 'sha 512': 'xyz', sha1: 'a'.repeat(256) });
  });

  test('called __proto__ change no prototype', () => {
    const digests = digestsOf([['__proto__', 'aa']]);
    expect(Object.getPrototypeOf(digests)).toBe(Object.prototype);
    expect(Object.keys(digests)).toEqual(['__proto__']);
  });

  test('of an image stand behind its name or alone', () => {
    expect(imageDigest(`sha256:${SHA}`)).toEqual({ name: null, digests: { sha256: SHA } });
    expect(imageDigest(`r.example:5000/a@sha256:${SHA}`)).toEqual({
      name: 'r.example:5000/a',
      digests: { sha256: SHA },
    });
    for (const text of ['', 'a', 'a@', 'sha256:', `sha256:${SHA}:1`, `a@sha256${SHA}`, 'alpine:3.20', 'r:5000/a:1'])
      expect(imageDigest(text), text).toBeNull();
    expect(imageDigest('a@SHA256:abc')).toEqual({ name: 'a', digests: { sha256: 'abc' } });
    expect(imageDigest('a@md5:abc')).toEqual({ name: 'a', digests: { md5: 'abc' } });
  });

  test('of a package URL are those of images alone', () => {
    expect(purlDigests(`pkg:oci/a@sha256%3A${SHA}?tag=1`)).toEqual({ sha256: SHA });
    expect(purlDigests(`pkg:docker/acme/a@sha256:${SHA}#x`)).toEqual({ sha256: SHA });
    for (const purl of [
      null,
      '',
      'pkg:oci/a@1.0',
      `pkg:npm/a@sha256:${SHA}`,
      `pkg:oci/a?x=@sha256:${SHA}`,
      'pkg:oci/a@1.0:2',
    ])
      expect(purlDigests(purl), String(purl)).toEqual({});
    expect(purlDigests('pkg:oci/a@sha256:abcd')).toEqual({ sha256: 'abcd' });
    expect(purlDigests('pkg:oci/a@SHA256:abcd')).toEqual({ sha256: 'abcd' });
    expect(purlDigests(`pkg:oci/a@sha512:${SHA}`)).toEqual({ sha512: SHA });
  });

  test('of a commit are names of Git objects alone', () => {
    expect(commitDigests('1'.repeat(40))).toEqual({ gitCommit: '1'.repeat(40) });
    expect(commitDigests('1'.repeat(64))).toEqual({ gitCommit: '1'.repeat(64) });
    for (const commit of [null, '', 'HEAD', '1'.repeat(41)]) expect(commitDigests(commit)).toEqual({});
  });
});

describe('subjects', () => {
  test('that are the same are one, in whatever order their digests stand', () => {
    const one = { name: 'a', digests: { sha256: 'aa', md5: 'bb' } };
    const other = { name: 'a', digests: { sha256: 'aa' } };
    expect(eachOnce([one, { name: 'a', digests: { md5: 'bb', sha256: 'aa' } }, other])).toEqual([one, other]);
    const unnamed = { ...one, name: null };
    const all = [one, unnamed, other, { ...one, name: 'null' }, { ...one, name: '' }];
    expect(eachOnce([...all, ...all.toReversed(), ...all])).toEqual(all);
  });

  test('of one name are each looked at once', { tags: 'slow' }, () => {
    const many = Array.from({ length: 100_000 }, (_, at) => ({ name: 'a', digests: { sha256: String(at) } }));
    expect(eachOnce([...many, ...many])).toHaveLength(100_000);
  });

  test('are the image itself where it has no digest, and none where it has no name', () => {
    expect(imageSubjects('a', [null, 'x'])).toEqual([{ name: 'a', digests: {} }]);
    expect(imageSubjects(null, [])).toEqual([]);
    expect(imageSubjects(null, [`sha256:${SHA}`])).toEqual([{ name: null, digests: { sha256: SHA } }]);
  });
});
