// Rows are written once and read often, so their JSON text is kept beside them.
import { z } from 'zod';

const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

let kept = new WeakMap<object, string>();
let keptCharacters = 0;

/**
 * The JSON text of a row with the fields that its schema declares and no others. A frozen row cannot change, so its text
 * is made once; an unfrozen one is serialised anew each time. Throws where the row does not fit its schema.
 */
export function rowText(schema: z.ZodType, row: object): string {
  const known = kept.get(row);
  if (known !== undefined) return known;
  const text = jsonText(schema)(row);
  if (Object.isFrozen(row)) keep(row, text);
  return text;
}

/** The same, which is not kept: a row that was just written is seldom read as it is before it changes again. */
export function freshRowText(schema: z.ZodType, row: object): string {
  return kept.get(row) ?? jsonText(schema)(row);
}

const writers = new WeakMap<z.ZodType, (value: unknown) => string>();

/** Writes values as JSON with the declared fields of `schema`, which holds no codec and no transform; throws where one does not fit. */
export function jsonText(schema: z.ZodType): (value: unknown) => string {
  const known = writers.get(schema);
  if (known !== undefined) return known;
  const compiled = z.compile(schema);
  const write = (value: unknown) => JSON.stringify(compiled.parse(value));
  writers.set(schema, write);
  return write;
}

// Forgetting all at once is rare and costs one serialisation a row; telling which row was read last would cost each read.
function keep(row: object, text: string): void {
  keptCharacters += text.length;
  if (keptCharacters > MAX_KEPT_CHARACTERS) {
    kept = new WeakMap();
    keptCharacters = text.length;
  }
  kept.set(row, text);
}
