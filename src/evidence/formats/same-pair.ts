// Equal items of an array, as JSON Schema understands equality, in linear time for any document.

/**
 * What tells the values of one document apart, so that nested lists are not examined again at every
 * level.
 */
export type Identities = {
  /** The number of each object and array that was examined: those of equal values are equal. */
  readonly of: Map<object, number>;
  /** The number of every text, number and word, and of what arrays and objects are made of. */
  readonly scalars: Map<unknown, number>;
  readonly composed: Map<string, number>;
  count: number;
};

export function newIdentities(): Identities {
  return { of: new Map(), scalars: new Map(), composed: new Map(), count: 0 };
}

/**
 * The indexes of the first item that is equal to one before it, and of that one; null if there is
 * none. Objects are equal whatever the order of their keys, and numbers by value: 0 is -0.
 */
export function samePair(items: readonly unknown[], identities: Identities): [number, number] | null {
  if (differInOneText(items)) return null;
  // By the item itself, or by the print of an object: most have a print of their own.
  const scalars = new Map<unknown, number>();
  const alike = new Map<number, number | Map<number, number>>();
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (!isObject(item)) {
      const same = scalars.get(item);
      if (same !== undefined) return [same, index];
      scalars.set(item, index);
      continue;
    }
    const print = printOf(item, PRINTED_LEVELS);
    const before = alike.get(print);
    if (before === undefined) {
      alike.set(print, index);
      continue;
    }
    const known = typeof before === 'number' ? new Map([[identityOf(items[before], identities), before]]) : before;
    alike.set(print, known);
    const identity = identityOf(item, identities);
    const same = known.get(identity);
    if (same !== undefined) return [same, index];
    known.set(identity, index);
  }
  return null;
}

/** How many keys are tried: reading each costs as much as a print. */
const MAX_KEYS = 4;

/**
 * Whether one key of objects holds another text in each of them, such as `bom-ref` or `ref`. Then
 * none is equal to another. A print of each would take four times as long.
 */
function differInOneText(items: readonly unknown[]): boolean {
  const [first] = items;
  if (items.length < 2) return true;
  if (!isObject(first)) return false;
  let tried = 0;
  for (const key in first) {
    if (tried === MAX_KEYS) return false;
    tried += 1;
    if (differIn(key, items)) return true;
  }
  return false;
}

function differIn(key: string, items: readonly unknown[]): boolean {
  const texts = new Set<string>();
  for (let index = 0; index < items.length; index += 1) {
    const text = (items[index] as Record<string, unknown> | null)?.[key];
    if (typeof text !== 'string' || texts.has(text)) return false;
    texts.add(text);
  }
  return true;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

// Deep enough to tell entries apart that differ only in what they hold.
const PRINTED_LEVELS = 3;

/**
 * A number that equal values share, and others seldom do, from a part of what they hold. What it
 * leaves out only costs time: values with the same print are compared in full.
 */
function printOf(value: unknown, levels: number): number {
  if (typeof value === 'string') return printOfText(value);
  if (typeof value === 'number') return Math.imul(value * 4_096, 0x9e3779b1);
  if (!isObject(value)) return value === true ? 3 : 5;
  if (levels === 0) return 7;
  if (Array.isArray(value)) {
    const { length } = value;
    if (length === 0) return 11;
    return Math.imul(length ^ printOf(value[0], levels - 1), 0x85ebca6b) + printOf(value[length - 1], levels - 1);
  }
  // A sum, because the order of keys does not matter.
  let print = 13;
  for (const key in value)
    print =
      (print + Math.imul(printOf((value as Record<string, unknown>)[key], levels - 1) ^ key.length, 0xc2b2ae35)) | 0;
  return print;
}

const PRINTED_CHARACTERS = 8;

// Some characters from all over the text, the last one included: names differ at their end.
function printOfText(text: string): number {
  const step = text.length < 2 * PRINTED_CHARACTERS ? 1 : Math.floor(text.length / PRINTED_CHARACTERS);
  let print = text.length;
  for (let at = text.length - 1; at >= 0; at -= step) print = Math.imul(print ^ text.charCodeAt(at), 0x01000193);
  return print ^ (print >>> 15);
}

/** The number that a value shares with those equal to it, and with no other. */
function identityOf(value: unknown, identities: Identities): number {
  if (!isObject(value)) return numbered(value, identities.scalars, identities);
  const known = identities.of.get(value);
  if (known !== undefined) return known;
  let composed = Array.isArray(value) ? '[' : '{';
  if (Array.isArray(value)) for (const item of value) composed += written(identityOf(item, identities));
  else
    for (const key of Object.keys(value).sort())
      composed +=
        written(numbered(key, identities.scalars, identities)) +
        written(identityOf((value as Record<string, unknown>)[key], identities));
  const identity = numbered(composed, identities.composed, identities);
  identities.of.set(value, identity);
  return identity;
}

// In two characters always, so that what is joined cannot be read in two ways.
const written = (identity: number) => String.fromCharCode(identity & 0xffff, identity >>> 16);

function numbered<Key>(key: Key, numbers: Map<Key, number>, identities: Identities): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  identities.count += 1;
  numbers.set(key, identities.count);
  return identities.count;
}
