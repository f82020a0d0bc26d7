// The validators and serialisers of Fastify, compiled from zod schemas.
import type { FastifySchemaCompiler } from 'fastify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { z } from 'zod';
import { type FieldError, invalid } from '../domain/errors.ts';
import { fieldsAt } from '../json/known-fields.ts';
import { escapePointer } from '../json/pointer.ts';
import { unknownName } from '../json/spelling.ts';
import { textWriter } from '../json/text-writer.ts';

const PARTS: Record<string, FieldError['in']> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};

/**
 * Both compilers. `rows` are the schemas of rows, whose JSON text is kept beside them. A schema is
 * compiled at its first use, as all of them take a tenth of a start. `compileNext` compiles one that
 * was not used yet, and returns whether there was one.
 */
export function compilersFor(rows: readonly z.ZodType[]) {
  const pending: (() => unknown)[] = [];
  const late = <Compiled>(compile: () => Compiled): (() => Compiled) => {
    let compiled: Compiled | undefined;
    const get = () => {
      compiled ??= compile();
      return compiled;
    };
    pending.push(get);
    return get;
  };
  // Responses carry the declared fields only; one that does not fit its schema is an error, never
  // an answer.
  const writers = new Map<z.ZodType, () => (value: unknown) => string>();
  const serializerCompiler: FastifySerializerCompiler<z.ZodType> = ({ schema }) => {
    const get = writers.get(schema) ?? late(() => textWriter(schema, rows));
    writers.set(schema, get);
    return (value) => get()(value);
  };
  const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) =>
    validator(
      schema,
      PARTS[httpPart ?? 'body'] ?? 'body',
      late(() => compiledOf(schema)),
    );
  const compileNext = () => pending.shift()?.() !== undefined;
  return { validatorCompiler, serializerCompiler, compileNext };
}

/** Requests that do not fit are refused with `validation_failed`, which names each bad place. */
function validator(schema: z.ZodType, part: FieldError['in'], compiled: () => z.ZodType) {
  return (data: unknown) => {
    const result = compiled().safeParse(data);
    if (result.success) return { value: result.data };
    return { error: invalid(fieldErrors(result.error, part, data, schema)) };
  };
}

// Most routes share their schemas, such as that of an empty query, and compiling is much of a start.
const compiledSchemas = new WeakMap<z.ZodType, z.ZodType>();

function compiledOf(schema: z.ZodType): z.ZodType {
  const known = compiledSchemas.get(schema);
  if (known !== undefined) return known;
  const compiled = z.compile(schema);
  compiledSchemas.set(schema, compiled);
  return compiled;
}

/** Each bad place, unknown names first: a misspelt name often explains why another is missing. */
function fieldErrors(error: z.ZodError, part: FieldError['in'], data: unknown, schema: z.ZodType): FieldError[] {
  const unknown: FieldError[] = [];
  const others: FieldError[] = [];
  for (const issue of error.issues) {
    const pointer = issue.path.map((step) => `/${escapePointer(String(step))}`).join('');
    if (issue.code !== 'unrecognized_keys') {
      others.push({ in: part, pointer, detail: detailOf(issue, part, valueAt(data, issue.path)) });
      continue;
    }
    const what = part === 'query' ? 'parameter' : 'field';
    const known = fieldsAt(schema, issue.path);
    for (const key of issue.keys) {
      // Only the first 100 are sent, and a body may have a hundred thousand.
      const detail = unknown.length < MAX_HINTS ? unknownName(what, key, known) : `unknown ${what}`;
      unknown.push({ in: part, pointer: `${pointer}/${escapePointer(key)}`, detail });
    }
  }
  return [...unknown, ...others];
}

const MAX_HINTS = 100;

function detailOf(issue: z.core.$ZodIssue, part: FieldError['in'], value: unknown): string {
  if (value === undefined) return 'is required';
  if (part === 'query' && Array.isArray(value)) return 'must be given once';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code !== 'invalid_type') return issue.message;
  const expected = TYPES[issue.expected] ?? issue.expected;
  return `must be ${/^[aeio]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

/** The words of JSON Schema for types that zod names in its own way. */
const TYPES: Readonly<Record<string, string>> = { record: 'object', int: 'integer' };

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | null | undefined)?.[step],
    data,
  );
}
