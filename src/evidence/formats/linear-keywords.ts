// Keywords of JSON Schema in linear time: ajv compares every item with every other, and a value
// with every member of an enumeration. For a BOM of 100,000 components that takes minutes.
import { isDeepStrictEqual } from 'node:util';
import type { Ajv } from 'ajv';
import type { AnySchemaObject, DataValidateFunction } from 'ajv/dist/types/index.js';

/**
 * Replaces ajv's keywords by linear ones. Each call of a validator needs a new `Prints` as `this`.
 */
export function useLinearKeywords(ajv: Ajv): void {
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    errors: true,
    compile: (wanted: boolean) =>
      function unique(this: unknown, items: unknown[]): boolean {
        const pair = wanted ? samePair(items, this as Prints) : null;
        if (pair !== null)
          (unique as DataValidateFunction).errors = [{ keyword: 'uniqueItems', message: describe(pair), params: {} }];
        return pair === null;
      },
  });
  ajv.removeKeyword('enum').addKeyword({
    keyword: 'enum',
    errors: false,
    error: { message: 'must be equal to one of the allowed values' },
    compile: (words: unknown[], _parent: AnySchemaObject) => {
      const allowed = new Set(words);
      return (value: unknown) => allowed.has(value);
    },
  });
}

/**
 * Fingerprints of the objects of one document, so that nested lists are not hashed again at every
 * level.
 */
export type Prints = Map<object, number>;

/** The message about the equal items `first` and `second`. */
export function describe([first, second]: readonly [number, number]): string {
  return `must NOT have duplicate items (items ## ${first} and ${second} are identical)`;
}

const MAX_COMPARED = 4;

/**
 * The indexes of two equal items, or null. Items that were made to share a fingerprint are compared
 * only with the first few of them.
 */
export function samePair(items: readonly unknown[], prints: Prints): [number, number] | null {
  if (items.length < 2) return null;
  const alike = new Map<number, number[]>();
  for (const [index, item] of items.entries()) {
    const print = fingerprint(item, prints);
    const others = alike.get(print);
    if (others === undefined) {
      alike.set(print, [index]);
      continue;
    }
    const same = others.find((other) => isDeepStrictEqual(items[other], item));
    if (same !== undefined) return [same, index];
    if (others.length < MAX_COMPARED) others.push(index);
  }
  return null;
}

function fingerprint(value: unknown, prints: Prints): number {
  if (typeof value === 'string') return printOf(value);
  if (typeof value !== 'object' || value === null) return printOf(String(value));
  const known = prints.get(value);
  if (known !== undefined) return known;
  let print = 1;
  if (Array.isArray(value)) {
    for (const item of value) print = mix(print, fingerprint(item, prints));
  } else {
    // A sum, because the order of keys does not matter.
    for (const key of Object.keys(value))
      print = (print + mix(printOf(key), fingerprint((value as Record<string, unknown>)[key], prints))) | 0;
  }
  prints.set(value, print);
  return print;
}

// FNV-1a.
function printOf(text: string): number {
  let print = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) print = Math.imul(print ^ text.charCodeAt(at), 0x01000193);
  return print;
}

function mix(print: number, other: number): number {
  const mixed = Math.imul(print ^ (other + 0x9e3779b9), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
