// Ways to damage a document, each the same for the same numbers.

export type Random = {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  pick<Value>(values: readonly Value[]): Value;
};

/** Makes a damaged document of one, and perhaps of parts of another of its format. */
export type Mutate = (seed: Buffer, random: Random, other: Buffer) => Buffer;

/** Numbers that are the same for the same start (mulberry32). */
export function randomly(start: number): Random {
  let state = start;
  const below = (end: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, end);
  };
  return { below, pick: (values) => values[below(values.length)] as never };
}

/** JSON of every type, and what readers trip over. */
const VALUES: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1.5',
    '1e308',
    '-0',
    '1e999',
    '123456789012345678901234567890',
    '""',
    '"x"',
    '[]',
    '{}',
  ],
  ...[
    '[[]]',
    '[null]',
    '[{}]',
    '{"":null}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":[]}}',
    '{"toString":1,"length":-1}',
  ],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"__proto__"',
    '"constructor"',
    '"2026-02-30T25:61:61Z"',
    '"sha256:"',
    '"%"',
    '"pkg:"',
  ],
  ...['"eyJhIjpb"', '"SPDXRef-DOCUMENT"', '"https://"', '["a",1,null,{},[]]'],
];

export const mutations: Record<string, Mutate> = {
  bytes: (seed, random) => {
    const bytes = Buffer.from(seed);
    for (let count = random.below(8) + 1; count > 0; count -= 1) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  cut: (seed, random) => seed.subarray(0, random.below(seed.length)),
  'without its beginning': (seed, random) => seed.subarray(random.below(seed.length)),
  'a part left out': (seed, random) => {
    const at = random.below(seed.length);
    return Buffer.concat([seed.subarray(0, at), seed.subarray(at + random.below(200))]);
  },
  'a part twice': (seed, random) => {
    const [at, length] = [random.below(seed.length), random.below(2_000)];
    return Buffer.concat([seed.subarray(0, at + length), seed.subarray(at)]);
  },
  'a part of another': (seed, random, other) => {
    const [at, from] = [random.below(seed.length), random.below(other.length)];
    return Buffer.concat([seed.subarray(0, at), other.subarray(from, from + random.below(2_000)), seed.subarray(at)]);
  },
  'an odd character': (seed, random) => {
    const at = random.below(seed.length);
    const odd = random.pick([
      '\0',
      '\ufeff',
      '\u2028',
      '\u{1f600}',
      '\x1b[0m',
      '"',
      '<',
      '&',
      ']]>',
      '\r',
      '\\',
      '{',
      '[',
    ]);
    return Buffer.concat([seed.subarray(0, at), Buffer.from(odd), seed.subarray(at)]);
  },
  'another value': (seed, random) => replaced(seed, random, () => random.pick(VALUES)),
  'other values everywhere': (seed, random) => {
    const share = random.below(20) + 1;
    const text = seed.toString('utf8');
    return Buffer.from(
      text.replaceAll(SCALAR, (whole, before) => (random.below(share) > 0 ? whole : `${before}${random.pick(VALUES)}`)),
    );
  },
  'a list for a value': (seed, random) => replaced(seed, random, (old) => `[${old},${old}]`),
  'a deep value': (seed, random) => {
    const depth = random.below(300);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"components":[', ']}'],
      ['{"a":', '}'],
    ] as const);
    return replaced(seed, random, (old) => open.repeat(depth) + old + close.repeat(depth));
  },
  'a long value': (seed, random) =>
    replaced(seed, random, () =>
      `"${random.pick(['a', '\\u0001', '\ud83d\ude00', '/~'])}"`.replace('"', `"${'x'.repeat(random.below(20_000))}`),
    ),
  'many values': (seed, random) =>
    replaced(seed, random, (old) => `[${Array(random.below(5_000)).fill(old).join(',')}]`),
  'a field twice': (seed, random) => {
    const fields = [...seed.toString('utf8').matchAll(/("[^"\\]{1,40}"\s*:)/g)];
    if (fields.length === 0) return seed;
    const { index, 1: key = '' } = random.pick(fields);
    const text = seed.toString('utf8');
    return Buffer.from(`${text.slice(0, index)}${key}${random.pick(VALUES)},${text.slice(index)}`);
  },
  'a field of another name': (seed, random) => {
    const text = seed.toString('utf8');
    const keys = [...text.matchAll(/"([^"\\]{1,40})"\s*:/g)].map(([, key = '']) => key);
    const [from, to] = [random.pick(keys), random.pick([...keys, '__proto__', '', 'toString'])];
    return keys.length === 0 ? seed : Buffer.from(text.replaceAll(`"${from}"`, () => `"${to}"`));
  },
  'an element twice': (seed, random) => {
    const text = seed.toString('utf8');
    const elements = [...text.matchAll(/<[A-Za-z][^<>]{0,200}>/g)];
    if (elements.length === 0) return seed;
    const { index, 0: tag } = random.pick(elements);
    const copy = random.pick([
      tag,
      `${tag}</${tag.slice(1).split(/[\s/>]/)[0]}>`,
      tag.replace(/="[^"]*"/, '="\u{1f600}"'),
      '<x/>',
    ]);
    return Buffer.from(text.slice(0, index) + copy + text.slice(index));
  },
  'lines in another order': (seed, random) => {
    const lines = seed.toString('utf8').split('\n');
    const at = random.below(lines.length);
    const [taken = []] = [lines.splice(at, random.below(5))];
    lines.splice(random.below(lines.length), 0, ...taken);
    return Buffer.from(lines.join('\n'));
  },
  'in another encoding': (seed, random) => {
    const text = seed.toString('utf8');
    return random.pick([
      () => Buffer.from(text, 'utf16le'),
      () => Buffer.from(`\ufeff${text}`, 'utf16le'),
      () => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      () => Buffer.from(`\ufeff${text}`),
      () => Buffer.from(text, 'latin1'),
      () => Buffer.from(`${text}\n${text}`),
    ])();
  },
};

const SCALAR = /([:[,]\s*)("(?:[^"\\\n]|\\.){0,200}"(?!\s*:)|-?\d[\d.eE+-]{0,30}|true|false|null)/g;

function replaced(seed: Buffer, random: Random, replacement: (old: string) => string): Buffer {
  const text = seed.toString('utf8');
  const found = [...text.matchAll(SCALAR)];
  if (found.length === 0) return seed;
  const { index, 0: whole, 1: before = '', 2: old = '' } = random.pick(found);
  return Buffer.from(`${text.slice(0, index)}${before}${replacement(old)}${text.slice(index + whole.length)}`);
}
