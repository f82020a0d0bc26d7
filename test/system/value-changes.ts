// What can be done to one value of a request body: up to a bound of its schema (still taken), or beyond one rule (refused).
import { escapePointer } from '../../src/json/pointer.ts';
import { type Schema, typesOf } from './request-generator.ts';

export type Step = string | number;

export type ValueChange = {
  kind: string;
  steps: Step[];
  /** The place that a refusal names; null where the change is taken. */
  pointer: string | null;
  value: unknown;
};

/** Stands in a value for a number literal that no double is equal to. */
export const INEXACT = 'a number that a double cannot hold';
/** Stands for a member that is left out. */
export const ABSENT = Symbol('absent');

/** The metadata bounds of the design, which JSON Schema cannot say. */
const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 32;

/** The changes of a value and of all below it. `isReference`: only the values that are there are known to be taken. */
export function changesOf(schema: Schema, value: unknown, steps: Step[] = [], isReference = false): ValueChange[] {
  const nullable = allTypesOf(schema).includes('null');
  const types = allTypesOf(schema).map((type) => (type === 'integer' ? 'number' : type));
  const wrong = Object.entries(SAMPLES).filter(([type]) => !types.includes(type));
  return [
    ...wrong.map(([type, sample]) => refused(`a ${type} instead`, steps, sample)),
    ...(nullable ? [taken('null', steps, null)] : []),
    ...branchesOf(schema).flatMap((branch) => changesOfType(branch, value, steps, isReference)),
  ];
}

const SAMPLES: Record<string, unknown> = {
  null: null,
  boolean: true,
  number: 1,
  string: 'true',
  array: [],
  object: {},
};

const REFERENCES = ['run_id', 'artifact_ids', 'about', 'finished_at', 'expires_at', 'status'];

const EXTRA_MEMBERS = ['id', 'created_at', 'passed', 'Name', 'constructor', 'toString', '', 'a/b~c', 'ключ'];

function changesOfType(schema: Schema, value: unknown, steps: Step[], isReference: boolean): ValueChange[] {
  if (schema.enum !== undefined) return changesOfWord(schema.enum, steps);
  const types = typesOf(schema);
  if (types.includes('string')) return changesOfText(schema, steps, isReference);
  if (types.includes('number')) return changesOfNumber(schema, steps);
  if (types.includes('integer')) return changesOfInteger(schema, steps);
  if (types.includes('array')) return changesOfList(schema, value, steps, isReference);
  if (types.includes('object') && schema.properties === undefined) return changesOfMetadata(steps);
  if (types.includes('object')) return changesOfObject(schema, value, steps);
  return [];
}

function changesOfWord(words: readonly string[], steps: Step[]): ValueChange[] {
  const [word = ''] = words;
  const wrong = ['', word.toUpperCase(), `${word} `, `${word}\n`, 'unknown'];
  return wrong.map((other) => refused(`the word ${JSON.stringify(other)}`, steps, other));
}

function changesOfText(schema: Schema, steps: Step[], isReference: boolean): ValueChange[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const changes = [
    refused('NUL in text', steps, 'a\0b'),
    refused('a lone high surrogate in text', steps, 'a\ud83d'),
    refused('a lone low surrogate in text', steps, '\ude00a'),
  ];
  if (minLength > 0) changes.push(refused('text below minLength', steps, 'x'.repeat(minLength - 1)));
  if (minLength > 0 && !isReference) changes.push(taken('text at minLength', steps, 'x'.repeat(minLength)));
  for (const unit of Number.isFinite(maxLength) ? ['x', '😀'] : []) {
    changes.push(refused(`text of ${unit} above maxLength`, steps, unit.repeat(maxLength + 1)));
    if (!isReference) changes.push(taken(`text of ${unit} at maxLength`, steps, unit.repeat(maxLength)));
  }
  if (!['finished_at', 'expires_at'].includes(String(steps.at(-1)))) return changes;
  const instants = [
    'yesterday',
    '',
    '2026-01-31',
    '2026-02-30T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:30:00+2',
  ];
  return [...changes, ...instants.map((instant) => refused(`the instant '${instant}'`, steps, instant))];
}

function changesOfNumber({ minimum = 0 }: Schema, steps: Step[]): ValueChange[] {
  return [
    taken('a number at minimum', steps, minimum),
    taken('the least number above minimum', steps, minimum + Number.MIN_VALUE),
    refused('a number 1 below minimum', steps, minimum - 1),
    refused('a number just below minimum', steps, minimum - Number.MIN_VALUE),
    refused(INEXACT, steps, INEXACT),
  ];
}

