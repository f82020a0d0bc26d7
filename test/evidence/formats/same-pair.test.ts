import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newIdentities, samePair } from '../../../src/evidence/formats/same-pair.ts';

const pairIn = (items: readonly unknown[]) => samePair(items, newIdentities());
const isUnique = new Ajv().compile({ type: 'array', uniqueItems: true });

/** The same by definition: each item, written in one way only, is looked for among those before it. */
function pairByText(items: readonly unknown[]): [number, number] | null {
  const texts = items.map(canonical);
  for (const [index, text] of texts.entries()) {
    const same = texts.indexOf(text);
    if (same < index) return [same, index];
  }
  return null;
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`);
  return `{${entries.sort().join(',')}}`;
}

/** JSON with few different parts, so that many are equal or nearly so. */
function json(keys: readonly string[]): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(0, -0, 1, 1.5, 1e300, '', '0', '1', 'a', true, 'true', false, null, 'null', '[', '{}'),
      fc.string({ maxLength: 30 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(fc.tuple(fc.constantFrom(...keys), tie('value')), { maxLength: 4 })
        .map((entries) => JSON.parse(`{${entries.map(([key, one]) => `"${key}":${JSON.stringify(one)}`).join(',')}}`)),
    ),
  }));
  return value;
}

/** The value with the keys of its objects in reverse order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).map(([key, one]) => [key, reversed(one)] as const);
  return Object.fromEntries(entries.reverse());
}

/** Arrays of such values, some of which stand in it again, with their keys in another order. */
function arrays(keys: readonly string[]): fc.Arbitrary<unknown[]> {
  return fc
    .tuple(fc.array(json(keys), { maxLength: 12 }), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }))
    .map(([items, copies]) => {
      const all = [...items];
      for (const [from, to] of copies)
        if (items.length > 0) all.splice(to % (all.length + 1), 0, reversed(items[from % items.length]));
      return all;
    });
}

const PLAIN = ['a', 'b', 'key', '__proto__', '0', 'length'];
// The library calls the first two, and takes objects that differ in the third for different.
const HOSTILE = [...PLAIN, 'valueOf', 'toString', 'constructor', 'hasOwnProperty'];

describe('samePair', () => {
  it("finds a pair wherever the library's uniqueItems does", () => {
    fc.assert(
      fc.property(arrays(PLAIN), (items) => {
        expect(pairIn(items) === null).toBe(isUnique(items));
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds the first item that repeats another, whatever its keys are called', () => {
    fc.assert(
      fc.property(arrays(HOSTILE), (items) => {
        expect(pairIn(items)).toEqual(pairByText(items));
      }),
      { numRuns: 2_000 },
    );
  });

  it('knows equal values by what they hold, not by how they are written', () => {
    const pair = (text: string) => pairIn(JSON.parse(text));
    expect(pair('[1, 1.0]')).toEqual([0, 1]);
    expect(pair('[0, -0]')).toEqual([0, 1]);
    expect(pair('[{"n": 100}, {"n": 1e2}]')).toEqual([0, 1]);
    expect(pair('["a", "\\u0061"]')).toEqual([0, 1]);
    expect(pair('[{"a": 1, "b": [{"c": 2, "d": 3}]}, {"b": [{"d": 3, "c": 2}], "a": 1}]')).toEqual([0, 1]);
    expect(pair('[{"__proto__": 1}, {}, {"__proto__": 2}, {"__proto__": null}]')).toBeNull();
    expect(pair('[{"__proto__": {}}, {}, {"__proto__": {}}]')).toEqual([0, 2]);
    expect(pair('[[1, 2], [2, 1], ["1,2"], {"0": 1, "1": 2}, [[1], 2], [1, [2]]]')).toBeNull();
  });

  it('tells values apart that differ only where their prints do not look', () => {
    const long = (at: number, char: string) => `${'x'.repeat(at)}${char}${'x'.repeat(999 - at)}`;
    const texts = Array.from({ length: 1_000 }, (_, at) => long(at, 'y'));
    const deep = (value: unknown) => ({ a: { b: { c: { d: [{ e: value }] } } } });
    const wraps: ((text: string) => unknown)[] = [(text) => ({ text }), (text) => [0, text, 0], deep];
    for (const wrap of wraps) {
      const items = texts.map(wrap);
      expect(pairIn(items)).toBeNull();
      expect(pairIn([...items, wrap(long(700, 'y'))])).toEqual([700, 1_000]);
    }
  });

  it('looks at each item once, not with each other one', { tags: 'slow' }, () => {
    const items = Array.from({ length: 200_000 }, (_, index) => ({ index, list: [index] }));
    expect(pairIn(items)).toBeNull();
    expect(pairIn([...items, { list: [7], index: 7 }])).toEqual([7, 200_000]);
    // All of these have the same print.
    const alike = Array.from({ length: 50_000 }, (_, index) => [{ a: { b: { c: index } } }]);
    expect(pairIn(alike)).toBeNull();
    expect(pairIn([...alike, [{ a: { b: { c: 7 } } }]])).toEqual([7, 50_000]);
  });
});
