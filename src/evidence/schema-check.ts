// JSON Schemas applied to what strangers wrote: compiled when first needed, once a process, and in time that grows with the document alone.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
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
    const validate = length > SHORT || first()(value) ? first() : every();
    forgetItems();
    if (validate(value)) return;
    for (const error of validate.errors ?? []) note(findingOf(error));
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
  formats.default(ajv);
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

function linearPattern(source: string, flags: string): RegExp {
  const same = LINEAR.find(([start]) => source.startsWith(start))?.[1];
  return same === undefined ? new RegExp(source, flags) : new RegExp(same);
}
linearPattern.code = 'new RegExp';

// Every distinct value has a number, made of those of its parts: items are compared without comparing each with each.
let numbers = new Map<string, number>();
let known = new WeakMap<object, number>();

function forgetItems(): void {
  numbers = new Map();
  known = new WeakMap();
}

function areUnique(items: readonly unknown[]): boolean {
  if (items.length < 2) return true;
  const seen = new Set<number>();
  for (const item of items) seen.add(numberOfValue(item));
  return seen.size === items.length;
}

function numberOfValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return numberOfKey(`${typeof value} ${value}`);
  const before = known.get(value);
  if (before !== undefined) return before;
  const parts = Array.isArray(value)
    ? `[${value.map(numberOfValue).join()}`
    : `{${Object.entries(value)
        .map(([key, part]) => `${numberOfKey(`string ${key}`)}:${numberOfValue(part)}`)
        .sort()
        .join()}`;
  const number = numberOfKey(parts);
  known.set(value, number);
  return number;
}

function numberOfKey(key: string): number {
  const number = numbers.get(key) ?? numbers.size;
  if (number === numbers.size) numbers.set(key, number);
  return number;
}