function changesOfInteger({ minimum = 0, maximum = 0 }: Schema, steps: Step[]): ValueChange[] {
  return [
    taken('an integer at minimum', steps, minimum),
    taken('an integer at maximum', steps, maximum),
    refused('an integer below minimum', steps, minimum - 1),
    refused('an integer above maximum', steps, maximum + 1),
    refused('a number between integers', steps, minimum + 0.5),
    refused(INEXACT, steps, INEXACT),
  ];
}

function changesOfList(schema: Schema, value: unknown, steps: Step[], isReference: boolean): ValueChange[] {
  const { items = {}, minItems = 0, maxItems = 0 } = schema;
  const entries = Array.isArray(value) ? value : [];
  const ofEntry = changesOf(items, undefined, [...steps, entries.length], isReference).map((change) => ({
    ...change,
    steps,
    value: [...entries, change.value],
  }));
  const list = (length: number) => Array.from({ length }, (_, index) => `id-${index}`);
  const few = minItems === 0 ? taken('an empty list', steps, []) : refused('an empty list', steps, []);
  // Of words, each is in the list once at most: more of them would break another rule, too.
  if (items.enum !== undefined) return [...ofEntry, few];
  const changes = [...ofEntry, few, refused('a list above maxItems', steps, list(maxItems + 1))];
  return isReference ? changes : [...changes, taken('a list at maxItems', steps, list(maxItems))];
}

function changesOfMetadata(steps: Step[]): ValueChange[] {
  const wide = (unit: string, bytes: number) => ({ k: unit.repeat((bytes - 8) / Buffer.byteLength(unit)) });
  const nested = (depth: number): object => (depth === 1 ? {} : { k: nested(depth - 1) });
  const inside = (kind: string, value: object, below: string): ValueChange => ({
    ...refused(kind, steps, value),
    pointer: `${pointerTo(steps)}${below}`,
  });
  return [
    taken('an empty object', steps, {}),
    taken(`${MAX_DEPTH} levels`, steps, nested(MAX_DEPTH)),
    refused(`${MAX_DEPTH + 1} levels`, steps, nested(MAX_DEPTH + 1)),
    ...['x', 'é', '𝕏'].flatMap((unit) => [
      taken(`${MAX_BYTES} bytes of ${unit}`, steps, wide(unit, MAX_BYTES)),
      refused(`over ${MAX_BYTES} bytes of ${unit}`, steps, wide(unit, MAX_BYTES + Buffer.byteLength(unit))),
    ]),
    inside('NUL deep in metadata', { a: [{ b: '\0' }] }, '/a/0/b'),
    inside('NUL in a key of metadata', { a: [{ 'b\0': 1 }] }, '/a/0/b\0'),
    inside('a lone surrogate deep in metadata', { a: [[], { 'b/c': '\udfff' }] }, '/a/1/b~1c'),
    inside('a lone surrogate in a key of metadata', { 'a~\ud800': 1 }, '/a~0\ufffd'),
    inside(`${INEXACT} deep in metadata`, { a: { b: [0, INEXACT] } }, '/a/b/1'),
  ];
}

function changesOfObject(schema: Schema, value: unknown, steps: Step[]): ValueChange[] {
  const { properties = {}, required = [] } = schema;
  const before = (value ?? {}) as Record<string, unknown>;
  // Bodies are strict everywhere, whatever the document says of it.
  const extras = EXTRA_MEMBERS.filter((name) => !Object.hasOwn(properties, name));
  return [
    ...required.map((name) => refused('a member left out', [...steps, name], ABSENT)),
    ...extras.map((name) => refused('a member too many', [...steps, name], 1)),
    ...Object.entries(properties).flatMap(([name, one]) =>
      changesOf(one, before[name], [...steps, name], REFERENCES.includes(name)),
    ),
  ];
}

function taken(kind: string, steps: Step[], value: unknown): ValueChange {
  return { kind, steps, pointer: null, value };
}

function refused(kind: string, steps: Step[], value: unknown): ValueChange {
  return { kind, steps, pointer: pointerTo(steps), value };
}

function pointerTo(steps: Step[]): string {
  return steps.map((step) => `/${escapePointer(String(step))}`).join('');
}

function branchesOf(schema: Schema): Schema[] {
  return schema.anyOf ?? [schema];
}

function allTypesOf(schema: Schema): string[] {
  return branchesOf(schema).flatMap(typesOf);
}
