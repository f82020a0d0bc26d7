import { describe, expect, test } from 'vitest';
import type { EvidenceFinding } from '../../../src/domain/evidence/evidence-facts.ts';
import { publishedSchema, schemaCheck } from '../../../src/evidence/formats/schema-check.ts';

const SHORT = 10;
const LONG = 1_000_000;

function findings(schema: object, value: unknown, length = SHORT): EvidenceFinding[] {
  const found: EvidenceFinding[] = [];
  schemaCheck(() => schema)(value, length, (finding) => found.push(finding));
  return found;
}

describe('a check by a schema', () => {
  const texts = { type: 'array', items: { type: 'string' } };

  test('says nothing of what is as the schema asks', () => {
    expect(findings(texts, ['a'])).toEqual([]);
  });

  test('notes all that is wrong in a short document and one thing in a long one', () => {
    expect(findings(texts, [1, 'a', 2])).toEqual([
      { code: 'schema', severity: 'error', message: 'must be string', pointer: '/0' },
      { code: 'schema', severity: 'error', message: 'must be string', pointer: '/2' },
    ]);
    expect(findings(texts, [1, 'a', 2], LONG)).toHaveLength(1);
  });

  test('names the field that may not be there', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    expect(findings(schema, JSON.parse('{"__proto__": 1}'))).toMatchObject([
      { message: 'must NOT have additional properties (__proto__)' },
    ]);
  });

  test('reads its schema when first needed, once for each use', () => {
    let loads = 0;
    const check = schemaCheck(() => {
      loads += 1;
      return texts;
    });
    expect(loads).toBe(0);
    for (let time = 0; time < 3; time += 1) check(['a'], SHORT, () => {});
    expect(loads).toBe(1);
  });

  test('applies the schemas that are published, without their dialects', () => {
    for (const file of ['sarif-2.1.0-rtm.5.json', 'csaf-2.0.json']) {
      const schema = publishedSchema(file);
      expect(Object.keys(schema)).toContain('properties');
      expect(Object.keys(schema)).not.toContain('$schema');
    }
  });
});

describe('unique items', () => {
  const unique = { type: 'array', uniqueItems: true };
  const valid = (items: unknown[]) => findings(unique, items).length === 0;

  test('are told apart by type and content, not by the order of keys', () => {
    for (const items of [
      [],
      [1, '1', true, 'true', null, 'null', [], {}, [[]], [{}], ''],
      [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
      [['a', 'b'], ['b', 'a'], ['ab']],
      [{ a: { b: 1 } }, { a: 1, b: 1 }],
      [JSON.parse('{"__proto__": 1}'), {}],
    ])
      expect(valid(items), JSON.stringify(items)).toBe(true);
    for (const items of [
      [1, 1],
      ['a', 'b', 'a'],
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      [
        [1, { x: null }],
        [1, { x: null }],
      ],
    ])
      expect(valid(items), JSON.stringify(items)).toBe(false);
  });

  test('do not collide among many that are alike', () => {
    const texts = Array.from({ length: 100_000 }, (_, index) => `CVE-2026-${index}`);
    expect(valid(texts)).toBe(true);
    expect(valid(texts.map((name, index) => ({ name, at: index, parts: [index % 7] })))).toBe(true);
    expect(valid(Array.from({ length: 100_000 }, (_, index) => index))).toBe(true);
  });
});

describe('patterns', () => {
  const matches = (pattern: string, text: string) => findings({ type: 'string', pattern }, text).length === 0;

  test('that would be slow are replaced by those that match the same', () => {
    expect([matches('[^/]+/.+', 'text/plain'), matches('[^/]+/.+', 'text/'), matches('[^/]+/.+', '/plain')]).toEqual([
      true,
      false,
      false,
    ]);
    const version = '[0-9]+(\\.[0-9]+){3}';
    expect([matches(version, 'v1.22.3.4x'), matches(version, '1.2.3'), matches(version, '1.2..3')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(matches('[^/]+/.+', 'a'.repeat(16_000))).toBe(false);
  });

  test('are not confused with one another', () => {
    const schema = { type: 'array', prefixItems: [], items: { anyOf: [{ pattern: '^a$' }, { pattern: '^b$' }] } };
    expect(findings(schema, ['a', 'b'])).toEqual([]);
    expect(findings(schema, ['c'])).not.toEqual([]);
  });

  test('and formats match nothing that is far too long', () => {
    expect(matches('^a*$', 'a'.repeat(16_384))).toBe(true);
    expect(matches('^a*$', 'a'.repeat(16_385))).toBe(false);
    const uri = { type: 'string', format: 'uri' };
    expect(findings(uri, 'https://acme.example/a?b#c')).toEqual([]);
    expect(findings(uri, 'acme')).not.toEqual([]);
    expect(findings(uri, `https://acme.example/${'a/'.repeat(3_000_000)}`)).not.toEqual([]);
  });
});
