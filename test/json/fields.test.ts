import { describe, expect, it } from 'vitest';
import { field, listOf, numberOf, textOf } from '../../src/json/fields.ts';

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
