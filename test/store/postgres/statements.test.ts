import { describe, expect, it } from 'vitest';
import { postgresStores } from '../../../src/store/postgres/postgres.ts';
import { STATEMENTS } from '../../../src/store/postgres/statements.ts';
import { newDatabase, sql } from '../database.ts';

describe('no statement reads a whole table', () => {
  it.each(STATEMENTS.map(({ name, text }) => [name, text]))('%s', async (_name, text) => {
    const { url } = await filled;
    const plan = await sql<{ 'QUERY PLAN': string }>(url, `EXPLAIN (GENERIC_PLAN) ${text}`);
    const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
    // Their number of rows never changes.
    expect(lines.replaceAll(/Seq Scan on (content_place|write_probes)/g, '')).not.toMatch(/Seq Scan/);
    if (/FROM (runs|artifacts|disclosure_packs|events|readings|waiting_readings)/.test(text))
      expect(lines).toMatch(/Index (Only )?Scan/);
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
     ANALYZE`,
  );
  return options;
})();
