import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Algorithm, Digest } from '../../../src/domain/evidence/digest-text.ts';
import { contentIndex, type DigestKeys, digestIndex, digestKeys } from '../../../src/domain/evidence/digests.ts';
import type { Subject } from '../../../src/domain/evidence/evidence-facts.ts';
import {
  claimsOf,
  firstNaming,
  mayBeAbout,
  namedBy,
  namesAnother,
  statedBy,
} from '../../../src/domain/evidence/named-artifacts.ts';
import { A_CONTENT, anArtifact } from '../rows.ts';

const HEX = 'b'.repeat(64);
const LONG = 'c'.repeat(128);
const subject = (digests: Subject['digests']): Subject => ({ name: null, digests });
const stated = (...subjects: Subject[]) => statedBy({ subjects, subjects_total: subjects.length });
const withContent = (id: string, digests: { sha256: string; sha512: string }) =>
  anArtifact({ id, content: { ...A_CONTENT, digests } });

describe('what a document states', () => {
  it('is the strong digests of its subjects, each once', () => {
    const said = stated(
      subject({ sha256: HEX }),
      subject({ sha256: HEX, sha512: LONG }),
      subject({ sha256: HEX, md5: 'x' }),
      subject({ md5: 'x' }),
    );
    expect([...said.keys]).toEqual([`sha256:${HEX}`, `sha512:${LONG}`]);
  });

  it('names nothing where it states nothing', () => {
    const index = contentIndex([withContent('one', { sha256: HEX, sha512: LONG })]);
    expect(namedBy(stated(), index).size).toBe(0);
    expect(namedBy(stated(subject({})), index).size).toBe(0);
  });

  it('names nothing by a subject whose SHA-256 is of one artifact and whose SHA-512 is of another', () => {
    const [other, longer] = ['d'.repeat(64), 'd'.repeat(128)];
    const index = contentIndex([
      withContent('one', { sha256: HEX, sha512: LONG }),
      withContent('two', { sha256: other, sha512: longer }),
    ]);
    expect(namedBy(stated(subject({ sha256: HEX, sha512: longer })), index).size).toBe(0);
    expect([...namedBy(stated(subject({ sha256: HEX }), subject({ sha512: longer })), index)]).toEqual(['one', 'two']);
  });
});

describe('what a document claims in any spelling', () => {
  const own = digestKeys([
    { algorithm: 'sha256', hex: HEX },
    { algorithm: 'sha512', hex: LONG },
  ]);
  const claims = (...subjects: Subject[]) => claimsOf({ subjects, subjects_total: subjects.length });

  it.each<[string, Subject['digests'][]]>([
    ['no digest at all', [{}, {}]],
    ['no subject', []],
    ['the digest in capitals', [{ 'SHA-256': HEX.toUpperCase() }]],
    ['the digest with a prefix', [{ sha256: `sha256:${HEX}` }]],
    ['the digest in base64', [{ sha512: Buffer.from(LONG, 'hex').toString('base64') }]],
    ['a weak digest beside the right one', [{ sha256: HEX.toUpperCase(), sha1: 'a'.repeat(40) }]],
    ['another thing as well', [{ sha256: 'd'.repeat(64) }, { SHA256: HEX }]],
  ])('may be about the bytes where it states %s', (_what, digests) => {
    expect(mayBeAbout(claims(...digests.map(subject)), own)).toBe(true);
  });

  it.each<[string, Subject['digests'][]]>([
    ['another digest', [{ sha256: 'd'.repeat(64) }]],
    ['another digest in capitals', [{ sha256: 'D'.repeat(64) }]],
    ['another digest under a name in capitals', [{ 'SHA-256': 'd'.repeat(64) }]],
    ['SHA-384 alone', [{ sha384: 'a'.repeat(96) }]],
    ['SHA-1 alone', [{ sha1: 'a'.repeat(40) }]],
    ['MD5 alone', [{ md5: 'a'.repeat(32) }]],
    ['a commit alone', [{ gitCommit: 'a'.repeat(40) }]],
    ['a digest that was cut off', [{ sha256: HEX.slice(0, 12) }]],
    ['a digest that is none', [{ sha256: 'NOASSERTION' }]],
    ['what is no text', [{ sha256: [HEX] as never }]],
    ['a digest beside a subject without one', [{}, { sha256: 'd'.repeat(64) }]],
    ['the right digest beside a contradiction', [{ sha256: HEX.toUpperCase(), sha512: 'd'.repeat(128) }]],
    ['the right digits under another algorithm', [{ sha3_256: HEX }]],
  ])('is not shown to be about the bytes where it states %s', (_what, digests) => {
    expect(mayBeAbout(claims(...digests.map(subject)), own)).toBe(false);
    expect(mayBeAbout(claims(...digests.map(subject)), digestKeys([]))).toBe(false);
  });

  it('is not shown to be about the bytes where not all subjects are known', () => {
    expect(mayBeAbout(claimsOf({ subjects: [subject({})], subjects_total: 2 }), own)).toBe(false);
  });

  it('is compared by SHA-384 where the artifact declares one', () => {
    const declared = digestKeys([{ algorithm: 'sha384', hex: 'a'.repeat(96) }]);
    expect(mayBeAbout(claims(subject({ sha384: 'A'.repeat(96) })), declared)).toBe(true);
    expect(mayBeAbout(claims(subject({ sha384: 'b'.repeat(96) })), declared)).toBe(false);
  });
});

