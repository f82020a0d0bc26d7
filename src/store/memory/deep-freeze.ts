/**
 * Freezes a JSON value to the bottom. What is frozen was frozen here, so it is not entered again;
 * the JSON parser bounds the depth.
 */
export function deepFreeze<T>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const key in value) if (typeof value[key] === 'object') deepFreeze(value[key]);
  return Object.freeze(value);
}
