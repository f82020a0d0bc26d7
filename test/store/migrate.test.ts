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

  it('make the schema that docs/schema.sql shows', async () => {
    const { url } = await newDatabase();
    const schema = await connected(url, async (client) => {
      await migrate(client, true);
      return dumpSchema(client);
    });
    expect(schema).toBe(readFileSync(new URL('../../docs/schema.sql', import.meta.url), 'utf8'));
  });
});
