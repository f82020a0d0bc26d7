import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { emptyDatabase, newDatabase } from '../store/database.ts';
import { createRun, start } from './server-process.ts';

describe('the words behind the program', () => {
  it.each(['prnue', 'constructor'])('does not take %s for a command', async (word) => {
    const { out, exited } = start({}, word);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(
      new RegExp(`^maestro: unknown command .${word}.*the commands are serve, migrate, prune, sweep.*\\n$`),
    );
  });

  it.each([
    [['serve', '9000'], /^maestro: serve takes no argument, but got 9000\n$/],
    [['--port=9000'], /^maestro: unknown option `--port=9000` \(settings are environment variables.*\n$/],
    [['prune'], /^maestro: prune needs <date>; see prune --help\n$/],
  ])('does not start with the words %j, and says why in one line', async (words, line) => {
    const { out, exited } = start({}, ...words);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });
});

describe('a command on PostgreSQL', () => {
  it('brings the schema up to date on demand, and does not start without where it may not', async () => {
    const { url: DATABASE_URL } = await emptyDatabase();
    const refused = start({ DATABASE_URL, MIGRATE_AT_START: 'false' });
    expect((await refused.exited).code).toBe(1);
    expect(refused.out.errors).toMatch(/^maestro: The database lacks .*: run make migrate.*\n$/);
    const migrating = start({ DATABASE_URL, MIGRATE_AT_START: 'false' }, 'migrate');
    expect((await migrating.exited).code).toBe(0);
    const allowed = start({ DATABASE_URL, MIGRATE_AT_START: 'false' });
    await createRun(await allowed.ready(), 'x');
  });

  it('deletes old runs on demand, by its own clock, and only for a day that has passed', async () => {
    const { url: DATABASE_URL } = await newDatabase();
    const server = start({ DATABASE_URL });
    const url = await server.ready();
    const [old, fresh] = [await createRun(url, 'old'), await createRun(url, 'fresh')];
    const body = '{"status":"failed","finished_at":"2020-01-01T00:00:00Z"}';
    for (const id of [old, fresh])
      expect(
        (
          await fetch(`${url}/maestro/runs/${id}`, {
            method: 'PATCH',
            headers: { 'content-type': 'application/json' },
            body,
          })
        ).status,
      ).toBe(200);
    const client = new pg.Client(DATABASE_URL);
    await client.connect();
    await client.query(
      `UPDATE runs SET ended_at = '2020-01-01T00:00:00.000Z',
         body = regexp_replace(body::text, '"started_at":"[^"]*"', '"started_at":"2020-01-01T00:00:00.000Z"')::json
       WHERE id = $1`,
      [old],
    );
    await client.end();
    const pruning = start({ DATABASE_URL }, 'prune', '2020-01-02');
    expect((await pruning.exited).code).toBe(0);
    expect(pruning.out.text).toBe('Deleted 1 runs that finished before 2020-01-02T00:00:00.000Z\n');
    expect((await fetch(`${url}/maestro/runs/${old}`)).status).toBe(404);
    expect((await fetch(`${url}/maestro/runs/${fresh}`)).status).toBe(200);
    for (const date of ['', '2020-13-01', '9999-01-01', 'yesterday']) {
      const refused = start({ DATABASE_URL }, 'prune', date);
      expect((await refused.exited).code, date).toBe(1);
      expect(refused.out.errors).toBe('maestro: prune needs a date in the past, such as 2026-01-31\n');
    }
  });
});
