// Requests made from the OpenAPI document alone: what each operation takes, as fast-check arbitraries.
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';

export type Schema = {
  $ref?: string;
  anyOf?: Schema[];
  type?: string | string[];
  enum?: string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: false | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
};

export type Parameter = { name: string; in: 'path' | 'query'; required: boolean; schema: Schema };

export type Operation = {
  id: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  parameters: Parameter[];
  body: Schema | null;
  /** The one 2xx that the document gives it. */
  success: number;
  statuses: number[];
};

export type Request = {
  method: Operation['method'];
  path: Record<string, string>;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body?: unknown;
  /** Sent instead of `body` where it is set: what `JSON.stringify` would not write. */
  bytes?: Buffer;
};

/** Arbitraries of what a schema cannot say, by `path.<name>`, `query.<name>` or `body.<member>`: ids of rows that exist. */
export type Known = Record<string, fc.Arbitrary<unknown>>;

type Document = {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema> };
};
type OperationObject = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
};

/** Every operation of the document, its references resolved. */
export function operationsOf(document: object): Operation[] {
  const { paths, components } = document as Document;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const body = operation.requestBody?.content['application/json']?.schema;
      const statuses = Object.keys(operation.responses).map(Number);
      return {
        id: operation.operationId,
        method: method.toUpperCase() as Operation['method'],
        path,
        parameters: (operation.parameters ?? []).map((one) => ({ ...one, schema: resolved(one.schema, components) })),
        body: body === undefined ? null : resolved(body, components),
        success: statuses.find((status) => status < 300) ?? 0,
        statuses,
      };
    }),
  );
}

/** Requests that the operation takes. */
export function requestOf(operation: Operation, known: Known): fc.Arbitrary<Request> {
  const { method, parameters, body } = operation;
  const path = parameters
    .filter((one) => one.in === 'path')
    .map(({ name, schema }) => [name, known[`path.${name}`] ?? valuesOf(schema)] as const);
  const query = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, schema }) =>
      fc.option(
        (known[`query.${name}`] ?? valuesOf(schema)).map((value): [string, string] => [name, String(value)]),
        { nil: null },
      ),
    );
  const base = fc.record({
    method: fc.constant(method),
    path: fc.record(Object.fromEntries(path)) as fc.Arbitrary<Record<string, string>>,
    query: fc.tuple(...query).map((pairs) => pairs.filter((pair) => pair !== null)),
    headers: fc.constant<Record<string, string>>(body === null ? {} : { 'content-type': 'application/json' }),
  });
  if (body === null) return base;
  return fc.tuple(base, valuesOf(body, known)).map(([request, value]) => ({ ...request, body: value }));
}

export function toInject(operation: Operation, request: Request): InjectOptions {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(request.path[name] ?? ''));
  const url = request.query.length === 0 ? path : `${path}?${new URLSearchParams(request.query)}`;
  const { method, headers, body } = request;
  if (body === undefined) return { method, url, headers };
  return { method, url, headers, payload: request.bytes ?? JSON.stringify(body) };
}

// A word of the dialect that is not here would be ignored in silence, and requests would no longer be what they claim.
const WORDS = new Set(
  'anyOf type enum properties required additionalProperties propertyNames items minItems maxItems minLength maxLength minimum maximum'.split(
    ' ',
  ),
);
const ANNOTATIONS = new Set(['description', 'examples', 'default']);

function resolved(schema: Schema, components: Document['components']): Schema {
  if (schema.$ref !== undefined) {
    const target = components.schemas[schema.$ref.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`${schema.$ref} leads nowhere in the document`);
    return resolved(target, components);
  }
  const unknown = Object.keys(schema).find((word) => !WORDS.has(word) && !ANNOTATIONS.has(word));
  if (unknown !== undefined) throw new Error(`the request generator does not know '${unknown}'`);
  const { anyOf, items, properties } = schema;
  const members = Object.entries(properties ?? {}).map(([name, one]) => [name, resolved(one, components)]);
  return {
    ...schema,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map((one) => resolved(one, components)) }),
    ...(items === undefined ? {} : { items: resolved(items, components) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(members) }),
  };
}

function valuesOf(schema: Schema, known: Known = {}): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valuesOf(one, known)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  return fc.oneof(...typesOf(schema).map((type) => ofType(type, schema, known)));
}

/** The types that a schema names by itself. */
export function typesOf({ type = [] }: Schema): string[] {
  return Array.isArray(type) ? type : [type];
}

function ofType(type: string, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 2 ** 31 });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, noNaN: true, noDefaultInfinity: true });
    case 'string':
      return textOf(schema.minLength ?? 0);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 8 });
    case 'object':
      return schema.properties === undefined ? jsonObjects() : objectOf(schema, known);
    default:
      throw new Error(`the request generator does not know the type '${type}'`);
  }
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, one]) => [name, known[`body.${name}`] ?? valuesOf(one)]);
  return fc.record<Record<string, unknown>>(Object.fromEntries(members), { requiredKeys: required });
}

/** Text of any script that is well-formed and free of NUL. */
export function textOf(minLength: number): fc.Arbitrary<string> {
  const known = texts.get(minLength);
  if (known !== undefined) return known;
  const anyText = (unit: 'grapheme' | 'binary') => fc.string({ unit, minLength, maxLength: 12 });
  const text = fc.oneof(anyText('grapheme'), anyText('binary')).map((value) => value.replaceAll('\0', '0'));
  texts.set(minLength, text);
  return text;
}

// Making one takes longer than making a hundred texts with it.
const texts = new Map<number, fc.Arbitrary<string>>();

function jsonObjects(): fc.Arbitrary<unknown> {
  return fc
    .dictionary(textOf(0), fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }), { maxKeys: 6 })
    .filter((value) => !/"(__proto__|prototype)"/.test(JSON.stringify(value)));
}
