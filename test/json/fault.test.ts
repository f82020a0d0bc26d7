import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../src/json/fault.ts';

describe('what is wrong with a text that is not JSON', () => {
  it.each([
    ['', 'expected a value but found the end of the text at line 1, column 1'],
    ['  \n ', 'expected a value but found the end of the text at line 2, column 2'],
    ['{"a":1,}', 'expected a key in double quotes but found `}` at line 1, column 8'],
    ['{a:1}', 'expected a key in double quotes or } but found `a:1` at line 1, column 2'],
    ["{'a':1}", "expected a key in double quotes or } but found `'a':1` at line 1, column 2"],
    ['{"a" 1}', 'expected a colon after the key but found `1` at line 1, column 6'],
    ['{"a":}', 'expected a value but found `}` at line 1, column 6'],
    ['{"a":1 "b":2}', 'expected a comma or } but found `"b":2` at line 1, column 8'],
    ['{"a":1', 'expected a comma or } but found the end of the text at line 1, column 7'],
    ['[1,2', 'expected a comma or ] but found the end of the text at line 1, column 5'],
    ['[1,]', 'expected a value but found `]` at line 1, column 4'],
    ['[,1]', 'expected a value or ] but found `,1` at line 1, column 2'],
    ['{\n  "name": True\n}', 'expected a value but found `True` at line 2, column 11'],
    ['[01]', 'expected a value or ] but found `01` at line 1, column 2'],
    ['[1.]', 'expected a value or ] but found `1.` at line 1, column 2'],
    ['NaN', 'expected a value but found `NaN` at line 1, column 1'],
    ['{} {}', 'expected the end of the text but found `{` at line 1, column 4'],
    ['{"ä😀": x}', 'expected a value but found `x` at line 1, column 8'],
    ['"a', 'found a string that is not closed at line 1, column 1'],
    ['"a\nb"', 'found `\\u000a`, which a string must escape, at line 1, column 3'],
    ['"\\x41"', 'found `\\x`, which is not a JSON escape, at line 1, column 2'],
    ['"\\u12g4"', 'found `\\u`, which is not a JSON escape, at line 1, column 2'],
    ['\u00a0{}', 'expected a value but found `\\u00a0{` at line 1, column 1'],
    [`[${'x'.repeat(1_000)}]`, `expected a value or ] but found \`${'x'.repeat(20)}…\` at line 1, column 2`],
  ])('is said with its place: %j', (text, fault) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonFault(text)).toBe(fault);
  });

  it('is found in a text of thousands of levels or many megabytes', () => {
    expect(jsonFault('['.repeat(10_000))).toBe(
      'expected a value or ] but found the end of the text at line 1, column 10001',
    );
    expect(jsonFault('['.repeat(5_000_000))).toBe('more than 10000 levels at line 1, column 10001');
    const lines = '1,\n'.repeat(2_000_000);
    expect(jsonFault(`[${lines}]`)).toBe('expected a value but found `]` at line 2000001, column 1');
    expect(jsonFault(`["${'😀'.repeat(4_000_000)}"`)).toContain('at line 1, column 4000004');
  });
});

it('there is a fault where JSON.parse refuses, and none elsewhere', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.nat(3), fc.constantFrom('', ',', '"', '}', ']', ':', '\\', '1', '-', 'e', ' ', 'x'))
    .map(([text, at, cut, put]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + cut);
    });
  const isRefused = (text: string) => {
    try {
      JSON.parse(text);
      return false;
    } catch {
      return true;
    }
  };
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
      expect(jsonFault(text) !== null).toBe(isRefused(text));
    }),
    { numRuns: 5_000 },
  );
});
