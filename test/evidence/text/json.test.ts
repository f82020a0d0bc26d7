import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/evidence/text/json.ts';

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
