import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRun } from '../../../src/domain/run/create-run.ts';
import type { Stores, TenantStores } from '../../../src/start/stores.ts';
import { openLedger } from '../../../src/store/postgres/ledger.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/pool.ts';
import { settledNumber } from '../../../src/store/postgres/settled-events.ts';
import { STATEMENTS } from '../../../src/store/postgres/statements.ts';
import { startPostgres } from '../../postgres.ts';
import { postgresStores } from '../../product-stores.ts';
import { addRun, SLOW, stamp } from '../contract/kit.ts';
import { newDatabase, sql } from '../database.ts';

let options: Awaited<ReturnType<typeof newDatabase>>;
let stores: Stores;
let database: Database;
beforeAll(async () => {
  options = await newDatabase();
  stores = await postgresStores(options);
  database = openDatabase(options);
});
afterAll(async () => {
  await database.close();
  await stores.close();
});

const open = new Set<pg.Client>();
// What a failed case leaves open would keep the others waiting.
afterEach(async () => {
  for (const client of open) await client.end();
  open.clear();
});

/** A transaction that stays open after `statements`, until `end` is called. */
async function openTransaction(...statements: string[]) {
  const client = new pg.Client(options.url);
  await client.connect();
  open.add(client);
  await client.query('BEGIN');
  for (const text of statements) await client.query(text);
  return {
    async end(how: 'COMMIT' | 'ROLLBACK') {
      await client.query(how);
      open.delete(client);
      await client.end();
    },
  };
}

/** Has drawn the number of an event of the tenant, and does not end. */
const stuckWriter = (tenant: string) => {
  const { event } = createRun({ name: 'stuck', owner: 'team' }, uuidv7(), stamp());
  return openTransaction(`SELECT record_event('${tenant}', '${event.run_id}', '${JSON.stringify(event)}')`);
};

const scan = (tenant: string) => openLedger(database, tenant).scan;

async function readAll({ events }: TenantStores, limit: number, until: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let last = false; ; ) {
    const batch: Awaited<ReturnType<typeof events.after>> = await events.after(cursor, limit);
    cursor = batch.cursor;
    seen.push(...batch.events.map(({ id }) => id));
    if (batch.events.length > 0) continue;
    if (last) return seen;
    last = until();
  }
}

/** A reader that has noted the last number asks again who has not ended. */
const WAITING = `SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'SELECT event_writers()%'`;
const PATIENT = { timeout: 30_000, interval: 10 };

