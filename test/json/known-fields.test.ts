import { expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsAt } from '../../src/json/known-fields.ts';

const Inner = z.strictObject({ on: z.boolean(), off: z.boolean().optional() });
const schema = z.strictObject({
  plain: Inner,
  wrapped: Inner.nullable().default(null).optional(),
  list: z.array(Inner).max(3),
  byName: z.record(z.string(), Inner),
  either: z.union([z.literal('any'), Inner, z.strictObject({ other: z.string() })]),
  made: Inner.transform((value) => value.on),
  text: z.string(),
});

it('the fields of an object are found at any depth, whatever it is wrapped in', () => {
  expect(fieldsAt(schema, [])).toEqual(Object.keys(schema.shape));
  for (const path of [['plain'], ['wrapped'], ['list', 2], ['byName', 'any'], ['made']])
    expect(fieldsAt(schema, path), String(path)).toEqual(['on', 'off']);
  expect(fieldsAt(schema, ['either'])).toEqual(['on', 'off', 'other']);
  expect(fieldsAt(z.preprocess((value) => value, schema).optional(), ['plain'])).toEqual(['on', 'off']);
});

it('there are none where there is no object', () => {
  for (const path of [['text'], ['missing'], ['text', 'x'], ['plain', 'on', 'x'], ['toString']])
    expect(fieldsAt(schema, path), String(path)).toEqual([]);
});
