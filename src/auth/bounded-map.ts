export type BoundedMap<Key, Value> = {
  get(key: Key): Value | undefined;
  /** Makes it the newest entry. */
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
  size(): number;
};

/** A map of at most `most` entries: a further one takes the place of the oldest. */
export function boundedMap<Key, Value>(most: number): BoundedMap<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    size: () => entries.size,
  };
}
