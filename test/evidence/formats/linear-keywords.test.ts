import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { useLinearKeywords } from '../../../src/evidence/formats/linear-keywords.ts';
import { newIdentities } from '../../../src/evidence/formats/same-pair.ts';

function errors(schema: object, value: unknown): unknown[] {
  const ajv = new Ajv({ strict: false, passContext: true });
  useLinearKeywords(ajv);
  const validate = ajv.compile(schema);
  validate.call(newIdentities(), value);
  return (validate.errors ?? []).map(({ keyword, message }) => [keyword, message]);
}

describe('uniqueItems', () => {
  it.each([
    [[]],
    [[1, '1', true, 'true', null, 'null']],
    [
      [
        [1, 2],
        [2, 1],
      ],
    ],
    [
      [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
    ],
    [[{ a: [{}] }, { a: [[]] }]],
  ])('is kept by %j', (items) => {
    expect(errors({ uniqueItems: true }, items)).toEqual([]);
  });

  it.each([[[1, 2, 1]], [['a', 'b', 'a']], [[{ a: 1, b: [2] }, {}, { b: [2], a: 1 }]], [[[{}], [], [{}]]]])(
    'is broken by %j',
    (items) => {
      expect(errors({ uniqueItems: true }, items)).toEqual([
        ['uniqueItems', 'must NOT have duplicate items (items ## 0 and 2 are identical)'],
      ]);
    },
  );

  it('asks for nothing where it is false', () => {
    expect(errors({ uniqueItems: false }, [1, 1])).toEqual([]);
  });
});

describe('enum', () => {
  it('takes its words and nothing else', () => {
    for (const word of ['a', 1, null]) expect(errors({ enum: ['a', 1, null] }, word)).toEqual([]);
    for (const other of ['b', '1', 'toString', undefined, {}])
      expect(errors({ enum: ['a', 1, null] }, other)).toEqual([['enum', 'must be equal to one of the allowed values']]);
  });
});
