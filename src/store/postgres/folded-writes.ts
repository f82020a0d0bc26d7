// Writes that come at the same time, folded: each waits until those under way are done, and goes with all that wait in the
// next transaction, so that they share its cost and its wait for the disk.

type Waiting = { row: string; resolve(): void; reject(error: unknown): void };

/** One is at work while the other waits for the disk. More would only make each of them smaller. */
const MOST_UNDER_WAY = 2;
const MOST_TOGETHER = 64;

/**
 * Returns a function that writes one row, given as JSON, by `write`, which takes an array of them as JSON and lands whole or
 * not at all. Where several are refused, each is written again alone, so that none fails for another; where it is not
 * known what became of them, all of them fail.
 */
export function folded(write: (rows: string) => Promise<unknown>, isRefusal: (error: unknown) => boolean) {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let planned = false;

  function plan(): void {
    if (planned || underWay >= MOST_UNDER_WAY || waiting.length === 0) return;
    planned = true;
    // Whatever the event loop still holds comes along.
    setImmediate(() => {
      planned = false;
      const together = waiting.splice(0, MOST_TOGETHER);
      underWay += 1;
      // What failed was told to those who wait for it.
      send(together).then(landed, landed);
      plan();
    });
  }

  function landed(): void {
    underWay -= 1;
    plan();
  }

  async function send(together: readonly Waiting[]): Promise<void> {
    try {
      await write(`[${together.map(({ row }) => row).join(',')}]`);
      for (const { resolve } of together) resolve();
    } catch (error) {
      if (together.length > 1 && isRefusal(error)) await Promise.all(together.map((one) => send([one])));
      else for (const { reject } of together) reject(error);
    }
  }

  return (row: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      plan();
    });
}
