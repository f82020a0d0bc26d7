// Processes are killed while clients write, who send again what they got no answer to. `FAULTS` is how often.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { TenantStores } from '../../src/start/stores.ts';
import type { PostgresServer } from '../postgres.ts';
import { postgresStores } from '../product-stores.ts';
import { FAULTS, newServer, startMaestro, stopAll } from './processes.ts';

const WRITERS = 8;
const RECOVERY_LIMIT_MS = 5_000;

afterAll(stopAll);

type Write = { key: string; id: string; sent: number };

/** Creates one run after the other until told to stop; each is sent until it is acknowledged, under one key. */
async function write(url: string, writer: number, until: { stop: boolean }): Promise<Write[]> {
  const acknowledged: Write[] = [];
  while (!until.stop) {
    const key = `${writer}-${acknowledged.length}`;
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ name: key, owner: `writer ${writer}` }),
    };
    for (let sent = 1; ; sent += 1) {
      const answer = await fetch(`${url}/maestro/runs`, request).then(
        async (response) => ({ status: response.status, body: (await response.json()) as { id: string } }),
        () => null,
      );
      if (answer?.status === 201) {
        acknowledged.push({ key, id: answer.body.id, sent });
        break;
      }
      // Nothing but an outage may be answered.
      if (answer !== null) expect(answer.status).toBe(503);
      await sleep(10);
    }
  }
  return acknowledged;
}

/** Names of runs by id, and how many events tell of each. */
async function stored(url: string) {
  const settings = { connections: 2, connectTimeoutMs: 10_000, statementTimeoutMs: 20_000, maxArtifactsPerRun: 1 };
  const stores = await postgresStores({ ...settings, url, migrate: false, allowUnsafeDurability: true });
  const store = stores.of('default');
  const names = new Map<string, string>();
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<TenantStores['runs']['list']>> = await store.runs.list({}, { limit: 1_000, cursor });
    for (const { id, name } of page.rows) names.set(id, name);
    cursor = page.next;
    if (cursor === null) break;
  }
  const told = new Map<string, number>();
  for (let cursor: string | null = null; ; ) {
    const batch: Awaited<ReturnType<TenantStores['events']['after']>> = await store.events.after(cursor, 1_000);
    for (const { run_id } of batch.events) told.set(run_id, (told.get(run_id) ?? 0) + 1);
    cursor = batch.cursor;
    if (batch.events.length === 0) break;
  }
  await stores.close();
  return { names, told };
}

async function survive(server: PostgresServer, faults: number, fault: 'PostgreSQL' | 'Maestro', environment = {}) {
  const maestro = await startMaestro(server.url, environment);
  // The schema at least is on disk, on the server that promises nothing, too.
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('CHECKPOINT');
  await client.end();
  const until = { stop: false };
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(maestro.url, writer, until)));
  const recoveries: number[] = [];
  for (let count = 0; count < faults; count += 1) {
    await sleep(300);
    if (fault === 'PostgreSQL') await server.restart('SIGKILL');
    else await maestro.restart('SIGKILL');
    recoveries.push(await maestro.untilReady());
  }
  until.stop = true;
  const acknowledged = (await writing).flat();
  expect(maestro.alive()).toBe(true);
  return { acknowledged, recoveries, ...(await stored(server.url)) };
}

describe.each(['PostgreSQL', 'Maestro'] as const)('%s killed under 8 writers', (fault) => {
  it('loses no acknowledged run, makes none twice, and parts no run from its event', async () => {
    const { acknowledged, recoveries, names, told } = await survive(await newServer(), FAULTS, fault);
    const lost = acknowledged.filter(({ id, key }) => names.get(id) !== key);
    expect(lost).toEqual([]);
    expect(new Set(names.values()).size, 'runs made twice').toBe(names.size);
    expect([...told.keys()].sort()).toEqual([...names.keys()].sort());
    expect([...told.values()].filter((count) => count !== 1)).toEqual([]);
    // Else the faults came at no bad moment, and nothing was shown.
    expect(acknowledged.some(({ sent }) => sent > 1)).toBe(true);
    expect(acknowledged.length).toBeGreaterThan(WRITERS * FAULTS);
    expect(recoveries.filter((ms) => ms > RECOVERY_LIMIT_MS)).toEqual([]);
  }, 600_000);
});

describe('the same on a server that acknowledges before its disk does', () => {
  it('does find losses', async () => {
    const server = await newServer(['synchronous_commit=off', 'wal_writer_delay=10s', 'wal_writer_flush_after=1GB']);
    const { acknowledged, names } = await survive(server, FAULTS, 'PostgreSQL', { ALLOW_UNSAFE_DURABILITY: 'true' });
    expect(acknowledged.filter(({ id }) => !names.has(id)).length).toBeGreaterThan(0);
  }, 600_000);
});
