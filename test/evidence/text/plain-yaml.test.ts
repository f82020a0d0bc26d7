import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CORE_SCHEMA, dump, load, YAMLException } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { plainYaml } from '../../../src/evidence/text/plain-yaml.ts';
import { type Random, randomly } from '../../system/evidence-mutations.ts';
import { contentOf, documentOf } from '../documents.ts';

/** Holds it to what js-yaml says, and returns whether it understood the text. */
function compare(text: string): boolean {
  const plain = plainYaml(text);
  if (plain === null) return false;
  const fully = loaded(text);
  if (!isDeepStrictEqual(plain, fully)) expect(plain, JSON.stringify(text.slice(0, 5_000))).toStrictEqual(fully);
  return true;
}

function loaded(text: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA, maxDepth: 100, maxAliases: 0, maxTotalMergeKeys: 0 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return error.reason;
  }
}

// Forms that real tools write: of Jackson, PyYAML and js-yaml.
const JACKSON = `---
SPDXID: "SPDXRef-DOCUMENT"
creationInfo:
  comment: "This package has been shipped in source and binary form.\\nThe binaries\\
    \\ were created with gcc 4.5.1 and expect to link to\\ncompatible system run time\\
    \\ libraries."
  creators:
  - "Tool: LicenseFind-1.0"
# A comment
packages:
- SPDXID: "SPDXRef-a"
  filesAnalyzed: false
  annotations: []
  snippets: {}
  startLine: 310

  description: "It is
    folded"
`;
const PYYAML = `creationInfo:
  comment: 'It is: quoted, isn''t
    it'
  created: '2026-01-31T10:05:00Z'
  licenseListVersion: null
name: a name that is so long that
  it takes
  three lines   
packages:
- name: a
  tags:
    - b
    - c d
      e
  versionInfo: 2.4.1
`;

describe('plainYaml', () => {
  it.each([
    ['Jackson', JACKSON],
    ['PyYAML', PYYAML],
    ['js-yaml', documentOf('SPDX YAML', 20).toString()],
    ['a tool on Windows', JACKSON.replaceAll('\n', '\r\n')],
    ['a tool that ends no last line', 'a: b'],
    ['a tool with a large indentation', dump(contentOf('SPDX JSON', 5), { indent: 7, noRefs: true })],
  ])('understands what %s writes as js-yaml does', (_, text) => {
    expect(compare(text)).toBe(true);
  });

  it.each([
    ...['', '---', '---\n', '# a\n', 'a', '- a\n', '[]', '{}', '"a"', ' a: 1\n', '\ta: 1\n', '%YAML 1.2\n---\na: 1\n'],
    ...[
      'a: 1\na: 2\n',
      'a: 1\n---\nb: 1\n',
      'a: 1\n...\n',
      '--- a: 1\n',
      '---\n---\na: 1\n',
      'a: 1\n b: 2\n',
      'a:\n  b: 1\n c: 2\n',
    ],
    ...[
      'a:\n',
      'a: \nb: 1\n',
      'a: 1\n- b\n',
      'a:\n- b\n  - c\n',
      'a:\n  - b\n - c\n',
      'a:\n- - b\n',
      'a:\n-\n  b: 1\n',
      'a:\n- \n',
    ],
    ...[
      'a: |\n  b\n',
      'a: >-\n  b\n',
      'a: &b c\n',
      'a: *b\n',
      'a: !c d\n',
      '<<: {}\n',
      '? a\n',
      'a : 1\n',
      '"a": 1\n',
      '1: 2\n',
    ],
    ...[
      'true: 1\n',
      '__proto__: 1\n',
      'constructor: 1\n',
      'toString: 1\n',
      'hasOwnProperty: 1\n',
      `${'a'.repeat(1_100)}: 1\n`,
    ],
    ...[
      'a: b\n\n  c\n',
      'a: b\n  # c\n  d\n',
      'a: b # c\n',
      'a: "b" # c\n',
      'a: "b\\ \n  c"\n',
      'a: "b\\\n',
      'a: "b"\\\n',
      'a: "b\nc"\n',
    ],
    ...[
      'a: \tb\n',
      'a: b\u00a0\n',
      'a: b\u0085\n',
      'a: b\u2028\n',
      '\ufeffa: 1\n',
      'a: \u{1f600}\n',
      'a: \ud800\n',
      'a: \0\n',
      'a: é\n',
      'a: b\rc: d\n',
    ],
    ...[`${'a:\n'.repeat(1)}${Array.from({ length: 120 }, (_, at) => `${' '.repeat(at + 1)}a:\n`).join('')}`],
  ])('never reads %j differently from js-yaml', (text) => {
    compare(text);
  });

  it('never reads a damaged document differently from js-yaml', () => {
    let understood = 0;
    for (const [at, seed] of [JACKSON, PYYAML, documentOf('SPDX YAML', 2).toString()].entries())
      for (let start = 0; start < 1_000; start += 1) {
        if (compare(damaged(seed, randomly(at * 1_000 + start)))) understood += 1;
      }
    // Were it none, nothing would have been compared.
    expect(understood).toBeGreaterThan(300);
  });

  const vectors = vectorFiles();
  it.skipIf(vectors.length === 0)('gives what js-yaml gives for every real document, and for parts of them', () => {
    expect(vectors.filter(compare).length).toBeGreaterThan(vectors.length / 2);
    for (const [at, text] of vectors.entries())
      for (let start = 0; start < 300; start += 1) compare(damaged(text.slice(0, 8_000), randomly(at * 1_000 + start)));
  });
});

