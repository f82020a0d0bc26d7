// Connections that requests share: a statement is sent without waiting for the answers to those
// before it, and statements that come together are sent together. Sent one by one, most of the time
// would go into system calls.
import type pg from 'pg';

/**
 * A connection that requests share: none joins it after a while, so that a long statement delays
 * few others.
 */
type Shared = { client: Promise<pg.PoolClient>; joinableUntil: number; underWay: number; broken: boolean };

const JOINABLE_MS = 20;
const MOST_UNDER_WAY = 64;

/**
 * Runs `work` with a connection of the pool that others use at the same time, in no transaction.
 */
export type Share = <Result>(work: (client: pg.PoolClient) => Promise<Result>) => Promise<Result>;

export function sharedConnections(pool: pg.Pool): Share {
  let latest: Shared | null = null;

  function join(): Shared {
    const now = performance.now();
    if (latest === null || latest.broken || now >= latest.joinableUntil || latest.underWay >= MOST_UNDER_WAY) {
      latest = { client: pool.connect(), joinableUntil: now + JOINABLE_MS, underWay: 0, broken: false };
    }
    latest.underWay += 1;
    return latest;
  }

  function leave(shared: Shared, client: pg.PoolClient): void {
    shared.underWay -= 1;
    if (shared.underWay > 0) return;
    if (latest === shared) latest = null;
    client.release(shared.broken);
  }

  return async (work) => {
    const shared = join();
    let client: pg.PoolClient;
    try {
      client = await shared.client;
    } catch (error) {
      shared.broken = true;
      throw error;
    }
    try {
      sendTogether(client);
      return await work(client);
    } catch (error) {
      // Whatever it was, no other request is to meet it.
      shared.broken = true;
      throw error;
    } finally {
      leave(shared, client);
    }
  };
}

/** Holds back what is written until everything that waits in the event loop was processed. */
function sendTogether({ connection: { stream } }: pg.PoolClient): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
