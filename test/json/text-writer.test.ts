import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonText } from '../../src/json/row-text.ts';
import { textWriter } from '../../src/json/text-writer.ts';
import { anyCharacter } from '../json-text.ts';

const Row = z.object({ id: z.string(), tags: z.array(z.string()) });

/** Of every kind that the writer writes itself, and of some that it leaves to the library. */
const Answer = z.object({
  text: z.string(),
  count: z.int(),
  is: z.boolean(),
  word: z.enum(['a', 'b"c', 'ü']),
  rows: z.array(Row.nullable()),
  one: Row,
  inner: z.object({ rows: z.array(Row), note: z.string().nullable(), short: z.string().max(3) }),
  maybe: z.string().optional(),
  list: z.array(z.object({ x: z.number() })),
  free: z.record(z.string(), z.unknown()),
  at: z.iso.datetime().nullable(),
  'odd "key"': z.literal(1),
});

const text = fc.string({ unit: anyCharacter() });
const row = fc.record({ id: text, tags: fc.array(text, { maxLength: 3 }) }).chain((one) =>
  fc.boolean().map((isFrozen) => {
    if (!isFrozen) return one;
    Object.freeze(one.tags);
    return Object.freeze(one);
  }),
);
const answer = fc.record({
  text,
  count: fc.oneof(fc.maxSafeInteger(), fc.constant(-0)),
  is: fc.boolean(),
  word: fc.constantFrom('a', 'b"c', 'ü'),
  rows: fc.array(fc.option(row), { maxLength: 3 }),
  one: row,
  inner: fc.record({
    rows: fc.array(row, { maxLength: 3 }),
    note: fc.option(text),
    short: fc.string({ maxLength: 3 }),
    undeclared: fc.jsonValue(),
  }),
  maybe: fc.option(text, { nil: undefined }),
  list: fc.array(fc.record({ x: fc.double({ noNaN: true, noDefaultInfinity: true }) }), { maxLength: 2 }),
  free: fc.dictionary(text, fc.jsonValue()),
  at: fc.constantFrom(null, '2026-01-31T10:00:00.000Z'),
  'odd "key"': fc.constant(1),
  undeclared: fc.jsonValue(),
});

const write = textWriter(Answer, [Row]);
const plain = jsonText(Answer);

/** The text, or that there is none. */
function outcome(writer: (value: unknown) => string, value: unknown): string | typeof z.core.$ZodError {
  try {
    return writer(value);
  } catch (error) {
    expect(error).toBeInstanceOf(z.core.$ZodError);
    return z.core.$ZodError;
  }
}