describe('a document with thousands of subjects', () => {
  const LONGER = (at: number) => at.toString(16).padStart(128, '0');
  const subjects = Array.from({ length: 2_000 }, (_, at) => subject({ sha256: HEX, sha512: LONGER(at) }));

  function counted(digests: readonly Digest[]) {
    const counter = { reads: 0 };
    const own = digests.map(({ algorithm, hex }) => ({
      algorithm,
      get hex() {
        counter.reads += 1;
        return hex;
      },
    }));
    return { counter, own };
  }

  it('is not compared with each artifact one subject after the other', () => {
    const { counter, own } = counted([{ algorithm: 'sha256', hex: HEX }]);
    const ids = Array.from({ length: 1_000 }, (_, at) => `artifact-${at}`);
    const index = digestIndex(ids.map((id) => [id, own] as const));
    expect(namedBy(stated(...subjects), index).size).toBe(1_000);
    expect(counter.reads).toBeLessThan(10_000);
  });

  it('is looked up in what it is about, and one subject after the other is not', () => {
    const claims = claimsOf({ subjects, subjects_total: subjects.length });
    const { counter, own } = counted([
      { algorithm: 'sha256', hex: HEX },
      { algorithm: 'sha512', hex: LONG },
    ]);
    const index = digestIndex([['artifact-1', own]]);
    for (let turn = 0; turn < 100; turn += 1)
      expect(mayBeAbout(claims, index.keysOf('artifact-1') as DigestKeys)).toBe(false);
    expect(counter.reads).toBeLessThan(1_000);
    const known = digestKeys([
      { algorithm: 'sha512', hex: LONGER(1_999) },
      { algorithm: 'sha384', hex: 'd'.repeat(96) },
      { algorithm: 'sha256', hex: HEX },
    ]);
    expect(mayBeAbout(claims, known)).toBe(true);
  });
});

describe('which digests belong together', () => {
  // As written down: some set has a digest of it, and none that contradicts one.
  function expected(sets: readonly (readonly Digest[])[], own: readonly Digest[]): boolean {
    const same = (one: Digest, other: Digest) => one.algorithm === other.algorithm && one.hex === other.hex;
    return sets.some(
      (set) =>
        set.some((one) => own.some((other) => same(one, other))) &&
        !set.some((one) => own.some((other) => one.algorithm === other.algorithm && one.hex !== other.hex)),
    );
  }

  it('is the same for any sets as by comparing all', () => {
    const digest = (algorithm: Algorithm, length: number) =>
      fc.constantFrom('a', 'b').map((digit): Digest => ({ algorithm, hex: digit.repeat(length) }));
    const [short, middle, long] = [digest('sha256', 64), digest('sha384', 96), digest('sha512', 128)];
    const set = fc.uniqueArray(fc.oneof(short, middle, long), { selector: ({ algorithm, hex }) => algorithm + hex });
    const own = fc.uniqueArray(fc.oneof(short, middle, long), { selector: ({ algorithm }) => algorithm });
    // Both spellings of a name may stand in one subject.
    const subjectOf = (digests: readonly Digest[]) =>
      subject(Object.fromEntries(digests.map(({ algorithm, hex }, at) => [`${'-'.repeat(at)}${algorithm}`, hex])));
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 4 }), own, (sets, known) => {
        const told = sets.filter((one) => one.length > 0);
        const subjects = told.map(subjectOf);
        const claims = claimsOf({ subjects, subjects_total: subjects.length });
        expect(mayBeAbout(claims, digestKeys(known))).toBe(told.length === 0 || expected(told, known));
      }),
    );
  });
});

describe('documents that name the same artifacts', () => {
  it('are each told of those that no document before named, and never of themselves', () => {
    const hexes = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    const ids = ['one', 'two', 'three', 'four'];
    const owners = fc.array(fc.constantFrom(...hexes), { minLength: 4, maxLength: 4 });
    const document = fc.record({ id: fc.constantFrom(...ids, 'none'), hexes: fc.subarray(hexes) });
    fc.assert(
      fc.property(owners, fc.array(document, { maxLength: 6 }), (owned, documents) => {
        const index = digestIndex(
          ids.map((id, at) => [id, [{ algorithm: 'sha256' as const, hex: owned[at] ?? '' }]] as const),
        );
        const next = firstNaming(index);
        const before = new Set<string>();
        for (const { id, hexes: named } of documents) {
          const said = stated(...named.map((sha256) => subject({ sha256 })));
          const others = [...namedBy(said, index)].filter((one) => one !== id);
          expect(namesAnother(said, index, id)).toBe(others.length > 0);
          expect(new Set(next(said, id))).toEqual(new Set(others.filter((one) => !before.has(one))));
          for (const one of others) before.add(one);
        }
      }),
    );
  });

  it('are not each compared with all of them', () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => `artifact-${at}`);
    const index = digestIndex(ids.map((id) => [id, [{ algorithm: 'sha256' as const, hex: HEX }]] as const));
    const looked: string[] = [];
    const keysOf = (id: string) => index.keysOf(looked[looked.push(id) - 1] ?? '');
    const next = firstNaming({ ...index, keysOf });
    const said = stated(subject({ sha256: HEX }));
    const told = Array.from({ length: 1_000 }, (_, at) => next(said, `document-${at}`).length);
    expect(told[0]).toBe(1_000);
    expect(looked).toHaveLength(1_000);
  });
});
