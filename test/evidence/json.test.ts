import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field, listOf, numberOf, parseJson, textOf } from '../../src/evidence/json.ts';

const LIMITS = { maxDepth: 256, maxNodes: 1_000_000 };

describe('parseJson', () => {
  it('gives the value that JSON.parse gives, and counts the values in it', () => {
    const count = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, one) => sum + count(one), 1)
        : 1;
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = parseJson(text, LIMITS);
        expect(parsed).toEqual({ value: JSON.parse(text), duplicates: [], nodes: count(JSON.parse(text)) });
      }),
    );
  });

  it('refuses what is no JSON', () => {
    for (const text of [
      '',
      ' ',
      '{',
      '[1,]',
      '{"a"}',
      '{"a":1}}',
      '[1]2',
      '"a',
      '{"a":1,}',
      'nul',
      '\ufeff{}',
      "{'a':1}",
    ])
      expect(() => parseJson(text, LIMITS), text).toThrow(expect.objectContaining({ code: 'json-malformed' }));
  });
});

describe('field', () => {
  it('finds nothing that is inherited', () => {
    expect(field({}, 'constructor')).toBeUndefined();
    expect(field(JSON.parse('{"__proto__":{"a":1}}'), 'a')).toBeUndefined();
    expect(field(JSON.parse('{"__proto__":{"a":1}}'), '__proto__', 'a')).toBe(1);
    expect(field([1], '0')).toBeUndefined();
    expect(field('text', 'length')).toBeUndefined();
  });

  it('gives texts, numbers and lists of that type alone', () => {
    const value = {
      text: 'a',
      empty: '',
      number: 1,
      infinite: Number.POSITIVE_INFINITY,
      list: [1],
      object: { length: 2 },
    };
    expect(Object.keys(value).map((key) => textOf(value, key))).toEqual(['a', null, null, null, null, null]);
    expect(Object.keys(value).map((key) => numberOf(value, key))).toEqual([null, null, 1, null, null, null]);
    expect(Object.keys(value).map((key) => listOf(value, key).length)).toEqual([0, 0, 0, 0, 1, 0]);
  });
});
