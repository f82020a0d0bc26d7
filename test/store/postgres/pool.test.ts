import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type PostgresSettings } from '../../../src/store/postgres/pool.ts';
import { newDatabase } from '../database.ts';

const ONE = { name: 'one', text: 'SELECT 1 AS one' };
const SLEEP = { name: 'sleep', text: 'SELECT pg_sleep($1)' };
const BEGIN_AGAIN = { name: 'table', text: 'CREATE TABLE IF NOT EXISTS things (id integer PRIMARY KEY)' };
const INSERT = { name: 'insert', text: 'INSERT INTO things VALUES ($1)' };
const COUNT = { name: 'count', text: 'SELECT count(*)::integer AS count FROM things' };
const UNAVAILABLE = { code: 'store_unavailable' };

let settings: PostgresSettings;
let database: Database;
beforeAll(async () => {
  settings = { ...(await newDatabase()), connections: 3, connectTimeoutMs: 500, statementTimeoutMs: 500 };
  database = openDatabase(settings);
  await database.query(BEGIN_AGAIN, []);
});
afterAll(() => database.close());

describe('a statement', () => {
  it('that takes too long is given up, and the next one is served', async () => {
    await expect(database.query(SLEEP, [5])).rejects.toMatchObject(UNAVAILABLE);
    expect(await database.query(ONE, [])).toEqual([{ one: 1 }]);
  });

  it('waits no longer for a connection than it may', async () => {
    const busy = Array.from({ length: 3 }, () => database.query(SLEEP, [5]).catch((error) => error));
    const late = Array.from({ length: 9 }, () => database.query(SLEEP, [5]).catch((error) => error));
    for (const outcome of await Promise.all([...busy, ...late])) expect(outcome).toMatchObject(UNAVAILABLE);
    expect(await database.query(ONE, [])).toEqual([{ one: 1 }]);
  });

  it('that is wrong is an error of ours, not of the database', async () => {
    await expect(database.query({ name: 'wrong', text: 'SELECT nothing' }, [])).rejects.toMatchObject({
      code: '42703',
    });
  });

  it('keeps what the driver said as the cause', async () => {
    const error = await database.query(SLEEP, [5]).catch((thrown) => thrown);
    expect(error.cause).toMatchObject({ code: '57014' });
    expect(error.message).not.toContain('statement timeout');
  });
});

describe('a transaction', () => {
  it('lands whole, or not at all when its work throws', async () => {
    const boom = new Error('boom');
    const failing = database.transaction(async (query) => {
      await query(INSERT, [1]);
      throw boom;
    });
    await expect(failing).rejects.toBe(boom);
    expect(await database.query(COUNT, [])).toEqual([{ count: 0 }]);
    await database.transaction((query) => query(INSERT, [1]));
    expect(await database.query(COUNT, [])).toEqual([{ count: 1 }]);
  });

  it('that swallows the failure of a statement is not taken for one that landed', async () => {
    const swallowing = database.transaction(async (query) => {
      await query(INSERT, [7]);
      await query(INSERT, [1]).catch(() => {});
    });
    await expect(swallowing).rejects.toThrow('rolled back');
    expect(await database.query(COUNT, [])).toEqual([{ count: 1 }]);
  });

  it('gives its connection back in order, a hundred times over, whatever happened in it', async () => {
    const outcomes = Array.from({ length: 100 }, (_, index) =>
      database
        .transaction(async (query) => {
          await query(ONE, []);
          if (index % 3 === 0) await query(SLEEP, ['not a number']);
          if (index % 3 === 1) throw new Error('no');
        })
        .catch(() => {}),
    );
    await Promise.all(outcomes);
    expect(await database.query(ONE, [])).toEqual([{ one: 1 }]);
  });

  it('is one with its first statement, though that does not wait until it has begun', async () => {
    const began = { name: 'began', text: 'SELECT transaction_timestamp()::text AS at' };
    const boom = new Error('boom');
    const work = database.transaction(async (query, look) => {
      const [first] = await look<{ at: string }>(began, []);
      await query(SLEEP, [0.01]);
      expect(await look(began, [])).toEqual([first]);
      expect(await query(began, [])).toEqual([first]);
      await query(INSERT, [77]);
      throw boom;
    });
    await expect(work).rejects.toBe(boom);
    const found = { name: 'found', text: 'SELECT id FROM things WHERE id = 77' };
    expect(await database.query(found, [])).toEqual([]);
  });

  it('ends with the first statement that fails, and its connection is used again', async () => {
    const wrong = { name: 'wrong_look', text: 'SELECT nothing' };
    for (let time = 0; time < 10; time += 1) {
      const failing = database.transaction((_query, look) => Promise.all([look(wrong, []), look(ONE, [])]));
      await expect(failing).rejects.toMatchObject({ code: '42703' });
    }
    expect(await database.transaction((_query, look) => look(ONE, []))).toEqual([{ one: 1 }]);
  });
});

