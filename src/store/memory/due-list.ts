// What waits in the memory store, by when it is due.

type Entry<Item> = { readonly id: string; readonly due: number; readonly item: Item };

export type DueList<Item> = {
  /** The earliest due first; of those due at the same time, the one first put. */
  [Symbol.iterator](): IterableIterator<[id: string, item: Item]>;
  /** The id must not be in the list. */
  put(id: string, due: number, item: Item): void;
  get(id: string): Item | undefined;
  /** Does nothing where the id is not in the list. */
  delete(id: string): void;
};

export function dueList<Item>(): DueList<Item> {
  const entries: Entry<Item>[] = [];
  const byId = new Map<string, Entry<Item>>();
  return {
    *[Symbol.iterator]() {
      for (const { id, item } of entries) yield [id, item];
    },
    put(id, due, item) {
      const entry = { id, due, item };
      byId.set(id, entry);
      entries.splice(placeAfter(entries, due), 0, entry);
    },
    get: (id) => byId.get(id)?.item,
    delete(id) {
      const entry = byId.get(id);
      if (entry === undefined) return;
      byId.delete(id);
      entries.splice(entries.lastIndexOf(entry, placeAfter(entries, entry.due) - 1), 1);
    },
  };
}

/** How many entries are due no later. */
function placeAfter(entries: readonly { due: number }[], due: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.due ?? 0) <= due) low = middle + 1;
    else high = middle;
  }
  return low;
}
