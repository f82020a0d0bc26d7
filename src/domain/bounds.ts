// The field types of requests, each with its bound.
import { z } from 'zod';

export const MAX_NAME_CHARACTERS = 256;
export const MAX_LIST_ENTRIES = 1_000;
export const MAX_METADATA_BYTES = 64 * 1024;
export const MAX_METADATA_DEPTH = 32;

/** Storable text of `min` to `max` characters: Unicode code points, as JSON Schema counts. */
export function text(max: number, min: 0 | 1 = 1) {
  return storableText()
    .refine((value) => value.length >= min, { error: 'must not be empty' })
    .refine((value) => value.length <= max || [...value].length <= max, {
      error: `must have at most ${max} characters`,
    })
    .meta({ minLength: min, maxLength: max });
}

/** Any text without NUL and lone surrogates, which PostgreSQL cannot hold. */
export function storableText() {
  return z.string().refine(isStorable, { error: 'must not contain NUL or lone surrogates' });
}

export function isStorable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** A list of up to 1,000 ids, each 1 to 256 characters. */
export function idList() {
  return z.array(text(MAX_NAME_CHARACTERS)).max(MAX_LIST_ENTRIES, `must have at most ${MAX_LIST_ENTRIES} entries`);
}

/** US dollars: finite, not negative. */
export function usDollars() {
  return z.number().min(0, 'must be 0 or more');
}

/**
 * A JSON object of at most 64 KiB (UTF-8 JSON without white space) and 32 levels, itself included.
 */
export function jsonObject() {
  return z
    .record(z.string(), z.unknown())
    .refine((value) => depthOf(value) <= MAX_METADATA_DEPTH, {
      error: `must be at most ${MAX_METADATA_DEPTH} levels deep`,
      abort: true,
    })
    .refine((value) => utf8Length(JSON.stringify(value)) <= MAX_METADATA_BYTES, {
      error: `must take at most ${MAX_METADATA_BYTES} bytes as JSON`,
    });
}

/** An RFC 3339 timestamp; without an offset it is UTC. */
export function timestamp() {
  return z.string().refine((value) => parseTimestamp(value) !== null, {
    error: 'must be an RFC 3339 timestamp such as 2026-01-31T10:30:00Z; without an offset it is UTC',
  });
}

/** A timestamp as Maestro writes it: RFC 3339, UTC, milliseconds. */
export function utcTimestamp() {
  return z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    .meta({ format: 'date-time' });
}

const RFC_3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/i;

/**
 * The instant in UTC with milliseconds (finer digits are cut); null where the text is no timestamp.
 * It reads RFC 3339 section 5.6, and the form without an offset that Python's
 * `datetime.utcnow().isoformat()` writes.
 */
export function parseTimestamp(value: string): string | null {
  const match = RFC_3339.exec(value);
  if (match === null) return null;
  const [, date = '', time = '', fraction = '', offset = 'Z'] = match;
  // Date turns 30 February into a day of March, so the date must survive the round trip.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return null;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const instant = new Date(`${date}T${time}.${millis}${offset.toUpperCase()}`);
  const iso = Number.isNaN(instant.getTime()) ? '' : instant.toISOString();
  // An offset can move the instant out of the years 0000 to 9999, which RFC 3339 cannot write.
  return iso.length === 24 ? iso : null;
}

// The JSON parser bounds nesting, so the recursion is bounded too.
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}

function utf8Length(value: string): number {
  return value.length * 3 <= MAX_METADATA_BYTES ? value.length : new TextEncoder().encode(value).length;
}
