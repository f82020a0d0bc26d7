export type Deadlines<Item> = {
  /** Gives an item `ms` milliseconds from now, whatever it had before. */
  begin(item: Item, ms: number): void;
  end(item: Item): void;
  /** Calls `late` for all items that have not ended. */
  endAll(): void;
  close(): void;
};

/**
 * Calls `late` once for each item that has not ended in time, up to `everyMs` milliseconds later. A
 * timer for each item would cost more than most requests do.
 */
export function deadlines<Item>(everyMs: number, late: (item: Item) => void): Deadlines<Item> {
  const ends = new Map<Item, number>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const [item, at] of ends) {
      if (at > now) continue;
      ends.delete(item);
      late(item);
    }
  }, everyMs).unref();
  return {
    begin: (item, ms) => void ends.set(item, performance.now() + ms),
    end: (item) => void ends.delete(item),
    endAll() {
      const items = [...ends.keys()];
      ends.clear();
      for (const item of items) late(item);
    },
    close: () => clearInterval(timer),
  };
}
