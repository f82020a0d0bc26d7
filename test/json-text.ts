// JSON text for tests of its reader: values in every spelling, places in it, and numbers compared without doubles.
import fc from 'fast-check';

export type Step = string | number;

/** Keys and indexes, none of them a key that is refused. */
export function paths(): fc.Arbitrary<Step[]> {
  const key = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.constantFrom('', '~', '/', '~1', '~0', '0', '"', '\\', 'a/b~c'),
  );
  const safe = key.filter((one) => !['__proto__', 'prototype', 'before'].includes(one));
  return fc.array(fc.oneof(safe, fc.nat(3)), { maxLength: 6 });
}

/** JSON text with `literal` at the end of the path, and others of every kind in front of it. */
export function at(path: readonly Step[], literal: string): string {
  const [step, ...rest] = path;
  if (step === undefined) return literal;
  const inner = at(rest, literal);
  if (typeof step === 'string') return `{"before":[{"a":"]}"},1],${JSON.stringify(step)}:${inner}}`;
  return `[${['[1,2]', '{"a":[],"b":","}', '"\\"["']
    .slice(0, step)
    .map((one) => `${one},`)
    .join('')}${inner},0]`;
}

const SURROGATES = 0xe000 - 0xd800;

/**
 * Any character of Unicode. fast-check's unit `binary` is the same, but first makes a table of a
 * million characters.
 */
export function anyCharacter(): fc.Arbitrary<string> {
  return fc.nat(0x10ffff - SURROGATES).map(
    (index) => String.fromCodePoint(index < 0xd800 ? index : index + SURROGATES),
    // With this, fast-check also makes the texts that it knows to be dangerous, such as __proto__.
    (character) => {
      const code = typeof character === 'string' && /^.$/su.test(character) ? (character.codePointAt(0) ?? 0) : -1;
      if (code < 0 || (code >= 0xd800 && code < 0xe000)) throw new Error('It is not one character');
      return code < 0xd800 ? code : code - SURROGATES;
    },
  );
}

export function jsonValues(): fc.Arbitrary<unknown> {
  const isTaken = (text: string) => !/"(__proto__|prototype)"|\\u0000|\\ud[89a-f]/.test(text);
  return fc
    .oneof(fc.jsonValue({ stringUnit: anyCharacter() }), fc.jsonValue())
    .filter((value) => isTaken(JSON.stringify(value)));
}

/** The value as JSON in one of its many spellings. */
export function spelled(value: unknown, choice: () => number): string {
  const space = () => ['', ' ', '\n\t', '\r '][choice()] ?? '';
  const put = (text: string) => `${space()}${text}${space()}`;
  if (typeof value === 'string') return put(choice() === 0 ? escapedFully(value) : JSON.stringify(value));
  if (typeof value === 'number')
    return put(choice() === 0 ? value.toExponential().replace('e+', 'E+') : JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return put(JSON.stringify(value));
  if (Array.isArray(value)) return put(`[${value.map((one) => spelled(one, choice)).join()}${space()}]`);
  const members = Object.entries(value).map(([key, one]) => `${put(escapedFully(key))}:${spelled(one, choice)}`);
  return put(`{${members.join()}${space()}}`);
}

export function escapedFully(text: string): string {
  const units = text.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${units.join('')}"`;
}

/** Number literals as the grammar of JSON allows them, many of them near to what a double holds. */
export function numberLiterals(): fc.Arbitrary<string> {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 });
  const free = fc
    .tuple(fc.constantFrom('', '-'), digits, digits, fc.option(fc.integer({ min: -345, max: 345 })))
    .map(([sign, whole, fraction, exponent]) => {
      const integer = whole.replace(/^0+/, '') || '0';
      return `${sign}${integer}${fraction === '' ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`;
    });
  const near = fc
    .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), digits)
    .map(([value, more]) => `${value.toExponential().split('e').join(`${more}e`)}`)
    .map((literal) => (/^-?\d+e/.test(literal) ? literal.replace(/^(-?\d)(\d*)e/, '$1.$20e') : literal));
  return fc.oneof(free, near);
}

/** Whether two decimal numbers are the same, in whole numbers alone. */
export function isSameNumber(a: string, b: string): boolean {
  const [left, right] = [fractionOf(a), fractionOf(b)];
  const least = Math.min(left.exponent, right.exponent);
  const scaled = ({ digits, exponent }: Fraction) => digits * 10n ** BigInt(exponent - least);
  return scaled(left) === scaled(right);
}

type Fraction = { digits: bigint; exponent: number };

function fractionOf(literal: string): Fraction {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(`${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
}
