import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectJson } from '../../../src/evidence/text/json-size.ts';

const LIMITS = { maxDepth: 256, maxNodes: 1_000_000 };
const duplicates = (text: string) => inspectJson(text, LIMITS).duplicates.map(({ pointer }) => pointer);

describe('inspectJson', () => {
  it('names every key that occurs twice in one object, however it is escaped', () => {
    expect(duplicates('{"a":1,"a":2}')).toEqual(['/a']);
    expect(duplicates('{"a":1,"\\u0061":2}')).toEqual(['/a']);
    expect(duplicates('{"a":{"a":1},"b":[{"a":1},{"a":2,"b":0}],"c":{"a":1}}')).toEqual([]);
    expect(duplicates('{"a":{"a":1,"b":2},"b":1,"a":3}')).toEqual(['/a']);
    expect(duplicates('{"x":[0,{"y/z":{},"y/z":[]}]}')).toEqual(['/x/1/y~1z']);
    expect(duplicates('{"a":1,"a":2,"a":3,"":0,"":1}')).toEqual(['/a', '/a', '/']);
    expect(duplicates('{"__proto__":1,"constructor":2,"__proto__":3}')).toEqual(['/__proto__']);
  });

  it('finds the same duplicates as a set for every object would', () => {
    const key = fc.constantFrom('a', 'b', 'c', '__proto__', '\\u0061', '"'.replace('"', '\\"'));
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('1', '"a"', 'null', '"\\\\"'),
        fc.array(tie('json'), { maxLength: 4 }).map((values) => `[${values.join(',')}]`),
        fc
          .array(fc.tuple(key, tie('json')), { maxLength: 5 })
          .map((all) => `{${all.map(([k, v]) => `"${k}":${v}`).join(',')}}`),
      ),
    }));
    fc.assert(
      fc.property(json, (text) => {
        expect(duplicates(text).length).toBe(naiveDuplicates(text));
      }),
    );
  });

  it('knows the last of 300,000 duplicates when it is of another key', () => {
    const text = `[${'{"a":1,"a":2},'.repeat(300_000)}{"b":1,"b":2}]`;
    const found = inspectJson(text, { ...LIMITS, maxNodes: 2_000_000 }).duplicates;
    expect(found.at(-1)).toEqual({ key: 'b', pointer: '/300000/b' });
    expect(found.length).toBeLessThanOrEqual(10_000);
  });

  it('ends for text that is no JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'{}[]",:\\0a ')), (characters) => {
        expect(inspectJson(characters.join(''), LIMITS).nodes).toBeLessThanOrEqual(characters.length);
      }),
    );
  });

  it('has pointers of at most 1,024 characters', () => {
    const [pointer] = duplicates(`{"${'k'.repeat(5_000)}":{"a":1,"a":2}}`);
    expect(pointer).toBe(`/${'k'.repeat(1_023)}`);
  });

  it('keeps its limits to the last value and level', () => {
    expect(inspectJson('[[0,0]]', { maxDepth: 2, maxNodes: 4 }).nodes).toBe(4);
    expect(() => inspectJson('[[0,0]]', { maxDepth: 1, maxNodes: 4 })).toThrow(
      expect.objectContaining({ code: 'too_deep' }),
    );
    expect(() => inspectJson('[[0,0]]', { maxDepth: 2, maxNodes: 3 })).toThrow(
      expect.objectContaining({ code: 'too_many_values' }),
    );
  });
});

function naiveDuplicates(text: string): number {
  let [at, found] = [0, 0];
  const value = () => {
    const char = text[at];
    if (char === '[' || char === '{') {
      const keys = new Set<string>();
      at += 1;
      while (text[at] !== ']' && text[at] !== '}') {
        if (text[at] === ',') at += 1;
        if (char === '{') {
          const key = JSON.parse(scalar());
          if (keys.has(key)) found += 1;
          keys.add(key);
          at += 1;
        }
        value();
      }
      at += 1;
    } else scalar();
  };
  const scalar = () => {
    const [whole = ''] = /^(?:"(?:[^"\\]|\\.)*"|\w+)/.exec(text.slice(at)) ?? [];
    at += whole.length;
    return whole;
  };
  value();
  return found;
}
