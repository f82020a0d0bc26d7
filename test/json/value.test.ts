import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfScalar, endOfString, jsonValue, stringOf } from '../../src/json/value.ts';

/** A value and one of its spellings as JSON, made together: neither is read from the other. */
type Spelled = { text: string; value: unknown };

// Few characters, so that keys are often the same, or the same as a piece of another's spelling.
const unit = fc.constantFrom<[string, string]>(
  ...([...'ab1u\u00e9\u2028'].map((one) => [one, one]) as [string, string][]),
  ...(['\\\\', '\\"', '\\/', '\\n', '\\u000a', '\\u005C', '\\u0061', '\\u0031', '\\ud83d'].map((one) => [
    one,
    JSON.parse(`"${one}"`),
  ]) as [string, string][]),
);
const string: fc.Arbitrary<Spelled & { value: string }> = fc.oneof(
  fc.array(unit, { maxLength: 3 }).map((units) => ({
    text: `"${units.map(([spelling]) => spelling).join('')}"`,
    value: units.map(([, one]) => one).join(''),
  })),
  fc.constantFrom('"__proto__"', '"\\u005f_proto__"').map((text) => ({ text, value: '__proto__' })),
);
const space = fc.constantFrom('', ' ', '\n\t', '\r ');

const { spelled } = fc.letrec<{ spelled: Spelled; list: Spelled; object: Spelled }>((tie) => ({
  spelled: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', '-0', '1.5E+2').map((text) => ({ text, value: JSON.parse(text) })),
    string,
    tie('list'),
    tie('object'),
  ),
  list: fc.tuple(fc.array(tie('spelled'), { maxLength: 4 }), space).map(([items, gap]) => ({
    text: `${gap}[${gap}${items.map(({ text }) => text).join(`${gap},${gap}`)}${gap}]${gap}`,
    value: items.map(({ value }) => value),
  })),
  object: fc.tuple(fc.array(fc.tuple(string, tie('spelled')), { maxLength: 4 }), space).map(([members, gap]) => ({
    text: `${gap}{${gap}${members.map(([key, { text }]) => `${key.text}${gap}:${gap}${text}`).join(`,${gap}`)}${gap}}`,
    value: Object.fromEntries(members.map(([key, { value }]) => [key.value, value])),
  })),
}));

describe('the value of a JSON text', () => {
  it('has the keys of its own text, whatever keys the objects before it had', () => {
    jsonValue('{"h":[],"\\\\":0}');
    expect(Object.keys(jsonValue('{"h":1,"\\"":2}') as object)).toEqual(['h', '"']);
    jsonValue('{"p":1,"ab\\\\":0}');
    expect(jsonValue('[{"p":1,"ab\\n":0,"q":{"\\u0061":2}}]')).toEqual([{ p: 1, 'ab\n': 0, q: { a: 2 } }]);
  });

  it('is what the text spells, text after text: keys in order, the last of duplicates, prototypes left alone', () => {
    fc.assert(
      fc.property(spelled, ({ text, value }) => {
        const read = jsonValue(text);
        expect(read).toStrictEqual(value);
        // Beside the values, the order of the keys and an own __proto__.
        expect(JSON.stringify(read)).toBe(JSON.stringify(value));
        expect(({} as Record<string, unknown>).a).toBeUndefined();
      }),
      { numRuns: 10_000 },
    );
  });

  it('can be as deep as the text is long', () => {
    const levels = 100_000;
    let read = jsonValue(`${'{"\\n":['.repeat(levels)}1${']}'.repeat(levels)}`);
    for (let level = 0; level < levels; level += 1) [read] = (read as Record<string, unknown[]>)['\n'] as unknown[];
    expect(read).toBe(1);
  });

  it.each(['', '{"\\n":1', '{"\\x":1}', '{"\\n":1,}', '\\', '{\\"a":1}', '{"a\\":1}', '"\\n":'])(
    'is not there where JSON.parse finds %j malformed, with the same words',
    (text) => {
      expect(() => jsonValue(text)).toThrow(SyntaxError);
      expect(() => jsonValue(text)).toThrow(errorOf(text));
    },
  );
});

function errorOf(text: string): string {
  try {
    return `${JSON.parse(text)} is no error`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a literal', () => {
  it('ends behind its closing quote, or where a separator stands', () => {
    expect(endOfString('["a\\"b\\\\"]', 1)).toBe(9);
    expect(['1,', 'true]', 'null}', '1.5e3 ', '0'].map((text) => endOfScalar(text, 0))).toEqual([1, 4, 4, 5, 1]);
  });

  it('stands for its text without escapes', () => {
    expect(['""', '"a b"', '"\\u0061\\n\\""'].map(stringOf)).toEqual(['', 'a b', 'a\n"']);
  });
});