describe('a server', () => {
  it('that is not there, hangs up or is no PostgreSQL is unavailable', async () => {
    const server = createServer((socket) => socket.end('go away', () => socket.destroy())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const odd = openDatabase({ ...settings, url: `postgres://maestro@127.0.0.1:${port}/x` });
    await expect(odd.query(ONE, [])).rejects.toMatchObject(UNAVAILABLE);
    server.close();
    await once(server, 'close');
    await expect(odd.query(ONE, [])).rejects.toMatchObject(UNAVAILABLE);
    await expect(odd.transaction((query) => query(ONE, []))).rejects.toMatchObject(UNAVAILABLE);
    await odd.close();
  });

  it('that cuts the connection in the middle of a transaction is unavailable, and ends nothing else', async () => {
    const cut = { name: 'cut', text: 'SELECT pg_terminate_backend($1::integer)' };
    const pid = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' };
    const cutting = database.transaction(async (query) => {
      await query(INSERT, [9]);
      const [own] = await query<{ pid: number }>(pid, []);
      await database.query(cut, [own?.pid]);
      // Nothing is under way on the connection when it ends.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await query(ONE, []);
    });
    await expect(cutting).rejects.toMatchObject(UNAVAILABLE);
    const itself = database.transaction(async (query) => {
      const [own] = await query<{ pid: number }>(pid, []);
      await query(cut, [own?.pid]);
    });
    await expect(itself).rejects.toMatchObject(UNAVAILABLE);
    expect(await database.query(COUNT, [])).toEqual([{ count: 1 }]);
  });

  it('that falls silent in the middle is given up, and served again when it speaks again', {
    tags: 'slow',
  }, async () => {
    const wire = await silenceable(Number(new URL(settings.url).port));
    const url = new URL(settings.url);
    url.port = String(wire.port);
    const through = openDatabase({ ...settings, url: url.href });
    expect(await through.query(ONE, [])).toEqual([{ one: 1 }]);
    expect(await through.read(ONE, [])).toEqual([{ one: 1 }]);
    wire.silent = true;
    await expect(through.query(ONE, [])).rejects.toMatchObject(UNAVAILABLE);
    await expect(through.read(ONE, [])).rejects.toMatchObject(UNAVAILABLE);
    await expect(through.transaction((query) => query(ONE, []))).rejects.toMatchObject(UNAVAILABLE);
    wire.silent = false;
    expect(await through.query(ONE, [])).toEqual([{ one: 1 }]);
    await through.close();
    wire.close();
  });
});

/** A wire to `target` that can fall silent: what is sent then is lost, and nobody is told. */
async function silenceable(target: number) {
  const sockets = new Set<Socket>();
  const wire = { silent: false, port: 0, close: () => {} };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => wire.silent || to.write(data));
      from.on('error', () => {});
      from.on('close', () => wire.silent || to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  wire.port = (server.address() as AddressInfo).port;
  wire.close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return wire;
}
