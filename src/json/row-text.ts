// The JSON text of rows. Rows are written once and read often, so their text is cached.
import { z } from 'zod';

const MAX_CACHED_CHARACTERS = 64 * 1024 * 1024;

let cache = new WeakMap<object, string>();
let cachedCharacters = 0;

/**
 * The JSON text of a row with the fields that its schema declares and no others. The text of a
 * frozen row is cached, as the row cannot change. Throws where the row does not fit its schema.
 */
export function rowText(schema: z.ZodType, row: object): string {
  const known = cache.get(row);
  if (known !== undefined) return known;
  const text = jsonText(schema)(row);
  if (Object.isFrozen(row)) remember(row, text);
  return text;
}

/**
 * The same, without filling the cache: a row that was just written often changes before it is read.
 */
export function freshRowText(schema: z.ZodType, row: object): string {
  return cache.get(row) ?? jsonText(schema)(row);
}

const writers = new WeakMap<z.ZodType, (value: unknown) => string>();

/**
 * A function that writes a value as JSON with the fields that `schema` declares. It throws where
 * the value does not fit. The schema must hold no codec and no transform.
 */
export function jsonText(schema: z.ZodType): (value: unknown) => string {
  const known = writers.get(schema);
  if (known !== undefined) return known;
  const compiled = z.compile(schema);
  const write = (value: unknown) => JSON.stringify(compiled.parse(value));
  writers.set(schema, write);
  return write;
}

// Clearing the cache is rare and costs one serialisation for each row. Tracking which row was read
// last would cost every read.
function remember(row: object, text: string): void {
  cachedCharacters += text.length;
  if (cachedCharacters > MAX_CACHED_CHARACTERS) {
    cache = new WeakMap();
    cachedCharacters = text.length;
  }
  cache.set(row, text);
}
