// What values of unknown shape are looked at with: whatever is not of the type asked for is not there.

export type JsonObject = { readonly [key: string]: unknown };

/** The object that a value is, or null. Only its own keys may be read: see `field`. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** A field of a value, along keys; undefined where any of them is not there. Nothing inherited is ever found. */
export function field(value: unknown, ...keys: string[]): unknown {
  let at = value;
  for (const key of keys) {
    const object = objectOf(at);
    if (object === null || !Object.hasOwn(object, key)) return undefined;
    at = object[key];
  }
  return at;
}

/** A text of a value, along keys; null where it is none or empty. */
export function textOf(value: unknown, ...keys: string[]): string | null {
  const found = field(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** A finite number of a value, along keys, or null. */
export function numberOf(value: unknown, ...keys: string[]): number | null {
  const found = field(value, ...keys);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** The entries of an array of a value, along keys; none where it is no array. */
export function listOf(value: unknown, ...keys: string[]): readonly unknown[] {
  const found = field(value, ...keys);
  return Array.isArray(found) ? found : [];
}

/** Those entries of an array of a value, along keys, that are objects: what counts where things are counted. */
export function objectsIn(value: unknown, ...keys: string[]): readonly JsonObject[] {
  return listOf(value, ...keys).filter((one): one is JsonObject => objectOf(one) !== null);
}
