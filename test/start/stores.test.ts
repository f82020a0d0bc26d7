import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { product } from '../../src/start/capabilities.ts';
import { readConfig } from '../../src/start/config.ts';
import { openStores } from '../../src/start/stores.ts';
import { startPostgres } from '../postgres.ts';
import { emptyDatabase, newDatabase } from '../store/database.ts';
import { createRun, start } from './server-process.ts';

describe('the store of the server process', () => {
  it('ends a start on a PostgreSQL that accepts connections and says nothing, in time and in one line', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = { DATABASE_URL: `postgres://maestro:secret@127.0.0.1:${port}/x`, DATABASE_CONNECT_TIMEOUT_MS: '700' };
    for (const args of [[], ['migrate'], ['prune', '2026-01-31']]) {
      const { out, exited } = start(env, ...args);
      expect(await exited).toEqual({ code: 1, signal: null });
      expect(out.errors).toBe(
        `maestro: PostgreSQL at 127.0.0.1:${port} has not answered for 700 ms (DATABASE_CONNECT_TIMEOUT_MS): waited for a connection\n`,
      );
    }
    silent.close();
  });

  it('ends a start that waits for a lock on migrations whose holder does nothing', async () => {
    const { url } = await emptyDatabase();
    const holder = new pg.Client({ connectionString: url, application_name: 'somebody' });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${0x4d53544d})`);
    const { out, exited } = start({ DATABASE_URL: url, DATABASE_CONNECT_TIMEOUT_MS: '700' });
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(out.errors).toMatch(
      /^maestro: The lock on migrations of .+ is held by session \d+ \(somebody .+, idle\), which did nothing for 700 ms .+\n$/,
    );
    await holder.end();
  });

  it('has kept all that it acknowledged when it was killed, and says which store it uses', async () => {
    const { url: DATABASE_URL } = await newDatabase();
    const first = start({ DATABASE_URL });
    const ids = await Promise.all(Array.from({ length: 50 }, async () => createRun(await first.ready(), 'kept')));
    first.child.kill('SIGKILL');
    await first.exited;
    const second = start({ DATABASE_URL });
    const url = await second.ready();
    for (const id of ids) expect((await fetch(`${url}/maestro/runs/${id}`)).status).toBe(200);
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ store: 'postgres', durability: 'durable' });
    expect(second.out.text).toContain('what is acknowledged is on disk');
    expect(second.out.text).not.toContain('forgets');
    second.child.kill('SIGTERM');
    expect(await second.exited).toEqual({ code: 0, signal: null });
  });

  it('answers only 503 with Retry-After while PostgreSQL is away, and serves again by itself', async () => {
    const server = await startPostgres();
    const { out, ready } = start({ DATABASE_URL: server.url, STATEMENT_TIMEOUT_MS: '1000', LOG_LEVEL: 'info' });
    const url = await ready();
    const id = await createRun(url, 'before');
    await server.restart();
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 20_000 }).toBe(200);
    expect((await fetch(`${url}/maestro/runs/${id}`)).status).toBe(200);
    await server.stop();
    const away = await fetch(`${url}/maestro/runs/${id}`);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    expect(((await away.json()) as { type: string }).type).toBe('urn:maestro:problem:store_unavailable');
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await expect.poll(() => out.text).toContain('store_unavailable');
  });
});

it('rows are kept in memory where no database is named', async () => {
  const stores = await openStores(readConfig({}), { warn: () => {} }, product);
  expect(stores).toMatchObject({ kind: 'memory', durability: 'forgets' });
  await stores.close();
});
