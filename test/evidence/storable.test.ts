import { describe, expect, it } from 'vitest';
import { storable } from '../../src/evidence/storable.ts';
import { READ, reading } from './one-format.ts';

describe('a text', () => {
  it('is cut, and has neither NUL nor lone surrogates', () => {
    expect(storable('abc\0\ud800d', 10)).toBe('abc\ufffd\ufffdd');
    expect(storable('ab\u{1f600}', 3)).toBe('ab\ufffd');
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
