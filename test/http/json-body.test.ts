import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { parseJsonBody } from '../../src/http/json-body.ts';
import { jsonValue } from '../../src/json/value.ts';
import { at, escapedFully, isSameNumber, jsonValues, numberLiterals, paths, spelled } from '../json-text.ts';

const parse = (text: string) => parseJsonBody(Buffer.from(text));

/** What the reader says of a body that it refuses: the code, and each place with what is wrong there. */
function refusalOf(body: string | Buffer) {
  try {
    return { taken: parseJsonBody(Buffer.from(body as string)) };
  } catch (error) {
    if (!(error instanceof MaestroError)) throw error;
    return { code: error.code, places: error.errors.map(({ in: part, pointer }) => `${part} ${pointer}`) };
  }
}

const MALFORMED = { code: 'malformed_json', places: [] };
const invalidAt = (...pointers: string[]) => ({
  code: 'validation_failed',
  places: pointers.map((pointer) => `body ${pointer}`),
});

describe('a body', () => {
  it('is read as JSON.parse reads it, whatever value it holds', () => {
    fc.assert(
      fc.property(jsonValues(), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(jsonValue(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is read the same in any spelling: white space, escapes, exponents', () => {
    const spellings = fc.tuple(jsonValues(), fc.infiniteStream(fc.nat(3)));
    fc.assert(
      fc.property(spellings, ([value, choices]) => {
        const text = spelled(value, () => choices.next().value ?? 0);
        expect(parse(text)).toEqual(jsonValue(JSON.stringify(value)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('that JSON.parse refuses is malformed, and no other is taken', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '\\u0041',
      '1',
      '-',
      '.',
      'e',
      ' ',
      'null',
      'true',
      '\n',
    ];
    const noise = fc
      .array(fc.constantFrom(...pieces, '"a"', '"b":', '0'), { maxLength: 12 })
      .map((some) => some.join(''));
    fc.assert(
      fc.property(noise, (text) => {
        const refusal = refusalOf(text);
        let value: unknown;
        try {
          value = jsonValue(text);
        } catch {
          expect(refusal).toEqual(MALFORMED);
          return;
        }
        // Valid JSON that is refused holds a key twice: nothing else that is refused can be made of these pieces.
        if ('taken' in refusal) expect(refusal.taken).toEqual(value);
        else expect([refusal, (text.match(/"(a|b|)"\s*:/g) ?? []).length > 1]).toEqual([MALFORMED, true]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('that is not UTF-8 is malformed, and every text that is UTF-8 is read', () => {
    const inQuotes = (bytes: Uint8Array) => Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]);
    const bytes = fc.uint8Array({ min: 0x5d, max: 0xff, maxLength: 4 });
    fc.assert(
      fc.property(bytes, (some) => {
        const body = inQuotes(some);
        expect(refusalOf(body)).toEqual(isUtf8(body) ? { taken: JSON.parse(body.toString()) } : MALFORMED);
      }),
      { numRuns: 3_000 },
    );
    for (const character of ['\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}']) {
      expect(parse(`"${character}"`)).toBe(character);
    }
  });

  it.each([
    '',
    ' ',
    '\ufeff{}',
    '\ufeff',
    '{}\u0000',
    '\u00a0{}',
    "{'a':1}",
    '{a:1}',
    '[1,]',
    '01',
    '+1',
    '.5',
    '1.',
    'NaN',
    'undefined',
  ])('%j is malformed', (text) => {
    expect(refusalOf(text)).toEqual(MALFORMED);
  });

  it('with a byte-order mark inside a text is taken: there it is a character', () => {
    expect(parse('{"a":"\ufeff"}')).toEqual({ a: '\ufeff' });
  });
});

describe('a key', () => {
  it('twice in one object is malformed wherever the object stands, in any spelling of the key', () => {
    const keys = fc.string({ unit: 'grapheme', maxLength: 4 }).filter((key) => key !== '__proto__');
    fc.assert(
      fc.property(keys, paths(), fc.boolean(), (key, path, isEscaped) => {
        const again = isEscaped ? escapedFully(key) : JSON.stringify(key);
        const text = at(path, `{"x1":{},${JSON.stringify(key)}:[1,{}],"x2":"}",${again}:2}`);
        expect(refusalOf(text)).toEqual(MALFORMED);
      }),
    );
  });

  it('is the one that was sent, whatever keys the bodies before it had', () => {
    parse('{"name":"one","\\\\":0}');
    for (const [text, key] of [
      ['\\"', '"'],
      ['\\n', '\n'],
      ['\\u0061', 'a'],
    ]) {
      expect(Object.keys(parse(`{"name":"two","${text}":0}`) as object)).toEqual(['name', key]);
    }
  });

  it('may stand in different objects, and as a value beside itself', () => {
    const text = '{"a":{"a":[{"a":1},{"a":1}]},"b":{"a":"a"},"c":["a","a"]}';
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('of a prototype is malformed wherever it stands', () => {
    fc.assert(
      fc.property(
        paths(),
        fc.constantFrom('"__proto__"', '"\\u005f_proto_\\u005F"', '"\\u005f\\u005fproto__"'),
        (path, key) => {
          expect(refusalOf(at(path, `{"a":1,${key}:null}`))).toEqual(MALFORMED);
          expect(refusalOf(at(path, `{"constructor":{"a":1,"prototype":1}}`))).toEqual(MALFORMED);
        },
      ),
    );
  });

  it('that only looks like one of a prototype is taken and reaches no prototype', () => {
    const text = '{"constructor":[{"prototype":{}}],"prototype":{"constructor":1},"__proto":{"a":1}}';
    expect(parse(text)).toEqual(JSON.parse(text));
    expect(parse('{"constructor":{"x":{"prototype":1}}}')).toEqual({ constructor: { x: { prototype: 1 } } });
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

describe('size', () => {
  it.each([
    ['arrays', (levels: number) => '['.repeat(levels) + ']'.repeat(levels)],
    ['objects', (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`],
    ['both', (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`],
  ])('is at most 64 levels of %s', (_, nested) => {
    expect(parse(nested(64))).toEqual(JSON.parse(nested(64)));
    expect(refusalOf(`[${nested(64)}]`)).toEqual(MALFORMED);
    expect(refusalOf(nested(500_000))).toEqual(MALFORMED);
  });

  it('is not counted in closed levels', () => {
    const wide = `[${Array.from({ length: 1_000 }, () => '[[{}]]').join()}]`;
    expect(parse(wide)).toHaveLength(1_000);
  });

  it.each([
    ['numbers', '0', 1],
    ['texts', '"[{,:}]"', 1],
    ['words', 'null', 1],
    ['empty arrays', '[]', 1],
    ['objects with a member each', '{"a":1}', 2],
  ])('is at most 100,000 values: %s', (_, value, each) => {
    const body = (values: number) => {
      const copies = Math.floor((values - 1) / each);
      const rest = values - 1 - copies * each;
      return `[${[...Array.from({ length: copies }, () => value), ...Array.from({ length: rest }, () => 'true')].join()}]`;
    };
    expect(parse(body(100_000))).toEqual(JSON.parse(body(100_000)));
    expect(refusalOf(body(100_001))).toEqual(MALFORMED);
  });
});

describe('a number', () => {
  it('is taken exactly when the double it becomes is written back as the same number', () => {
    fc.assert(
      fc.property(numberLiterals(), (literal) => {
        const back = String(Number(literal));
        const same = Number.isFinite(Number(literal)) && isSameNumber(literal, back);
        expect(refusalOf(literal)).toEqual(same ? { taken: Number(literal) } : invalidAt(''));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is taken whatever double it was written from', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const text of [String(value), value.toExponential(), JSON.stringify([value]).slice(1, -1)]) {
          expect(parse(text) === value).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused when it is a whole number beyond 2^53 that falls between two doubles', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 54n }), (value) => {
        const isHeld = value % 2n === 0n;
        expect(refusalOf(`${value}`)).toEqual(isHeld ? { taken: Number(value) } : invalidAt(''));
        expect(refusalOf(`-${value}`)).toEqual(isHeld ? { taken: -Number(value) } : invalidAt(''));
      }),
    );
  });

  it.each([
    '1e400',
    '-1e400',
    '1e-400',
    '1e999999999999999999999',
    '1e-999999999999999999999',
    '2e-324',
    '1.7976931348623159e308',
  ])('%s is beyond what a double reaches and is refused', (literal) => {
    expect(refusalOf(`{"a":${literal}}`)).toEqual(invalidAt('/a'));
  });

  it.each([
    '0',
    '-0',
    '0.0',
    '-0.0e0',
    '0e400',
    '0E-400',
    '1.0',
    '1E2',
    '1e+2',
    '100e-2',
    '1e22',
    '1e23',
    '5e-324',
    '0.1',
    '1.10',
  ])('%s is taken', (literal) => {
    expect(parse(literal) === Number(literal)).toBe(true);
  });
});

describe('a place', () => {
  it('is named by a pointer that leads to it, through any keys and any lists', () => {
    const bad = fc.constantFrom('"\\u0000"', '"a\\ud800"', '"\\udc00\\ud800"', '9007199254740993', '1e400');
    fc.assert(
      fc.property(paths(), bad, (path, literal) => {
        const pointer = path.map((step) => `/${escaped(String(step))}`).join('');
        expect(refusalOf(at(path, literal))).toEqual(invalidAt(pointer));
        expect(follow(jsonValue(at(path, literal)), pointer)).toEqual(JSON.parse(literal));
      }),
      { numRuns: 500 },
    );
  });

  it('of a key that cannot be stored is named by that key, with each lone surrogate replaced', () => {
    expect(refusalOf('{"a":{"b\\u0000":1}}')).toEqual(invalidAt('/a/b\0'));
    expect(refusalOf('[{"~\\ud800/":{}}]')).toEqual(invalidAt('/0/~0\ufffd~1'));
  });

  it('is named for each of many, in the order of the text', () => {
    const text = '{"z":"\\u0000","a":[0,1e400,{"k":["\\ud800",9007199254740993]}],"\\udfff":1,"b":0.1}';
    expect(refusalOf(text)).toEqual(invalidAt('/z', '/a/1', '/a/2/k/0', '/a/2/k/1', '/\ufffd'));
  });

  it('is not told of a body that is malformed further on', () => {
    expect(refusalOf('{"a":"\\u0000","b":1,"b":2}')).toEqual(MALFORMED);
  });

  it('is taken where an escape only looks like NUL or a lone surrogate', () => {
    for (const text of [
      '"\\\\u0000"',
      '"\\\\\\\\ud800"',
      '"\\ud83d\\ude00"',
      '"\\uD83D\\uDE00"',
      '"\\u0001"',
      '"\\uffff"',
    ]) {
      expect(parse(text)).toBe(JSON.parse(text));
    }
  });
});

/** The value behind a JSON Pointer, read as RFC 6901, section 4, says. */
function follow(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce((current, step) => {
    return (current as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }, value);
}

function escaped(key: string): string {
  return key.replace(/[~/]/g, (character) => (character === '~' ? '~0' : '~1'));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('a body made to be costly', () => {
  const problemOf = (text: string): { errors: { pointer: string }[] } => {
    try {
      parseJsonBody(Buffer.from(text));
    } catch (error) {
      return error as never;
    }
    throw new Error('it was taken');
  };

  it('has its first 100 bad places named, each in 1,024 characters at most', () => {
    const { errors } = problemOf(`{"${'k'.repeat(500_000)}":[${'1e400,'.repeat(50_000)}1]}`);
    expect(errors).toHaveLength(100);
    expect(Math.max(...errors.map(({ pointer }) => pointer.length))).toBe(1_024);
  });

  it('is read in one pass, however many zeros a number has', () => {
    const zeros = '0'.repeat(1_000_000);
    expect(problemOf(`{"n":1.${zeros}1}`).errors).toHaveLength(1);
    expect(parseJsonBody(Buffer.from(`{"n":1.${zeros}}`))).toEqual({ n: 1 });
  });
});
