// Faults of a CycloneDX document against the JSON schema of its version. Time and memory are
// bounded for any document: the first pass stops at the first fault, and the second pass, piece by
// piece, stops after a number of faults.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { JsonObject } from '../../../json/fields.ts';
import { escapePointer } from '../../../json/pointer.ts';
import type { Note } from '../../reading.ts';
import { describe, useLinearKeywords } from '../linear-keywords.ts';
import { type Identities, newIdentities, samePair } from '../same-pair.ts';
import { readSchemaFile } from './cyclonedx-schema-files.ts';
import { isIriReference } from './iri-reference.ts';

// The strict schema if there are two: all later versions forbid unknown fields.
const FILES: Readonly<Record<string, string>> = {
  '1.2': 'bom-1.2-strict.SNAPSHOT.schema.json',
  '1.3': 'bom-1.3-strict.SNAPSHOT.schema.json',
  '1.4': 'bom-1.4.SNAPSHOT.schema.json',
  '1.5': 'bom-1.5.SNAPSHOT.schema.json',
  '1.6': 'bom-1.6.SNAPSHOT.schema.json',
  '1.7': 'bom-1.7.SNAPSHOT.schema.json',
};
const REFERRED_TO = [
  'spdx.SNAPSHOT.schema.json',
  'jsf-0.82.SNAPSHOT.schema.json',
  'cryptography-defs.SNAPSHOT.schema.json',
];

const MAX_FAULTS = 500;

export function isJsonVersion(version: string | null): version is string {
  return version !== null && Object.hasOwn(FILES, version);
}

/**
 * Notes the faults of a document against the schema of its version: at most 500, and only one in
 * each large part.
 */
export function checkJsonSchema(version: string, bom: JsonObject, note: Note): void {
  const schema = schemaOf(version);
  const identities = newIdentities();
  const whole = schema.first('');
  if (whole.call(identities, bom)) return;
  const known = (whole.errors ?? []).map((error) => faultOf(error, ''));
  let faults = 0;
  for (const fault of faultsOf(bom, schema, identities)) {
    if (faults === MAX_FAULTS) {
      const message = `After ${MAX_FAULTS} faults the rest was not checked against the schema`;
      note({ code: 'schema_not_checked', severity: 'warning', message, pointer: null });
      return;
    }
    faults += 1;
    noteFault(fault, note);
  }
  if (faults === 0) for (const fault of known) noteFault(fault, note);
}

type Fault = { readonly message: string; readonly pointer: string };

function noteFault({ message, pointer }: Fault, note: Note): void {
  note({ code: 'schema', severity: 'error', message, pointer });
}

function* faultsOf(bom: JsonObject, schema: Schema, identities: Identities): Generator<Fault> {
  const { properties } = schema;
  const isKnown = (key: string) => Object.hasOwn(properties, key);
  const outline = Object.entries(bom).filter(([key]) => !isKnown(key) || schema.required.includes(key));
  yield* faultsIn(Object.fromEntries(outline), '', '', schema, identities);
  for (const [key, value] of Object.entries(bom)) {
    if (!isKnown(key)) continue;
    const pointer = `/${escapePointer(key)}`;
    const path = `/properties/${key}`;
    if (!Array.isArray(value) || properties[key]?.items === undefined) {
      yield* faultsIn(value, path, pointer, schema, identities);
      continue;
    }
    const pair = properties[key].uniqueItems ? samePair(value, identities) : null;
    if (pair !== null) yield { message: describe(pair), pointer };
    for (const [index, item] of value.entries())
      yield* faultsIn(item, `${path}/items`, `${pointer}/${index}`, schema, identities);
  }
}

function* faultsIn(
  value: unknown,
  path: string,
  pointer: string,
  schema: Schema,
  identities: Identities,
): Generator<Fault> {
  const first = schema.first(path);
  if (first.call(identities, value)) return;
  // All faults of a part are collected only if the part is small: the cost of a large one is not
  // bounded.
  const validate = isSmall(value) ? schema.all(path) : first;
  if (validate !== first) validate.call(identities, value);
  for (const error of validate.errors ?? []) yield faultOf(error, pointer);
}

function faultOf(
  { instancePath, keyword, params, message = 'is not as the schema asks' }: ErrorObject,
  pointer: string,
): Fault {
  const name = keyword === 'additionalProperties' ? ` ('${params.additionalProperty}')` : '';
  return { message: `${message}${name}`, pointer: `${pointer}${instancePath}` };
}

const MAX_SMALL = 2_000;

function isSmall(value: unknown): boolean {
  const left = [value];
  for (let seen = 0; left.length > 0; seen += 1) {
    if (seen > MAX_SMALL || left.length > MAX_SMALL) return false;
    const one = left.pop();
    if (Array.isArray(one) && one.length > MAX_SMALL) return false;
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) left.push(inner);
  }
  return true;
}

type Schema = {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly items?: unknown; readonly uniqueItems?: boolean }>>;
  /** The validator of the part of the schema at a JSON Pointer. It stops at the first fault. */
  first(path: string): ValidateFunction;
  /** The same, collecting all faults. */
  all(path: string): ValidateFunction;
};

const schemas = new Map<string, Schema>();

function schemaOf(version: string): Schema {
  const known = schemas.get(version);
  if (known !== undefined) return known;
  const document = JSON.parse(readSchemaFile(FILES[version] ?? ''));
  const others = REFERRED_TO.map(
    (name) => [`http://cyclonedx.org/schema/${name}`, JSON.parse(readSchemaFile(name))] as const,
  );
  const schema = { ...document, first: compiler(document, others, false), all: compiler(document, others, true) };
  schemas.set(version, schema);
  return schema;
}

function compiler(document: { $id: string }, others: readonly (readonly [string, object])[], allErrors: boolean) {
  let ajv: Ajv | null = null;
  return (path: string): ValidateFunction => {
    ajv ??= newAjv(document, others, allErrors);
    const validate = ajv.getSchema(`${document.$id}#${path}`);
    if (validate === undefined) throw new Error(`There is no ${path} in ${document.$id}`);
    return validate as ValidateFunction;
  };
}

function newAjv(document: object, others: readonly (readonly [string, object])[], allErrors: boolean): Ajv {
  const ajv = new Ajv({ allErrors, strict: false, meta: false, validateSchema: false, passContext: true });
  useLinearKeywords(ajv);
  for (const name of ['date', 'date-time', 'uri'] as const) ajv.addFormat(name, fullFormats[name]);
  ajv.addFormat('idn-email', isMailbox);
  ajv.addFormat('iri-reference', isIriReference);
  for (const [id, other] of others) ajv.addSchema(other, id);
  return ajv.addSchema(document);
}

const ATOM = "[\\w!#$%&'*+/=?^`{|}~\\x80-\\u{10ffff}-]+";
const LABEL = '[A-Za-z0-9\\x80-\\u{10ffff}]+(?:-+[A-Za-z0-9\\x80-\\u{10ffff}]+)*';
const MAILBOX = new RegExp(
  `^(?:${ATOM}(?:\\.${ATOM})*|"(?:[^"\\\\]|\\\\.)*")@(?:\\[[^\\s@[\\]]+\\]|(?=.{1,253}$)(?:(?=.{1,63}(?:\\.|$))${LABEL}\\.)+(?=.{2,63}$)${LABEL})$`,
  'u',
);

// A mailbox (RFC 5321, sections 2.3.5 and 4.1.2, with the letters of RFC 6531) with a fully
// qualified domain. No parser of that grammar is used, because one takes milliseconds for a long
// address.
function isMailbox(text: string): boolean {
  return text.length <= 986 && MAILBOX.test(text);
}
