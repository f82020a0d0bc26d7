import { v7 as uuidv7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { ANONYMOUS } from '../../../src/domain/event/actor.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import type { Stores, TenantStores } from '../../../src/start/stores.ts';
import type { PostgresStoreOptions } from '../../../src/store/postgres/postgres.ts';
import { postgresStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract } from '../contract/kit.ts';
import { tenantsContract } from '../contract/tenants.ts';
import { emptyDatabase, newDatabase, sql } from '../database.ts';

contract(
  'postgres',
  async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }),
  tenantsContract,
);

const opened: Stores[] = [];
afterAll(async () => {
  for (const stores of opened) await stores.close();
});

async function open(options: PostgresStoreOptions): Promise<Stores> {
  const stores = await postgresStores(options);
  opened.push(stores);
  return stores;
}

const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'request', actor: ANONYMOUS });

async function addRun(store: TenantStores): Promise<string> {
  const { run, event } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp());
  return (await store.runs.create(run, event)).id;
}

async function addArtifact(store: TenantStores, run_id: string): Promise<string> {
  const request = { run_id, kind: 'sbom' as const, path_or_uri: 'file' };
  const { artifact, event } = createArtifact(request, uuidv7(), stamp());
  return (await store.artifacts.create(artifact, event)).id;
}

describe('a server that acknowledges before its disk does', () => {
  it('is refused, unless that is allowed, and then it says so', async () => {
    const options = await emptyDatabase();
    const name = new URL(options.url).pathname.slice(1);
    await sql(options.url, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    await expect(postgresStores(options)).rejects.toThrow(
      'The database has synchronous_commit=off: what it acknowledges can be lost',
    );
    expect((await sql(options.url, "SELECT to_regclass('runs') AS runs"))[0]).toEqual({ runs: null });
    expect((await open({ ...options, allowUnsafeDurability: true })).durability).toBe('unsafe');
    await sql(options.url, `ALTER DATABASE ${name} RESET synchronous_commit`);
    expect((await open(options)).durability).toBe('durable');
  });
});

describe('a server that can only be read', () => {
  it('answers no ping and takes no write', async () => {
    const options = await newDatabase();
    await (await open(options)).ping();
    await sql(
      options.url,
      `ALTER DATABASE ${new URL(options.url).pathname.slice(1)} SET default_transaction_read_only = on`,
    );
    const stores = await open({ ...options, migrate: false }).catch(() => null);
    // The migrations' own lock needs no write, so the store opens.
    expect(stores).not.toBeNull();
    await expect(stores?.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(addRun((stores as Stores).of('default'))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});

describe('what is stale', () => {
  it('is found behind 3,000 that are leased or were verified with a newer trust', async () => {
    const options = await newDatabase();
    const store = (await open(options)).of('default');
    const row = "'default', lpad(n::text, 9, '0')";
    const reading = `${row}, 'r', '{}', 2, '{}', CASE WHEN n <= 4000 THEN 'a' ELSE 'c' END`;
    await sql(
      options.url,
      `INSERT INTO runs VALUES ('default', 'r', 'o', 's', '{}', 2);
       INSERT INTO artifacts SELECT ${row}, 'r', jsonb_build_object('id', n)::json, 2 FROM generate_series(1, 6000) n;
       INSERT INTO readings (tenant, artifact_id, run_id, body, bytes, findings, trust, reader, verified_since, verify_leased_until)
         SELECT ${reading}, 3, CASE WHEN n <= 4000 THEN now() - interval '1 day' ELSE now() + interval '1 day' END,
         CASE WHEN n <= 3000 THEN now() + interval '1 day' ELSE '-infinity' END FROM generate_series(1, 6000) n`,
    );
    const lease = 60_000;
    const trust = { reader: 3, digest: 'b', since: stamp().at };
    const taken: unknown[] = [];
    for (let time = 0; time < 10; time += 1) {
      const some = await Promise.all(
        Array.from({ length: 10 }, () => store.readings.leaseStale(10, trust, null, lease)),
      );
      taken.push(...some.flat().map(({ artifact }) => artifact.id));
    }
    expect(taken.sort()).toEqual(Array.from({ length: 1_000 }, (_, index) => 3_001 + index));
    expect(await store.readings.leaseStale(10, trust, null, lease)).toEqual([]);
    expect(await store.readings.countStale(trust, 10_000)).toBe(6_000);
  });
});

describe('two processes on one database', () => {
  it('see each other’s writes at once, and each event once, those of one run in the order of their effects', async () => {
    const options = await newDatabase();
    const [one, two] = [(await open(options)).of('default'), (await open(options)).of('default')];
    const runs = await Promise.all(Array.from({ length: 8 }, () => addRun(one)));
    for (const run of runs) expect((await two.runs.get(run)).id).toBe(run);
    const acknowledged: string[] = [];
    let writing = true;
    const seen: { run_id: string; artifact: string }[] = [];
    const reader = (async () => {
      let cursor: string | null = null;
      for (let last = false; !last; ) {
        last = !writing;
        for (;;) {
          const batch: Awaited<ReturnType<TenantStores['events']['after']>> = await two.events.after(cursor, 50);
          cursor = batch.cursor;
          if (batch.events.length === 0) break;
          for (const event of batch.events) {
            if (event.type === 'artifact.created') seen.push({ run_id: event.run_id, artifact: event.artifact_id });
          }
        }
      }
    })();
    await Promise.all(
      Array.from({ length: 64 }, async (_, writer) => {
        for (let count = 0; count < 20; count += 1) {
          acknowledged.push(await addArtifact(writer % 2 === 0 ? one : two, runs[writer % runs.length] as string));
        }
      }),
    );
    writing = false;
    await reader;
    expect(seen.map(({ artifact }) => artifact).sort()).toEqual(acknowledged.sort());
    expect(new Set(seen.map(({ artifact }) => artifact)).size).toBe(seen.length);
  });
});
