// JSON Schemas applied to what strangers wrote: compiled when first needed, once a process, and in time that grows with the document alone.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type Format } from 'ajv';
import formats from 'ajv-formats';
import type { Note } from './reading.ts';

/** Notes what a schema finds wrong: all of it in a short document, the first fault in a long one. `length` is that of its text. */
export type SchemaCheck = (value: unknown, length: number, note: Note) => void;

// Errors take many times the memory of the values that they are about.
const SHORT = 256 * 1024;

/** The check by a schema; `others` are those that it refers to, by their `$id`. */
export function schemaCheck(load: () => object, others: readonly object[] = []): SchemaCheck {
  const first = once(() => compile(load(), others, false));
  const every = once(() => compile(load(), others, true));
  return (value, length, note) => {
    forgetItems();
    if (first()(value)) return;
    if (length <= SHORT) every()(value);
    for (const error of (length <= SHORT ? every() : first()).errors ?? []) note(findingOf(error));
  };
}

/** A schema that lies beside the code. Its own name and dialect are left out: nothing refers to it, and Ajv does not know the older ones. */
export function publishedSchema(file: string): object {
  const schema = JSON.parse(readFileSync(new URL(`./schemas/${file}`, import.meta.url), 'utf8'));
  const { $schema, id, $id, ...rest } = schema;
  return rest;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function compile(schema: object, others: readonly object[], allErrors: boolean) {
  const ajv = new Ajv({ strict: false, allErrors, code: { regExp: linearPattern } });
  for (const name of ['uri', 'uri-reference', 'date-time'] as const) {
    const isOne = validatorOf(formats.default.get(name));
    ajv.addFormat(name, (text: string) => text.length <= MAX_PATTERN && isOne(text));
  }
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    compile: (wanted: boolean) => (items: unknown[]) => !wanted || areUnique(items),
  });
  for (const other of others) ajv.addSchema(other);
  return ajv.compile(schema);
}

function validatorOf(format: Format): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate = typeof format === 'object' && 'validate' in format ? format.validate : format;
  if (typeof validate === 'function') return (text) => (validate as (text: string) => unknown)(text) === true;
  if (validate instanceof RegExp) return (text) => validate.test(text);
  throw new TypeError('It is a format that has no validator');
}

function findingOf({ instancePath, message, params }: ErrorObject) {
  const { additionalProperty, missingProperty } = params as Record<string, unknown>;
  const name = typeof additionalProperty === 'string' ? ` (${additionalProperty})` : '';
  const pointer = instancePath === '' && missingProperty === undefined ? null : instancePath;
  return { code: 'schema', severity: 'error', message: `${message ?? 'is not valid'}${name}`, pointer } as const;
}

// Patterns of the published schemas that take more than linear time to fail, or as good as for ever (CPE), and what matches the same in
// linear time.
const CPE_PART = String.raw`(?:(?:\?+|\*)?(?:[a-zA-Z0-9\-._]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^\`{|}~])+(?:\?+|\*)?|\*)`;
const CPE_LANGUAGE = String.raw`(?:[a-zA-Z]{2,3}(?:-(?:[a-zA-Z]{2}|[0-9]{3}))?|[*\-])`;
const CPE_URI = String.raw`[cC][pP][eE]:/[AHOaho]?(?::[A-Za-z0-9._\-~%]*){0,6}`;
const LINEAR: readonly (readonly [start: string, same: string])[] = [
  [
    String.raw`^((cpe:2\.3:[aho\*\-](:(((\?*|\*?)`,
    String.raw`^(?:cpe:2\.3:[aho*\-](?::${CPE_PART}){5}:${CPE_LANGUAGE}(?::${CPE_PART}){4}|${CPE_URI})$`,
  ],
  ['[^/]+/.+', '[^/]/.'],
  [String.raw`[0-9]+(\.[0-9]+){3}`, String.raw`[0-9](?:\.[0-9]+){2}\.[0-9]`],
  // This one no engine takes for Unicode, for the bracket in it.
  ['^[a-zA-Z]{2}|^[a-zA-Z]{2}-', '^[a-zA-Z]{2}'],
];

// Far more than any name, address or version has; what is longer matches nothing, or a pattern might run out of stack.
const MAX_PATTERN = 16 * 1024;

function linearPattern(source: string, flags: string): RegExp {
  const same = LINEAR.find(([start]) => source.startsWith(start))?.[1];
  const pattern = same === undefined ? new RegExp(source, flags) : new RegExp(same);
  const test = (text: string) => text.length <= MAX_PATTERN && pattern.test(text);
  // Ajv takes patterns of the same text for one.
  return { test, toString: () => String(pattern) } as RegExp;
}
linearPattern.code = 'new RegExp';

// Items are told apart by hashes of 53 bits, so that each is looked at once and not with each other one. Who makes two that collide only has
// their own document called wrong. What was hashed as an item is remembered: items may hold lists of items.
let hashes = new WeakMap<object, number>();

function forgetItems(): void {
  hashes = new WeakMap();
}

function areUnique(items: readonly unknown[]): boolean {
  if (items.length < 2) return true;
  const seen = new Set<number>();
  for (const item of items) {
    const hash = hashOf(item);
    if (typeof item === 'object' && item !== null) hashes.set(item, hash);
    seen.add(hash);
  }
  return seen.size === items.length;
}

function hashOf(value: unknown): number {
  if (typeof value === 'string') return hashText(value, 1);
  if (typeof value !== 'object' || value === null) return hashText(String(value), 2);
  const before = hashes.get(value);
  if (before !== undefined) return before;
  if (Array.isArray(value)) return value.reduce<number>((hash, item) => mix(hash, hashOf(item)), 3);
  let sum = 4;
  // The order of keys is of no account.
  for (const key of Object.keys(value)) {
    sum = (sum + mix(hashText(key, 5), hashOf((value as Record<string, unknown>)[key]))) % Number.MAX_SAFE_INTEGER;
  }
  return mix(sum, 6);
}

function hashText(text: string, seed: number): number {
  let [high, low] = [seed, text.length];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x85ebca77);
    low ^= low >>> 15;
  }
  return joined(high, low);
}

function mix(one: number, other: number): number {
  const high = Math.imul((one / 0x100000000) ^ other, 0x9e3779b1) ^ Math.imul(one, 0xc2b2ae3d);
  const low = Math.imul(one ^ (other / 0x100000000), 0x85ebca77) ^ Math.imul(other + 1, 0x27d4eb2f);
  return joined(high ^ (high >>> 15), low ^ (low >>> 13));
}

function joined(high: number, low: number): number {
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0);
}
