// Values cut to a width that every store can hold and JSON gives back as they are.

const MAX_PARAMETERS_BYTES = 8 * 1024;
const MAX_DIGESTS = 16;
const MAX_DIGEST = 256;

/**
 * Text of at most `max` characters that every store can hold: NUL and lone surrogates become
 * U+FFFD.
 */
export function storable(text: string, max: number): string {
  // Most texts are, and the engine knows which ones have no surrogates: 3.6 times as fast.
  if (text.length <= max && text.isWellFormed() && !text.includes('\0')) return text;
  return text.slice(0, max).toWellFormed().replaceAll('\0', '\ufffd');
}

export type Width = { readonly text: number; readonly entries: number };

export const WIDEST: Width = { text: 512, entries: 200 };
export const WIDTHS: readonly Width[] = [WIDEST, { text: 256, entries: 100 }, { text: 128, entries: 50 }];
export const NARROWEST: Width = { text: 64, entries: 20 };

/**
 * A value within `width`: texts, lists and records are cut. Digests and the parameters of builders
 * have limits of their own.
 */
export function shrink(value: unknown, width: Width, key = ''): unknown {
  if (key === 'parameters') return boundedParameters(value, width);
  if (typeof value === 'string') return storable(value, width.text);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, width.entries).map((one) => shrink(one, width));
  if (key === 'digests') return boundedDigests(value);
  return shrinkRecord(value, width);
}

// Counts that exceed the width, or whose names became equal, are added up under `others`, so that
// their sum stays the same. `__proto__` is never kept: code that copies a record key by key would
// set its prototype.
function shrinkRecord(record: object, width: Width): unknown {
  const entries = Object.entries(record);
  if (entries.length <= width.entries && entries.every(([key]) => SIMPLE_NAME.test(key)))
    return shrinkSimple(entries, width);
  const kept = new Map<string, unknown>();
  for (const [key, value] of entries) {
    const name = storable(key, width.text);
    const hasPlace = kept.has(name) || kept.size < width.entries;
    const place = hasPlace && name !== '__proto__' ? name : OTHERS;
    const before = kept.get(place);
    if (typeof value === 'number' && typeof before === 'number') kept.set(place, jsonNumber(before + value));
    else if (typeof value === 'number') kept.set(place, jsonNumber(value));
    else if (place === name && !kept.has(name)) kept.set(place, shrink(value, width, key));
  }
  return Object.fromEntries(kept);
}

// Without a map of names, which takes three times as long: documents have thousands of subjects.
function shrinkSimple(entries: readonly (readonly [string, unknown])[], width: Width): unknown {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of entries)
    kept[key] = typeof value === 'number' ? jsonNumber(value) : shrink(value, width, key);
  return kept;
}

const OTHERS = 'others';

// Names that stay as they are at every width, so that none becomes equal to another.
const SIMPLE_NAME = /^[A-Za-z][\w.-]{0,63}$/;

// If there are too many, the digests that identify bytes come first, so that others cannot crowd
// them out.
function boundedDigests(digests: object): unknown {
  const entries = Object.entries(digests);
  if (entries.length > MAX_DIGESTS) entries.sort((one, other) => rankOf(one) - rankOf(other));
  const kept: Record<string, string> = {};
  for (const [name, one] of entries.slice(0, MAX_DIGESTS))
    if (name !== '__proto__') kept[storable(name, MAX_DIGEST)] = storable(one, MAX_DIGEST);
  return kept;
}

const rankOf = ([name]: readonly [string, unknown]) => (name === 'sha256' || name === 'sha512' ? 0 : 1);

// These are the builder's own words: they are kept whole or not at all.
function boundedParameters(value: unknown, width: Width): unknown {
  return width !== NARROWEST && sizeOf(value) <= MAX_PARAMETERS_BYTES ? cleaned(value) : null;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storable(value, MAX_PARAMETERS_BYTES);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, one]) => [storable(key, MAX_PARAMETERS_BYTES), cleaned(one)]));
}

// As JSON gives it back: JSON has neither a negative zero nor an infinity (1e999).
function jsonNumber(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** The bytes of a value as JSON. */
export function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