describe('a reader of the log', () => {
  it('waits for a writer that has drawn a number, skips nothing, and keeps no other writer waiting', async () => {
    const store = stores.of('stuck');
    const first = await addRun(store);
    const writer = await stuckWriter('stuck');
    const last = await addRun(store);
    let isSettled = false;
    const reading = store.events.after(null, 10).finally(() => {
      isSettled = true;
    });
    // What is written before the reader has noted the last number would be among the events.
    await vi.waitFor(async () => expect(await sql(options.url, WAITING)).toHaveLength(1), PATIENT);
    // Each of these would time out behind a reader that holds or waits for the lock of the writers.
    for (let count = 0; count < 100; count += 1) await addRun(store);
    await Promise.all(Array.from({ length: 64 }, () => addRun(stores.of('another'))));
    expect(isSettled).toBe(false);
    await writer.end('COMMIT');
    const { events } = await reading;
    expect(events.map((event) => event.data)).toMatchObject([{ id: first.id }, { name: 'stuck' }, { id: last.id }]);
  });

  it('goes on where the writer that it waited for has given up', async () => {
    const store = stores.of('rolled back');
    const writer = await stuckWriter('rolled back');
    const { id } = await addRun(store);
    const reading = store.events.after(null, 10);
    await writer.end('ROLLBACK');
    expect((await reading).events).toMatchObject([{ run_id: id }]);
  });

  it('does not wait for transactions that record no event, however long they are open', async () => {
    const store = stores.of('beside others');
    const others = [
      await openTransaction('SELECT pg_current_xact_id()', 'CREATE TABLE of_another (n integer)'),
      await openTransaction('SELECT pg_advisory_xact_lock_shared(1296127061)'),
      await openTransaction('SELECT pg_advisory_xact_lock_shared(0, 1296127060)'),
    ];
    const { id } = await addRun(store);
    expect((await store.events.after(null, 10)).events).toMatchObject([{ run_id: id }]);
    for (const other of others) await other.end('ROLLBACK');
  });

  it('does not wait where its tenant has nothing new', async () => {
    const store = stores.of('nothing new');
    await addRun(store);
    const { cursor } = await store.events.after(null, 10);
    const writer = await stuckWriter('a busy tenant');
    expect(await store.events.after(cursor, 10)).toEqual({ events: [], cursors: [], cursor });
    await writer.end('ROLLBACK');
  });

  it('reports the store as unavailable where a writer does not end, and reads on from there later', async () => {
    const store = stores.of('patience');
    await addRun(store);
    const writer = await stuckWriter('patience');
    const cause = {
      message: expect.stringMatching(/^Transactions that record events have not ended for 200 ms: \d+\/\d+$/),
    };
    await expect(settledNumber(scan('patience'), '0', 200)).rejects.toMatchObject({ code: 'store_unavailable', cause });
    await writer.end('COMMIT');
    expect(await settledNumber(scan('patience'), '0', 20_000)).toMatch(/^\d+$/);
    expect((await store.events.after(null, 10)).events).toHaveLength(2);
  });

  it('is not kept waiting by a reader of the version before, nor keeps one waiting', async () => {
    const store = stores.of('both versions');
    await addRun(store);
    const before = await openTransaction('SELECT last_settled_event()');
    expect((await store.events.after(null, 10)).events).toHaveLength(1);
    await before.end('COMMIT');
  });

  it('sees each of 60,000 events of 64 writers once, those of each run in order', SLOW, async () => {
    const RUNS = 64;
    const EACH = Math.ceil(60_000 / RUNS);
    const tenant = 'race';
    const text = 'SELECT record_event($1, $2, $3)';
    const written = new Map<string, string[]>();
    let writing = RUNS;
    const writers = Array.from({ length: RUNS }, async (_, run) => {
      const client = new pg.Client(options.url);
      await client.connect();
      const ids: string[] = [];
      for (let count = 0; count < EACH; count += 1) {
        const id = `${run} ${count}`;
        await client.query({ name: 'race', text }, [tenant, `run ${run}`, `{"id":"${id}"}`]);
        ids.push(id);
      }
      written.set(String(run), ids);
      await client.end();
      writing -= 1;
    });
    const reading = readAll(stores.of(tenant), 1_000, () => writing === 0);
    await Promise.all(writers);
    const seen = await reading;
    expect(seen).toHaveLength(RUNS * EACH);
    for (const [run, ids] of written) expect(seen.filter((id) => id.startsWith(`${run} `))).toEqual(ids);
  });
});

it('a reader of the log reads no standby, whose list of writers is empty', SLOW, async () => {
  const server = await startPostgres();
  const settings = { ...options, url: server.url };
  const copy = openDatabase(settings);
  try {
    const primary = await postgresStores(settings);
    await addRun(primary.of('tenant'));
    await primary.close();
    const [found] = await sql<{ data_directory: string }>(server.url, 'SHOW data_directory');
    await writeFile(join(found?.data_directory ?? '', 'standby.signal'), '');
    await server.restart();
    const { scan } = openLedger(copy, 'tenant');
    await expect(settledNumber(scan, '0', 1_000)).rejects.toMatchObject({ code: 'store_unavailable' });
    // Each statement may go to another server.
    const ask = (name: string, ...values: unknown[]) =>
      copy.query(STATEMENTS.find((one) => one.name === name) ?? { name, text: '' }, ['tenant', ...values]);
    expect(await ask('events', '0', '1000', 10, 1_000_000)).toEqual([{ cut: null, number: null, body: null }]);
    expect(await ask('event_writers')).toEqual([{ writers: null, standby: true }]);
  } finally {
    await copy.close();
    await server.stop();
  }
});
