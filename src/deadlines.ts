export type Deadlines<Item> = { begin(item: Item): void; end(item: Item): void; close(): void };

/**
 * Calls `late` for each item that has not ended `ms` milliseconds after it began, or up to a tenth later. A timer for each would cost
 * more than most requests do.
 */
export function deadlines<Item>(ms: number, late: (item: Item) => void): Deadlines<Item> {
  // In the order in which they began.
  const began = new Map<Item, number>();
  const timer = setInterval(
    () => {
      const limit = performance.now() - ms;
      for (const [item, at] of began) {
        if (at > limit) break;
        began.delete(item);
        late(item);
      }
    },
    Math.max(1, Math.min(ms / 10, MOST_BETWEEN_MS)),
  ).unref();
  return {
    begin: (item) => void began.set(item, performance.now()),
    end: (item) => void began.delete(item),
    close: () => clearInterval(timer),
  };
}

const MOST_BETWEEN_MS = 1_000;
