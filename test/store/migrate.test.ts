import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { newDatabase } from './database.ts';
import { dumpSchema } from './schema.ts';

const FILES = readdirSync(new URL('../../src/store/migrations/', import.meta.url));

async function connected<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('migrations', () => {
  it('are numbered from 1 without a gap', () => {
    expect(FILES.map((name) => Number(name.slice(0, 4)))).toEqual(FILES.map((_, index) => index + 1));
  });

  it('are each applied once, though four processes start at once', async () => {
    const { url } = await newDatabase();
    const applied = await Promise.all(
      Array.from({ length: 4 }, () => connected(url, (client) => migrate(client, true))),
    );
    expect(applied.flat().sort()).toEqual(FILES.map((_, index) => index + 1));
    expect(await connected(url, (client) => migrate(client, false))).toEqual([]);
  });

  it('are refused where the database is newer, and where none may be applied, changing nothing', async () => {
    const { url } = await newDatabase();
    await connected(url, async (client) => {
      await expect(migrate(client, false)).rejects.toThrow(/^The database lacks 0001-core\.sql/);
      expect((await client.query("SELECT to_regclass('runs') AS runs")).rows).toEqual([{ runs: null }]);
      await migrate(client, true);
      await client.query("INSERT INTO migrations (number, name) VALUES (9999, 'of the future')");
      await expect(migrate(client, true)).rejects.toThrow(
        /^The database is at migration 9999, this Maestro knows none beyond \d+: use a newer one$/,
      );
    });
  });

  it('leave nothing behind where one fails', async () => {
    const { url } = await newDatabase();
    await connected(url, async (client) => {
      // In the way of the first migration, at its end.
      await client.query(
        'CREATE FUNCTION create_disclosure_pack(text, text, text, json, integer, json) RETURNS void LANGUAGE sql AS $$ $$',
      );
      await expect(migrate(client, true)).rejects.toThrow(/^Migration 0001-core\.sql failed: /);
      expect((await client.query("SELECT to_regclass('runs') AS runs")).rows).toEqual([{ runs: null }]);
      expect((await client.query('SELECT * FROM migrations')).rows).toEqual([]);
    });
  });

  it('give rows of before what theirs would have said', async () => {
    const { url } = await newDatabase();
    const text = (name: string) => readFileSync(new URL(`../../src/store/migrations/${name}`, import.meta.url), 'utf8');
    await connected(url, async (client) => {
      for (const name of FILES.filter((file) => file < '0005')) await client.query(text(name));
      const artifact = '{"id":"a","path_or_uri":"p"}';
      const pack = '{"id":"p","artifact_ids":["a"]}';
      await client.query(
        `INSERT INTO runs VALUES ('t', 'r', 'o', 's', '{}', 2, 1, ${artifact.length});
         INSERT INTO artifacts VALUES ('t', 'a', 'r', '${artifact}', ${artifact.length});
         INSERT INTO disclosure_packs VALUES ('t', 'p', 'r', '${pack}', ${pack.length});
         INSERT INTO idempotency_keys VALUES ('t', '1', 'f', 'x', '${artifact}'), ('t', '2', 'f', 'x', '${pack}'),
           ('t', '3', 'f', 'x', '{"id":"r"}')`,
      );
      await client.query(text('0005-content.sql'));
      const rows = async (table: string) => (await client.query(`SELECT body::text, bytes FROM ${table}`)).rows;
      const [newArtifact, newPack] = [
        '{"id":"a","path_or_uri":"p","content":null}',
        '{"id":"p","artifact_ids":["a"],"artifact_digests":[]}',
      ];
      expect(await rows('artifacts')).toEqual([{ body: newArtifact, bytes: newArtifact.length }]);
      expect(await rows('disclosure_packs')).toEqual([{ body: newPack, bytes: newPack.length }]);
      const held = await client.query('SELECT artifact_bytes FROM runs');
      expect(held.rows).toEqual([{ artifact_bytes: String(newArtifact.length) }]);
      const keys = await client.query('SELECT body::text FROM idempotency_keys ORDER BY scope');
      expect(keys.rows.map(({ body }) => body)).toEqual([newArtifact, newPack, '{"id":"r"}']);
    });
  });

  it('make the schema that docs/schema.sql shows', async () => {
    const { url } = await newDatabase();
    const schema = await connected(url, async (client) => {
      await migrate(client, true);
      return dumpSchema(client);
    });
    expect(schema).toBe(readFileSync(new URL('../../docs/schema.sql', import.meta.url), 'utf8'));
  });
});