describe('the writer of answers with kept texts', () => {
  it('writes what the schema writes, byte for byte, the first time and later', () => {
    fc.assert(
      fc.property(answer, (value) => {
        expect(write(value)).toBe(plain(value));
        expect(write(value)).toBe(plain(value));
      }),
    );
  });

  // Places of an answer: a path to a field, and an index where that is a list.
  const places = [
    ...['text', 'count', 'is', 'word', 'rows', 'one', 'inner', 'maybe', 'list', 'free', 'at', 'odd "key"'].map(
      (one) => [one],
    ),
    ...[
      ['rows', 0],
      ['one', 'id'],
      ['one', 'tags'],
      ['inner', 'rows'],
      ['inner', 'rows', 0],
      ['inner', 'note'],
    ],
    ...[
      ['inner', 'short'],
      ['list', 0],
      ['list', 0, 'x'],
      ['free', 'key'],
    ],
  ];
  const odd = fc.oneof(
    fc.anything({ withNullPrototype: true, withBoxedValues: true, withSparseArray: true, withDate: true }),
    fc.constantFrom(undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1.5, '', 'a', 'long text', [], {}),
    fc.constantFrom([undefined], ['a'], { id: 'a' }, { id: 'a', tags: [1] }, { length: 1 }, new String('a')),
  );

  it('takes and refuses what the schema does, whatever is in a place', () => {
    fc.assert(
      fc.property(answer, fc.constantFrom(...places), odd, fc.boolean(), (value, path, misfit, removes) => {
        const [last = '', ...steps] = path.toReversed();
        const changed = structuredClone(value) as Record<string | number, unknown>;
        let at = changed;
        for (const step of steps.toReversed()) {
          if (Array.isArray(at[step]) && at[step].length === 0) at[step].push({});
          at = at[step] as typeof at;
        }
        if (removes) delete at[last];
        else at[last] = misfit;
        expect(outcome(write, changed)).toBe(outcome(plain, changed));
      }),
      { numRuns: 3_000 },
    );
  });

  it('refuses with the place in the whole value', () => {
    const value = { text: 1, inner: { rows: [] } };
    const issuesOf = (writer: (one: unknown) => string) => {
      try {
        writer(value);
      } catch (error) {
        return (error as z.ZodError).issues;
      }
      return [];
    };
    expect(issuesOf(write).length).toBeGreaterThan(5);
    expect(issuesOf(write)).toEqual(issuesOf(plain));
  });

  it('writes any other kind of schema as that does', () => {
    const schemas: [z.ZodType, unknown][] = [
      [z.array(Row), [{ id: 'a', tags: [], more: 1 }]],
      [Row.nullable(), null],
      [Row, { id: 'a', tags: ['b'], more: 1 }],
      [z.strictObject({ row: Row, x: z.int().min(1) }), { row: { id: 'a', tags: [] }, x: 1 }],
      [z.strictObject({ row: Row }), { row: { id: 'a', tags: [] }, more: 1 }],
      [z.looseObject({ row: Row }), { row: { id: 'a', tags: [] }, more: 1 }],
      [z.object({ maybe: z.string().optional(), row: Row }), { row: { id: 'a', tags: [] } }],
      [z.object({ row: Row, x: z.string().default('y').optional() }), { row: { id: 'a', tags: [] } }],
      [z.object({ row: Row, x: z.coerce.string() }), { row: { id: 'a', tags: [] }, x: 1 }],
      [z.object({ row: Row, x: z.enum({ a: 1 }) }), { row: { id: 'a', tags: [] }, x: 1 }],
      [z.object({ row: Row, x: z.unknown() }), { row: { id: 'a', tags: [] } }],
      [z.object({ row: Row }).refine(() => false), { row: { id: 'a', tags: [] } }],
      [
        z.array(Row).max(1),
        [
          { id: 'a', tags: [] },
          { id: 'b', tags: [] },
        ],
      ],
      [z.object({ row: Row, x: z.array(z.string().optional()) }), { row: { id: 'a', tags: [] }, x: [undefined] }],
    ];
    for (const [schema, value] of schemas)
      expect(outcome(textWriter(schema, [Row]), value)).toBe(outcome(jsonText(schema), value));
  });
});

describe('the kept text of a value', () => {
  let reads = 0;
  beforeEach(() => {
    reads = 0;
  });

  function counted(): object {
    const get = () => `read ${++reads}`;
    return Object.defineProperty({ tags: Object.freeze([]) }, 'id', { get, enumerable: true });
  }

  it('is used again where the value is frozen', () => {
    const frozen = Object.freeze(counted());
    const writeRows = textWriter(z.object({ rows: z.array(Row) }), [Row]);
    const first = writeRows({ rows: [frozen] });
    const readsOfFirst = reads;
    expect(writeRows({ rows: [frozen, frozen] })).toBe(first.replace(/\[(.*)\]}$/, '[$1,$1]}'));
    expect(reads).toBe(readsOfFirst);
  });

  it('is not kept where it can change', () => {
    const writeRow = textWriter(z.object({ row: Row }), [Row]);
    const changing = counted();
    expect(writeRow({ row: changing })).not.toBe(writeRow({ row: changing }));
  });
});