function vectorFiles(): string[] {
  const folder = join(process.env.MAESTRO_VECTORS ?? '', 'evidence');
  if (process.env.MAESTRO_VECTORS === undefined || !existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return files.filter((file) => /\.ya?ml$/.test(file)).map((file) => readFileSync(file, 'utf8'));
}

const PIECES = [
  ':',
  ': ',
  ' #',
  '#',
  '- ',
  '-',
  '\n',
  '\n\n',
  '\n ',
  '\n  ',
  ' ',
  '  ',
  '\t',
  '"',
  "'",
  "''",
  '\\',
  '\\n',
  '\\u0041',
  '\\x41',
  '[',
  ']',
  '{',
  '}',
  '[]',
  '{}',
  ',',
  '|',
  '|-\n   x',
  '>',
  '&a',
  '*a',
  '!',
  '!!str ',
  '%',
  '@',
  '`',
  '?',
  '? ',
  '~',
  'null',
  'Null',
  'true',
  'True',
  'yes',
  'no',
  'y',
  '0',
  '.5',
  '1e3',
  '0o7',
  '0x1F',
  '0b1',
  '1_000',
  '-1',
  '+1',
  '-0',
  '00',
  '012',
  '1.',
  '1.5',
  '.inf',
  '.nan',
  '-.inf',
  '9007199254740993',
  '999999999999999',
  '1234567890123456',
  '2001-12-14',
  '12:30:45',
  '<<',
  '<<: ',
  '=',
  '__proto__: 1',
  'constructor: 1',
  'toString: 1',
  'a: 1',
  'a: ',
  'a:\n',
  '---',
  '---\n',
  '...',
  '\n---\n',
  '\n...\n',
  '%YAML 1.2\n',
  '\r',
  '\r\n',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ud800',
  '\u{1f600}',
  'é',
  '\0',
  '\u0001',
  '\u007f',
  '\u0009',
  'a b: c',
  '"a": b',
  "'a': b",
  '1: 2',
  'true: 1',
  'null: 1',
  'a:b',
  'a :b',
  'a : b',
  '- - a',
  '-\n',
  '- \n',
  '- # c\n',
  'a: # c\n',
  'a: b # c\n',
  'a: "b" # c\n',
  `${'x'.repeat(110)}: 1`,
  `${'x'.repeat(1100)}: 1`,
];

function damaged(seed: string, random: Random): string {
  let text = seed;
  for (let count = random.below(3) + 1; count > 0; count -= 1) {
    const [at, length] = [random.below(text.length + 1), random.below(30)];
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const next = text.indexOf('\n', end + 1) === -1 ? text.length : text.indexOf('\n', end + 1);
    const value = text.indexOf(': ', at);
    const piece = random.pick(PIECES);
    text = random.pick([
      () => text.slice(0, at) + piece + text.slice(at),
      () => text.slice(0, end) + piece + text.slice(end),
      () => text.slice(0, end + 1) + piece + text.slice(end + 1),
      () => text.slice(0, at) + text.slice(at + length),
      () => text.slice(0, at) + text.slice(at, at + length) + text.slice(at),
      () => text.slice(0, end) + text.slice(next),
      () => text.slice(0, next) + text.slice(end, next) + text.slice(next),
      () => (value === -1 || value > end ? text : text.slice(0, value + 2) + piece + text.slice(end)),
      () => text.slice(0, at) + String.fromCharCode(random.below(0x180)) + text.slice(at + 1),
      () => (random.below(10) === 0 ? text.slice(0, at) : text.replaceAll('\n', '\r\n')),
    ])();
  }
  return text;
}
