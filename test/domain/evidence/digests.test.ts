import { describe, expect, it } from 'vitest';
import {
  contentDigests,
  contentIndex,
  digestIndex,
  digestKeys,
  ownDigests,
  strongDigests,
} from '../../../src/domain/evidence/digests.ts';
import type { Subject } from '../../../src/domain/evidence/evidence-facts.ts';
import { namedBy, statedBy } from '../../../src/domain/evidence/named-artifacts.ts';
import { A_CONTENT, anArtifact } from '../rows.ts';

const HEX = 'b'.repeat(64);
const LONG = 'c'.repeat(128);
const subject = (digests: Subject['digests']): Subject => ({ name: null, digests });
const stated = (...subjects: Subject[]) => statedBy({ subjects, subjects_total: subjects.length });
const withContent = (id: string, digests: { sha256: string; sha512: string }) =>
  anArtifact({ id, content: { ...A_CONTENT, digests } });

describe('the digests that identify bytes', () => {
  it('are SHA-256 and SHA-512, whatever else is there', () => {
    expect(strongDigests(subject({ sha1: 'a'.repeat(40), sha512: LONG, sha384: 'a'.repeat(96), sha256: HEX }))).toEqual(
      [
        { algorithm: 'sha256', hex: HEX },
        { algorithm: 'sha512', hex: LONG },
      ],
    );
  });

  it.each([
    ['in capitals', { sha256: HEX.toUpperCase() }],
    ['too short', { sha256: HEX.slice(1) }],
    ['too long', { sha256: `${HEX}b` }],
    ['with a prefix', { sha256: `sha256:${HEX}` }],
    ['with a line end', { sha256: `${HEX}\n` }],
    ['of other digits', { sha256: 'g'.repeat(64) }],
    ['empty', { sha256: '' }],
    ['under an algorithm in capitals', { SHA256: HEX }],
    ['under an algorithm with a dash', { 'sha-256': HEX }],
    ['under another algorithm', { sha1: HEX, sha3_256: HEX, sha384: HEX, gitCommit: HEX }],
    ['a SHA-256 as SHA-512', { sha512: HEX }],
    ['a SHA-512 as SHA-256', { sha256: LONG }],
    ['inherited', Object.create({ sha256: HEX })],
    ['no text', { sha256: [HEX] as never }],
  ])('are none %s', (_what, digests) => {
    expect(strongDigests(subject(digests))).toEqual([]);
  });
});

describe('the digests of an artifact', () => {
  it('are those of its content, whatever was declared', () => {
    const artifact = anArtifact({ content: A_CONTENT, content_hash: `sha256:${HEX}` });
    const expected = [
      { algorithm: 'sha256', hex: A_CONTENT.digests.sha256 },
      { algorithm: 'sha512', hex: A_CONTENT.digests.sha512 },
    ];
    expect(contentDigests(artifact)).toEqual(expected);
    expect(ownDigests(artifact)).toEqual(expected);
  });

  it('are none to rest anything on where there is not one byte, which every empty file would share', () => {
    const artifact = anArtifact({ content: { ...A_CONTENT, size: 0 } });
    expect(contentDigests(artifact)).toEqual([]);
    expect(contentIndex([artifact]).byDigest.size).toBe(0);
    expect(ownDigests(artifact)).toEqual([]);
  });

  it('are the declared one where there is no content, which is none of the content', () => {
    for (const [content_hash, own] of [
      [`sha256:${HEX}`, [{ algorithm: 'sha256', hex: HEX }]],
      [`sha512:${LONG}`, [{ algorithm: 'sha512', hex: LONG }]],
      [`sha384:${'a'.repeat(96)}`, [{ algorithm: 'sha384', hex: 'a'.repeat(96) }]],
      [`SHA256: ${HEX.toUpperCase()}`, [{ algorithm: 'sha256', hex: HEX }]],
      ['md5:abc', []],
      [null, []],
    ] as const) {
      expect(ownDigests(anArtifact({ content_hash }))).toEqual(own);
      expect(contentDigests(anArtifact({ content_hash }))).toEqual([]);
    }
  });
});

describe('artifacts by the digests of their content', () => {
  const digests = { sha256: HEX, sha512: LONG };

  it('are found by either digest, all that have the same bytes', () => {
    const index = contentIndex([withContent('one', digests), withContent('two', digests)]);
    for (const digest of [{ sha256: HEX }, { sha512: LONG }])
      expect([...namedBy(stated(subject(digest)), index)]).toEqual(['one', 'two']);
  });

  it('are never found by a hash that was declared, whether they have content or not', () => {
    const declared = anArtifact({ id: 'declared', content_hash: `sha256:${HEX}` });
    const other = { sha256: 'd'.repeat(64), sha512: 'd'.repeat(128) };
    const stored = { ...withContent('stored', other), content_hash: `sha256:${HEX}` };
    const index = contentIndex([declared, stored]);
    expect(namedBy(stated(subject({ sha256: HEX })), index).size).toBe(0);
    expect([...index.byDigest.values()].flat()).toEqual(['stored', 'stored']);
  });

  it('are not found by the digest of another algorithm with the same digits', () => {
    const index = digestIndex([['one', [{ algorithm: 'sha512', hex: HEX }]]]);
    expect(namedBy(stated(subject({ sha256: HEX })), index).size).toBe(0);
  });
});

describe('the keys of the digests of an artifact', () => {
  it('stand for each digest and for all of them together, in the order of the algorithms', () => {
    const keys = digestKeys([
      { algorithm: 'sha512', hex: LONG },
      { algorithm: 'sha256', hex: HEX },
    ]);
    const [short, long] = [`sha256:${HEX}`, `sha512:${LONG}`];
    expect(keys.algorithms).toBe('sha256,sha512');
    expect(keys.single).toEqual([short, long]);
    expect([...keys.combined].sort()).toEqual([short, `${short},${long}`, long]);
  });

  it('are none where the artifact has no digest, and unknown where it is not in the index', () => {
    const index = digestIndex([['bare', []]]);
    expect(index.keysOf('bare')).toEqual({ algorithms: '', single: [], combined: [] });
    expect(index.keysOf('other')).toBeUndefined();
  });

  it('are made once', () => {
    const index = contentIndex([withContent('one', { sha256: HEX, sha512: LONG })]);
    expect(index.keysOf('one')).toBe(index.keysOf('one'));
  });
});
