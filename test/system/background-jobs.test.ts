// Processes that verify again are killed at any moment, two on one database: nothing is lost, and nothing is leased twice at once.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JobProgress } from '../../src/jobs/job.ts';
import { sql } from '../store/database.ts';
import { newFolder, newPlace, newRun, removeFolders, send } from './documents-sent.ts';
import { FAULTS, startMaestro, stopAll } from './processes.ts';
import { documentsOf, trustOf } from './verified-run.ts';

afterAll(async () => {
  await stopAll();
  removeFolders();
});

/** A process that is killed leaves one of them leased for a minute. */
const DOCUMENTS = 40 + FAULTS;

/** Has the database note every lease of what is leased already. */
async function noteDoubleLeases(database: string): Promise<void> {
  const on = (table: string, prefix: string) =>
    `CREATE TRIGGER note_double AFTER UPDATE ON ${table} FOR EACH ROW
       WHEN (NEW.${prefix}attempts > OLD.${prefix}attempts AND OLD.${prefix}leased_until > clock_timestamp())
       EXECUTE FUNCTION note_double();`;
  await sql(
    database,
    `CREATE TABLE double_leases (artifact_id text);
     CREATE FUNCTION note_double() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO double_leases VALUES (NEW.artifact_id); RETURN NULL;
     END $$;
     ${on('readings', 'verify_')} ${on('waiting_readings', '')}`,
  );
}

const doubleLeases = async (database: string) => (await sql(database, 'SELECT * FROM double_leases')).length;

async function verifiedWith(database: string, digest: string): Promise<number> {
  const [row] = await sql<{ count: number }>(
    database,
    `SELECT count(*)::integer AS count FROM readings WHERE trust = '${digest}'`,
  );
  return row?.count ?? 0;
}

const progressOf = async (url: string, name: string) => {
  const jobs = (await (await fetch(`${url}/maestro/jobs`)).json()) as JobProgress[];
  return jobs.find((one) => one.name === name);
};

const digestAt = async (url: string): Promise<string> =>
  ((await (await fetch(`${url}/ready`)).json()) as { trust_digest: string }).trust_digest;

/** Trust files that trust the same key, each from another second on. */
function trustFrom(second: number): string {
  const valid_from = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return JSON.stringify({ ...trustOf(), keys: [{ ...trustOf().keys[0], valid_from }] });
}

describe('two processes that verify again', () => {
  it(`and are killed in turn (${FAULTS} times) leave nothing stale, and lease nothing twice at once`, async () => {
    const { database, environment } = await newPlace();
    const path = join(newFolder(), 'trust.json');
    writeFileSync(path, trustFrom(0));
    const settings = { ...environment, TRUST_FILE: path };
    let [one, other] = [await startMaestro(database, settings), await startMaestro(database, settings)];
    await noteDoubleLeases(database);
    const run = await newRun(one.url);
    const envelope = JSON.stringify((await documentsOf('A')).vex);
    for (let count = 0; count < DOCUMENTS; count += 1)
      await send([one, other][count % 2]?.url ?? '', run, envelope, count === DOCUMENTS - 1 ? 60 : 0);
    let digest = await digestAt(one.url);
    await expect.poll(() => verifiedWith(database, digest), { timeout: 60_000 }).toBe(DOCUMENTS);
    let killedAtWork = 0;
    for (let count = 0; count < FAULTS; count += 1) {
      const [killed, survivor] = count % 2 === 0 ? [one, other] : [other, one];
      writeFileSync(path, trustFrom(count + 1));
      const before = digest;
      for (const process of [killed, survivor]) process.signal('SIGHUP');
      await expect.poll(async () => (digest = await digestAt(killed.url)), { timeout: 30_000 }).not.toBe(before);
      const enough = 1 + ((count * 7) % 20);
      await expect
        .poll(() => verifiedWith(database, digest), { interval: 5, timeout: 60_000 })
        .toBeGreaterThanOrEqual(enough);
      if ((await verifiedWith(database, digest)) < DOCUMENTS) killedAtWork += 1;
      await killed.restart('SIGKILL');
      await killed.untilReady();
    }
    // Else the kills came at no bad moment, and nothing was shown.
    expect(killedAtWork).toBeGreaterThan(0);
    // What those that were killed have leased is free after a minute. `make test-faults` waits for it,
    // otherwise the database is told that it has passed while no living process holds a lease.
    if (FAULTS < 50) {
      for (const process of [one, other]) expect(await process.stop()).toBe(0);
      await sql(database, "UPDATE readings SET verify_leased_until = verify_leased_until - interval '1 minute'");
      [one, other] = [await startMaestro(database, settings), await startMaestro(database, settings)];
    }
    await expect.poll(() => verifiedWith(database, digest), { timeout: 180_000, interval: 200 }).toBe(DOCUMENTS);
    for (const { url } of [one, other])
      expect(await progressOf(url, 'verify_evidence')).toMatchObject({ waiting: 0, running: 0, failed: 0 });
    expect(await doubleLeases(database)).toBe(0);
    await sql(database, "UPDATE readings SET verify_leased_until = 'infinity'");
    await sql(database, 'UPDATE readings SET verify_attempts = verify_attempts + 1');
    expect(await doubleLeases(database)).toBe(DOCUMENTS);
  }, 900_000);
});
