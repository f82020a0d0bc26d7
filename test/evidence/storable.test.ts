import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NARROWEST, shrink, storable, WIDTHS } from '../../src/evidence/storable.ts';
import { READ, reading } from './one-format.ts';

describe('a text', () => {
  it('is cut, and has neither NUL nor lone surrogates', () => {
    expect(storable('abc\0\ud800d', 10)).toBe('abc\ufffd\ufffdd');
    expect(storable('ab\u{1f600}', 3)).toBe('ab\ufffd');
    expect(storable('ab\u{1f600}', 4)).toBe('ab\u{1f600}');
    expect([storable('abc\0', 3), storable('abc\0', 4)]).toEqual(['abc', 'abc\ufffd']);
  });
});

describe('a record', () => {
  // Every name is taken by the careful way, none by the short one.
  const carefully = (record: object, width: { text: number; entries: number }) => {
    const kept = new Map<string, unknown>();
    for (const [key, value] of Object.entries(record)) {
      const name = storable(key, width.text);
      const place = (kept.has(name) || kept.size < width.entries) && name !== '__proto__' ? name : 'others';
      const before = kept.get(place);
      if (typeof value === 'number') kept.set(place, typeof before === 'number' ? before + value : value + 0);
      else if (place === name && !kept.has(name)) kept.set(place, shrink(value, width, key));
    }
    return Object.fromEntries(kept);
  };

  it('is the same whether its names are simple or odd', () => {
    const simple = fc.constantFrom('name', 'digests', 'parameters', 'others', 'sha-256', 'A.b_c', 'x'.repeat(64));
    const odd = fc.constantFrom(
      '__proto__',
      '',
      '0',
      '\0',
      '\ud800',
      'x'.repeat(65),
      `${'x'.repeat(64)}y`,
      'a b',
      'a\n',
    );
    const value = fc.oneof(fc.constantFrom(1, -0, 2.5, null, true), fc.string(), fc.constant({ a: '\0', b: 'x' }));
    const records = (name: fc.Arbitrary<string>) =>
      fc
        .array(fc.tuple(name, value), { maxLength: 30 })
        .map((entries) =>
          JSON.parse(`{${entries.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`)}}`),
        );
    for (const width of [...WIDTHS, NARROWEST])
      for (const name of [simple, odd, fc.oneof(simple, odd), fc.string({ minLength: 1, maxLength: 3 })])
        fc.assert(
          fc.property(records(name), (record) => {
            expect(shrink(record, width)).toEqual(carefully(record, width));
          }),
        );
  });
});

describe('a value that is kept', () => {
  it('has no `__proto__` in its records, whose counts still add up', async () => {
    const by_level = JSON.parse('{"error":1,"__proto__":2,"others":3}');
    const facts = { kind: 'static-analysis', target: null, runs: 1, results: 6, rules: 0, by_level };
    const subjects = [{ name: null, digests: JSON.parse('{"__proto__":"aa","sha256":"bb"}') }];
    const kept = await reading({ ...READ, kind: 'static-analysis', facts, subjects });
    expect((kept.facts as unknown as typeof facts).by_level).toEqual({ error: 1, others: 5 });
    expect(kept.subjects).toEqual([{ name: null, digests: { sha256: 'bb' } }]);
  });

  it('keeps parameters whole, or not at all', async () => {
    const source = { uri: null, ref: null, commit: null };
    const parameters = async (value: unknown) => {
      const facts = {
        ...{ kind: 'provenance', predicate_type: null, slsa: true, builder_id: null, build_type: null, source },
        ...{ invocation_id: null, subjects: 0, materials: 0, parameters: value },
      };
      return ((await reading({ ...READ, kind: 'provenance', facts })).facts as unknown as typeof facts).parameters;
    };
    const long = {
      digests: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [at, 'x'.repeat(100)])),
      a: [1, null, -0],
    };
    expect(await parameters(long)).toEqual({ ...long, a: [1, null, 0] });
    expect(await parameters({ a: 'x'.repeat(9_000) })).toBeNull();
    expect(await parameters(JSON.parse('{"__proto__":{"x":1},"a\\u0000":"\\ud800"}'))).toEqual({ 'a\ufffd': '\ufffd' });
  });
});
