// Writes that come at the same time, folded: each waits until those under way are done, and goes
// with all that wait in the next transaction, so that they share its cost and its wait for the
// disk.

type Waiting<Item> = { item: Item; resolve(): void; reject(error: unknown): void };

/** One is at work while the other waits for the disk. More would only make each of them smaller. */
const MAX_UNDER_WAY = 2;
const MAX_TOGETHER = 64;

/**
 * Returns a function that writes one item by `write`, which takes several and lands whole or not at
 * all. Where several are refused, each is written again alone, so that none fails because of
 * another; where it is not known whether they have landed, all of them fail.
 */
export function folded<Item>(
  write: (items: readonly Item[]) => Promise<unknown>,
  isRefusal: (error: unknown) => boolean,
): (item: Item) => Promise<void> {
  const waiting: Waiting<Item>[] = [];
  let underWay = 0;
  let planned = false;

  function plan(): void {
    if (planned || underWay >= MAX_UNDER_WAY || waiting.length === 0) return;
    planned = true;
    // What the event loop still holds comes along.
    setImmediate(() => {
      planned = false;
      const together = waiting.splice(0, MAX_TOGETHER);
      underWay += 1;
      // A failure was reported to the callers that wait for it.
      send(together, write, isRefusal).then(landed, landed);
      plan();
    });
  }

  function landed(): void {
    underWay -= 1;
    plan();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      plan();
    });
}

async function send<Item>(
  together: readonly Waiting<Item>[],
  write: (items: readonly Item[]) => Promise<unknown>,
  isRefusal: (error: unknown) => boolean,
): Promise<void> {
  try {
    await write(together.map(({ item }) => item));
    for (const { resolve } of together) resolve();
  } catch (error) {
    if (together.length > 1 && isRefusal(error))
      await Promise.all(together.map((one) => send([one], write, isRefusal)));
    else for (const { reject } of together) reject(error);
  }
}
