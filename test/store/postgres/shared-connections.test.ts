import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type PostgresSettings } from '../../../src/store/postgres/pool.ts';
import { newDatabase, sql } from '../database.ts';

const ECHO = { name: 'echo', text: 'SELECT $1::integer AS value, pg_backend_pid() AS pid' };
const SLEEP = { name: 'sleep', text: 'SELECT pg_sleep($1)' };
const WRONG = { name: 'wrong', text: 'SELECT 1 / $1::integer' };

type Echo = { value: number; pid: number };

let settings: PostgresSettings;
const opened: Database[] = [];
beforeAll(async () => {
  settings = { ...(await newDatabase()), connections: 3, connectTimeoutMs: 2_000, statementTimeoutMs: 2_000 };
});
afterAll(async () => {
  for (const database of opened) await database.close();
});

function open(change: Partial<PostgresSettings> = {}): Database {
  const database = openDatabase({ ...settings, ...change });
  opened.push(database);
  return database;
}

describe('reads that come at the same time', () => {
  it('share connections, and each gets its own answer', async () => {
    const database = open();
    const answers = await Promise.all(Array.from({ length: 500 }, (_, value) => database.read<Echo>(ECHO, [value])));
    for (const [value, rows] of answers.entries()) expect(rows).toMatchObject([{ value }]);
    expect(new Set(answers.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(3);
  });

  it('fail alone', async () => {
    const database = open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, value) =>
        value % 10 === 3 ? database.read(WRONG, [0]) : database.read<Echo>(ECHO, [value]),
      ),
    );
    for (const [value, outcome] of outcomes.entries()) {
      if (value % 10 === 3) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
      else expect(outcome).toMatchObject({ status: 'fulfilled', value: [{ value }] });
    }
  });

  it('do not wait for a slow one that went before', async () => {
    const database = open();
    const order: string[] = [];
    const slow = database.read(SLEEP, [0.5]).then(() => order.push('slow'));
    await sleep(50);
    await database.read(ECHO, [1]).then(() => order.push('quick'));
    await slow;
    expect(order).toEqual(['quick', 'slow']);
  });

  it('leave room for writes, even on one connection', async () => {
    const database = open({ connections: 1 });
    let reading = true;
    const readers = Array.from({ length: 8 }, async () => {
      let count = 0;
      for (; reading; count += 1) await database.read(ECHO, [count]);
      return count;
    });
    await sleep(50);
    for (let count = 0; count < 5; count += 1) await database.transaction((query) => query(ECHO, [count]));
    reading = false;
    for (const count of await Promise.all(readers)) expect(count).toBeGreaterThan(0);
  });

  it('are unavailable when their connection is cut, and served on another at once', async () => {
    const database = open();
    const reads = Array.from({ length: 50 }, (_, value) => database.read<Echo>(ECHO, [value]));
    const hanging = Promise.allSettled([database.read(SLEEP, [1]), database.read(ECHO, [1])]);
    const [[first]] = (await Promise.all(reads)) as [Echo[]];
    await sql(settings.url, `SELECT pg_terminate_backend(${first?.pid})`);
    for (const read of await hanging) expect(read).toMatchObject({ reason: { code: 'store_unavailable' } });
    expect(await database.read<Echo>(ECHO, [7])).toMatchObject([{ value: 7 }]);
  });
});
