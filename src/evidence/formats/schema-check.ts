// JSON Schemas, applied to untrusted documents: compiled on first use, once in each process, and in
// time linear in the document.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type Format } from 'ajv';
import formats from 'ajv-formats';
import type { Note } from '../reading.ts';
import { useLinearKeywords } from './linear-keywords.ts';
import { newIdentities } from './same-pair.ts';

/**
 * Notes the faults against a schema: all of them in a short document, the first one in a long one.
 * `length` is the length of its text.
 */
export type SchemaCheck = (value: unknown, length: number, note: Note) => void;

// Errors take many times the memory of the values that they describe.
const SHORT = 256 * 1024;

/** The check for a schema; `others` are the schemas that it refers to by `$id`. */
export function schemaCheck(load: () => object, others: readonly object[] = []): SchemaCheck {
  const first = once(() => compile(load(), others, false));
  const every = once(() => compile(load(), others, true));
  return (value, length, note) => {
    const identities = newIdentities();
    if (first().call(identities, value)) return;
    if (length <= SHORT) every().call(identities, value);
    for (const error of (length <= SHORT ? every() : first()).errors ?? []) note(findingOf(error));
  };
}

/**
 * A schema that ships with the code. Its own id and dialect are removed: nothing refers to it, and
 * Ajv does not know older dialects.
 */
export function publishedSchema(file: string): object {
  const schema = JSON.parse(readFileSync(new URL(`../schemas/${file}`, import.meta.url), 'utf8'));
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
  const ajv = new Ajv({ strict: false, allErrors, passContext: true, code: { regExp: linearPattern } });
  for (const name of ['uri', 'uri-reference', 'date-time'] as const) {
    const isOne = validatorOf(formats.default.get(name));
    ajv.addFormat(name, (text: string) => text.length <= MAX_PATTERN && isOne(text));
  }
  useLinearKeywords(ajv);
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

// Patterns of published schemas whose failure takes more than linear time, or practically forever
// (CPE), and equivalent patterns in linear time.
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
  // No engine accepts this one with the flag for Unicode, because of a bracket in it.
  ['^[a-zA-Z]{2}|^[a-zA-Z]{2}-', '^[a-zA-Z]{2}'],
];

// Far longer than any name, address or version. Longer texts match nothing: a pattern might
// overflow the stack.
const MAX_PATTERN = 16 * 1024;

function linearPattern(source: string, flags: string): RegExp {
  const same = LINEAR.find(([start]) => source.startsWith(start))?.[1];
  const pattern = same === undefined ? new RegExp(source, flags) : new RegExp(same);
  const test = (text: string) => text.length <= MAX_PATTERN && pattern.test(text);
  // Ajv treats patterns with the same text as one.
  return { test, toString: () => String(pattern) } as RegExp;
}
linearPattern.code = 'new RegExp';
