import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { isWord, NOT_PLAIN, scalarOf } from '../../../src/evidence/text/plain-yaml-scalar.ts';

const understood = (written: string): { value: unknown } | null => {
  try {
    return { value: scalarOf(written) };
  } catch (error) {
    if (error !== NOT_PLAIN) throw error;
    return null;
  }
};

describe('scalarOf', () => {
  it.each([
    ...[
      'a',
      'a b',
      'a#b',
      'a:b',
      'pkg:npm/a@1',
      './src',
      '(MIT OR ISC)',
      '<a>',
      '/usr',
      '$a',
      '_a',
      'yes',
      'No',
      'on',
      'y',
    ],
    ...[
      '2.4.1',
      '1_000',
      '0b1',
      '0o8',
      '0xg',
      '12:30:45',
      '2001-12-14',
      '2001-12-14T21:59:43Z',
      '1e',
      '1e3e',
      '1.2.',
      'e3',
    ],
    ...['true', 'false', 'null', '0', '7', '12', '999999999999999', '[]', '{}', 'nullable', 'truest'],
    ...[
      "''",
      "'a'",
      "'a''b'",
      "''''",
      "': #'",
      "'\\n'",
      '""',
      '"a"',
      '": #"',
      '"\\"\\\\\\/\\b\\f\\n\\r\\t\\ "',
      `"'"`,
      '"true"',
    ],
  ])('understands %s as js-yaml does', (written) => {
    expect(understood(written)).toStrictEqual({ value: load(written, { schema: CORE_SCHEMA }) });
  });

  it.each([
    ...[
      '',
      '~',
      'True',
      'TRUE',
      'NULL',
      'False',
      '.5',
      '1.',
      '1.5',
      '1e3',
      '0o7',
      '0x1F',
      '00',
      '012',
      '-1',
      '+1',
      '.inf',
      '.nan',
    ],
    ...[
      '1234567890123456',
      '9'.repeat(2_000),
      '- a',
      '? a',
      'a: b',
      'a:',
      'a #b',
      '#a',
      '&a',
      '*a',
      '!a',
      '|',
      '>',
      '%a',
      '@a',
      '`a',
    ],
    ...[
      '[a]',
      '{a: b}',
      ',',
      ']',
      '}',
      "'",
      "'a",
      "'a'b'",
      "'a' b",
      '"',
      '"a',
      '"a"b"',
      '"a" b',
      '"\\x41"',
      '"\\u0041"',
      '"\\"',
      '"\\0"',
    ],
  ])('leaves %j to js-yaml', (written) => {
    expect(understood(written)).toBeNull();
  });

  it('reads texts of any length', () => {
    const long = 'a'.repeat(10_000_000);
    for (const written of [long, `'${long}'`, `"${long}"`])
      expect(understood(written)?.value).toHaveLength(long.length);
    expect(understood(`'${"''".repeat(500_000)}'`)?.value).toHaveLength(500_000);
    expect(understood(`"${'\\"'.repeat(500_000)}"`)?.value).toHaveLength(500_000);
    expect([understood('1'.repeat(10_000_000)), understood(`'${long}`), understood(`"${long}`)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('isWord', () => {
  it('knows the words in any case', () => {
    expect(['true', 'FALSE', 'Null', 'yes', 'nulls', ''].map(isWord)).toEqual([true, true, true, false, false, false]);
  });
});
