// Rules for the shape of JSON values: functions that note how a value deviates. They check what a
// published schema demands in a tenth of its time.
import { type JsonObject, objectOf } from '../../../json/fields.ts';
import { escapePointer } from '../../../json/pointer.ts';
import type { Note } from '../../reading.ts';

/**
 * Where a rule is applied, and where it notes findings. The steps are shared: a rule that descends
 * removes its step again.
 */
export type Place = {
  readonly steps: (string | number)[];
  /** `node` is the value with the fault, for readers whose positions are not JSON Pointers. */
  fault(message: string, node: unknown): void;
};

export type Rule = (value: unknown, place: Place) => void;

/** How a notation names a position: by the value there, or by the JSON Pointer to it. */
export type Where = (node: unknown, pointer: string) => string | null;

/** The top of a document. Faults are findings with the code `schema`. */
export function topOf(note: Note, where: Where): Place {
  const steps: (string | number)[] = [];
  const fault = (message: string, node: unknown) =>
    note({ code: 'schema', severity: 'error', message, pointer: where(node, pointerOf(steps)) });
  return { steps, fault };
}

function pointerOf(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${escapePointer(String(step))}`).join('');
}

/** Applies a rule to a part of a value. */
export function within(step: string | number, rule: Rule, value: unknown, place: Place): void {
  place.steps.push(step);
  rule(value, place);
  place.steps.pop();
}

export const text: Rule = (value, place) => {
  if (typeof value !== 'string') place.fault('must be string', value);
};

export const flag: Rule = (value, place) => {
  if (typeof value !== 'boolean') place.fault('must be boolean', value);
};

export const whole: Rule = (value, place) => {
  if (!Number.isInteger(value)) place.fault('must be integer', value);
};

export const anyObject: Rule = (value, place) => {
  if (objectOf(value) === null) place.fault('must be object', value);
};

/** One of several words. */
export function oneOf(...words: readonly string[]): Rule {
  const allowed: ReadonlySet<unknown> = new Set(words);
  return (value, place) => {
    if (!allowed.has(value)) place.fault(`must be one of the allowed values${shown(value)}`, value);
  };
}

const MAX_SHOWN = 80;

function shown(value: unknown): string {
  return typeof value === 'string' ? `, not "${value.slice(0, MAX_SHOWN)}"` : '';
}

/** An array with a minimum number of entries. */
export function list(entry: Rule, least = 0): Rule {
  return (value, place) => {
    if (!Array.isArray(value)) return place.fault('must be array', value);
    if (value.length < least) place.fault(`must NOT have fewer than ${least} items`, value);
    for (const [index, one] of value.entries()) within(index, entry, one, place);
  };
}

/** An object with known fields, some of them required. */
export function shape(required: readonly string[], fields: { readonly [name: string]: Rule }, open = false): Rule {
  const rules = new Map(Object.entries(fields));
  return (value, place) => {
    const object = objectOf(value);
    if (object === null) return place.fault('must be object', value);
    checkFields(object, required, rules, open, place);
  };
}

/**
 * Checks the fields of an object: required fields exist, and all fields are known unless the object
 * is open.
 */
export function checkFields(
  object: JsonObject,
  required: Iterable<string>,
  rules: ReadonlyMap<string, Rule>,
  open: boolean,
  place: Place,
): void {
  for (const name of required) {
    if (!Object.hasOwn(object, name)) place.fault(`must have required property '${name}'`, object);
  }
  for (const name of Object.keys(object)) {
    const rule = rules.get(name);
    if (rule !== undefined) within(name, rule, object[name], place);
    else if (!open) place.fault(`must NOT have additional properties (${name.slice(0, MAX_SHOWN)})`, object);
  }
}
