import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STATEMENTS } from '../../../src/store/postgres/statements.ts';
import { postgresStores } from '../../product-stores.ts';
import { newDatabase, sql } from '../database.ts';

const ofKind = (...kinds: string[]) =>
  STATEMENTS.filter(({ kind }) => kinds.includes(kind)).map(({ name, text }) => [name, text] as const);

const OF_LEASES = ['leased_until', 'attempts', 'failures', 'failed_at', 'failed_until', 'failure'];

const WRITES = /\b(INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b/;
/** Without the locks that a SELECT may take. */
const withoutLocks = (text: string) => text.replaceAll(/FOR (NO KEY )?UPDATE/g, '');

describe('no statement reads a whole table', () => {
  it.each(STATEMENTS.map(({ name, text }) => [name, text]))('%s', async (_name, text) => {
    const { url } = await filled;
    const plan = await sql<{ 'QUERY PLAN': string }>(url, `EXPLAIN (GENERIC_PLAN) ${text}`);
    const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
    // Their number of rows never changes.
    expect(lines.replaceAll(/Seq Scan on (content_place|write_probes)/g, '')).not.toMatch(/Seq Scan/);
    if (/FROM (runs|artifacts|disclosure_packs|events|readings|waiting_readings|tokens)/.test(text))
      expect(lines).toMatch(/Index (Only )?Scan/);
  });
});

describe('a statement that writes rows', () => {
  it.each(ofKind('write'))('records their event: %s', async (name) => {
    const { url } = await filled;
    const [found] = await sql<{ source: string }>(
      url,
      `SELECT prosrc AS source FROM pg_proc WHERE proname = '${name}' AND proargtypes[0] = 'json'::regtype`,
    );
    expect(found?.source).toMatch(/record_event\(given\.tenant, [a-z_.]+, event\)|INSERT INTO events/);
  });

  it('is refused without an event, and leaves nothing behind', async () => {
    const { url } = await filled;
    const run = '{"tenant": "t", "runs": [{"id": "r", "owner": "o", "status": "pending", "bytes": 2}]}';
    await expect(sql(url, `SELECT create_runs('[${run}]')`)).rejects.toThrow(/null value/);
    await expect(sql(url, `SELECT create_runs('[${run}, {}]')`)).rejects.toThrow(/null value/);
    await sql(url, `SELECT create_runs('[${run}, {"e": 1}, {"b": 1}]')`);
    const artifact =
      '{"tenant": "t", "id": "a", "run_id": "r", "max_artifacts": 9, "max_bytes": 999, "bytes": 2, "is_pending": false}';
    const token = '{"tenant": "t", "id": "k", "expires_at": "x", "revoked_at": "x", "bytes": 2}';
    const again = '{"tenant": "t", "id": "r", "run_id": "r", "bytes": 2, "owner": "x", "status": "x"}';
    for (const call of [
      `create_artifact('${artifact}', NULL, '{}')`,
      `create_disclosure_pack('${again}', NULL, '{}')`,
      `update_run('${again}', NULL, '{}')`,
      `delete_run('${again}', NULL)`,
      `create_token('${token}', NULL, '{}')`,
    ])
      await expect(sql(url, `SELECT ${call}`), call).rejects.toThrow(
        /null value in column "body" of relation "events"/,
      );
    await sql(url, `SELECT create_artifact('${artifact}', '{"e": 2}', '{"b": 2}')`);
    const update = `SELECT update_artifact('${artifact}', NULL, '{}', NULL, NULL)`;
    await expect(sql(url, update)).rejects.toThrow(/null value in column "body" of relation "events"/);
    await sql(url, `SELECT create_token('${token}', '{"e": 3}', '{"b": 2}')`);
    await expect(sql(url, `SELECT update_token('${token}', NULL, '{}')`)).rejects.toThrow(
      /null value in column "body" of relation "events"/,
    );
    expect(await sql(url, "SELECT body::text, revoked_at FROM tokens WHERE tenant = 't'")).toEqual([
      { body: '{"b": 2}', revoked_at: null },
    ]);
    const rows = await sql(
      url,
      `SELECT owner, artifacts, (SELECT count(*)::int FROM events WHERE tenant = 't') AS events,
         (SELECT count(*)::int FROM disclosure_packs WHERE tenant = 't') AS packs
       FROM runs WHERE tenant = 't'`,
    );
    expect(rows).toEqual([{ events: 3, artifacts: 1, packs: 0, owner: 'o' }]);
  });
});

describe('a statement of another kind', () => {
  it.each(ofKind('read', 'lock'))('writes nothing, nor does a function that it calls: %s', async (_name, text) => {
    const { url } = await filled;
    expect(withoutLocks(text)).not.toMatch(WRITES);
    const called = [...text.matchAll(/\b([a-z_]+)\(/g)].map(([, name]) => `'${name}'`).join(', ') || "''";
    const ours = await sql<{ source: string }>(
      url,
      `SELECT prosrc AS source FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN (${called})`,
    );
    for (const { source } of ours) expect(source).not.toMatch(WRITES);
  });

  it.each(ofKind('lease'))('leases readings and changes nothing else: %s', (_name, text) => {
    const changed = [...withoutLocks(text).matchAll(/UPDATE (\w+)\s+SET\s+([\s\S]*?)\s+WHERE/g)];
    expect(changed.length).toBeGreaterThan(0);
    expect(withoutLocks(text).match(new RegExp(WRITES, 'g'))).toHaveLength(changed.length);
    for (const [, table, columns = ''] of changed) {
      expect(['waiting_readings', 'readings']).toContain(table);
      for (const [, column = ''] of columns.matchAll(/(?:^|,\s+)(\w+) = /g))
        expect(OF_LEASES).toContain(column.replace(/^verify_/, ''));
    }
  });

  it.each(ofKind('cursor'))('moves or leases cursors and changes nothing else: %s', (_name, text) => {
    const writes = withoutLocks(text).replaceAll('ON CONFLICT (tenant, name) DO UPDATE', '');
    expect(writes.match(new RegExp(WRITES, 'g'))).toHaveLength(1);
    expect(writes).toMatch(/(INSERT INTO|UPDATE) event_cursors /);
  });

  it.each(ofKind('own').filter(([name]) => name.startsWith('token_')))(
    'notes the last use of a token and changes nothing else of it: %s',
    (name, text) => {
      const changed = [...text.matchAll(/UPDATE (\w+) SET (\w+) = \$2 WHERE/g)].map(([, ...what]) => what);
      expect(changed).toEqual(name === 'token_used' ? [['tokens', 'last_used_at']] : []);
      expect(text.match(new RegExp(WRITES, 'g')) ?? []).toHaveLength(changed.length);
    },
  );

  it.each(ofKind('cut'))('moves events to the archives and changes nothing else: %s', async (name, text) => {
    const { url } = await filled;
    expect(text).not.toMatch(WRITES);
    const [found] = await sql<{ source: string }>(
      url,
      `SELECT prosrc AS source FROM pg_proc WHERE proname = '${name}'`,
    );
    const writes = withoutLocks(found?.source ?? '').match(/(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|MERGE INTO) \w+/g);
    expect(writes).toEqual(['DELETE FROM events', 'INSERT INTO event_archives']);
  });

  it('is sent past the ledger only by what belongs to no tenant, and by idempotency keys', () => {
    const folder = new URL('../../../src/store/postgres/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'pool.ts');
    const using = files.filter((name) => readFileSync(new URL(name, folder), 'utf8').includes("from './pool.ts'"));
    expect(using).toEqual(['content-place.ts', 'idempotency-keys.ts', 'ledger.ts', 'postgres.ts']);
  });
});

const filled = (async () => {
  const options = await newDatabase();
  await (await postgresStores(options)).close();
  const row = "'default', lpad(n::text, 9, '0')";
  await sql(
    options.url,
    `INSERT INTO runs SELECT ${row}, 'owner ' || n % 1000, 'status ' || n % 5, '{}', 2 FROM generate_series(1, 20000) n;
     INSERT INTO artifacts SELECT ${row}, lpad((n % 20000 + 1)::text, 9, '0'), '{}', 2 FROM generate_series(1, 20000) n;
     INSERT INTO disclosure_packs SELECT ${row}, lpad((n % 20000 + 1)::text, 9, '0'), '{}', 2 FROM generate_series(1, 20000) n;
     INSERT INTO events SELECT 'default', n, 'x', '{}' FROM generate_series(1, 20000) n;
     INSERT INTO idempotency_keys SELECT 'default', 'key ' || n, 'x', 'x', '{}' FROM generate_series(1, 20000) n;
     INSERT INTO readings (tenant, artifact_id, run_id, body, bytes, findings, trust, verified_since, reader)
       SELECT 'default', lpad(n::text, 9, '0'), lpad((n % 20000 + 1)::text, 9, '0'), '{}', 2, '{}',
       'trust ' || n % 3, now(), n % 5 FROM generate_series(1, 20000) n;
     INSERT INTO waiting_readings SELECT 'default', lpad(n::text, 9, '0') FROM generate_series(1, 20000) n;
     INSERT INTO event_cursors (tenant, name, holder, leased_until)
       SELECT 'tenant ' || n / 10, 'reader ' || n, 'x', now() FROM generate_series(1, 20000) n;
     INSERT INTO tokens (tenant, id, body, bytes, expires_at, revoked_at)
       SELECT 'tenant ' || n / 100, 'token ' || n, '{}', 2, lpad(n::text, 9, '0'), CASE WHEN n % 5 > 0 THEN 'x' END
       FROM generate_series(1, 20000) n;
     INSERT INTO event_archives SELECT 'default', n, 'sha ' || n, 9, 'x', 'x' FROM generate_series(1, 20000) n;
     ANALYZE`,
  );
  return options;
})();
