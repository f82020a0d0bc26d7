// Access to values of unknown shape. A value of another type than requested counts as absent.

export type JsonObject = { readonly [key: string]: unknown };

/** The value where it is an object, else null. Read only its own keys: see `field`. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The field at a path of keys; undefined where any is absent. Inherited keys are never found. */
export function field(value: unknown, ...keys: string[]): unknown {
  let at = value;
  for (const key of keys) {
    const object = objectOf(at);
    if (object === null || !Object.hasOwn(object, key)) return undefined;
    at = object[key];
  }
  return at;
}

/** The text at a path of keys; null where it is no text or empty. */
export function textOf(value: unknown, ...keys: string[]): string | null {
  const found = field(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** The finite number at a path of keys, or null. */
export function numberOf(value: unknown, ...keys: string[]): number | null {
  const found = field(value, ...keys);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** The entries of the array at a path of keys; none where it is no array. */
export function listOf(value: unknown, ...keys: string[]): readonly unknown[] {
  const found = field(value, ...keys);
  return Array.isArray(found) ? found : [];
}

/** The objects in the array at a path of keys. Counts of things count these. */
export function objectsIn(value: unknown, ...keys: string[]): readonly JsonObject[] {
  return listOf(value, ...keys).filter((one): one is JsonObject => objectOf(one) !== null);
}
