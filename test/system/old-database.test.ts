// A database that an earlier commit wrote answers byte for byte as it did then: nothing of it is read or verified again, as the
// readers are the same. Once the number of the readers goes up, what they read is stale at first, and these answers change.
// `RECORD=1` records the answers anew, after their texts were changed on purpose; the rows stay.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresStores } from '../product-stores.ts';
import { allEvents } from '../store/contract/kit.ts';
import { emptyDatabase, newDatabase, sql } from '../store/database.ts';
import { type Asked, ask, loadFiles, loadRows, type OldDatabase, readOld, writeOld } from './old-database.ts';
import { startMaestro, stopAll } from './processes.ts';
import { PATIENT } from './recorded-servers.ts';
import { DOCUMENTS } from './recordings.ts';

const folder = mkdtempSync(join(tmpdir(), 'maestro-old-'));
const content = join(folder, 'content');
const TRUST_FILE = join(folder, 'trust.json');
const settings = { ...PATIENT, TRUST_FILE, GATE_MINIMUM_LEVEL: 'verified', BLOB_URL: `file:${content}` };

const trustDigest = async (url: string) =>
  ((await (await fetch(`${url}/ready`)).json()) as { trust_digest: string }).trust_digest;

/** As if it had been written with the libraries of today, whose versions are part of the digest of what is trusted. */
async function oldWithLibrariesOfToday(): Promise<OldDatabase> {
  const { BLOB_URL: _, ...others } = settings;
  const server = await startMaestro('', others);
  const today = await trustDigest(server.url);
  await server.stop('SIGKILL');
  const old = readOld();
  return JSON.parse(JSON.stringify(old).replaceAll(old.trust_digest, today));
}

afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

describe('a database that an earlier commit wrote', () => {
  let old: OldDatabase;
  let database: string;
  let url: string;
  beforeAll(async () => {
    writeFileSync(TRUST_FILE, JSON.stringify(DOCUMENTS.trust));
    mkdirSync(content);
    old = await oldWithLibrariesOfToday();
    database = (await emptyDatabase()).url;
    await loadRows(database, old);
    loadFiles(content, old);
    ({ url } = await startMaestro(database, settings));
  }, 600_000);

  it('holds runs of every status, and evidence in every state', () => {
    const texts = Object.values(old.tables).map(({ rows }) => JSON.stringify(rows));
    const found = (word: string) => texts.some((text) => text.includes(word));
    for (const status of ['pending', 'running', 'succeeded', 'failed', 'cancelled'])
      expect(found(`\\"status\\":\\"${status}\\"`), status).toBe(true);
    for (const state of ['pending', 'read', 'opaque', 'unreadable'])
      expect(found(`\\"state\\":\\"${state}\\"`), state).toBe(true);
    for (const word of ['run.deleted', 'content_lost', old.trust_digest]) expect(found(word), word).toBe(true);
    for (const { rows } of Object.values(old.tables)) expect(rows.length).toBeGreaterThan(0);
  });

  it('answers everything byte for byte as then', async () => {
    const answers: Asked[] = [];
    for (const one of old.asked) answers.push(await ask(url, one));
    if (process.env.RECORD) writeOld({ ...old, asked: answers });
    const { asked } = process.env.RECORD ? readOld() : old;
    const changed = answers.filter((answer, index) => JSON.stringify(answer) !== JSON.stringify(asked[index]));
    expect(changed).toEqual(asked.filter((one) => changed.some(({ url }) => url === one.url)));
  });

  it('reads the actor of every event as an object, though its rows hold a word', async () => {
    const words = (old.tables.events?.rows ?? []).map((row) => JSON.parse(row.at(-1) ?? '').actor);
    expect(new Set(words)).toEqual(new Set(['anonymous', 'reader', 'prune']));
    const options = { ...(await newDatabase()), url: database, migrate: false };
    const stores = await postgresStores(options);
    const actors = (await allEvents(stores.of('default'))).map(({ actor }) => actor);
    await stores.close();
    expect(actors.filter(({ type }) => type === 'anonymous')).toHaveLength(
      words.filter((word) => word === 'anonymous').length,
    );
    const jobs = actors.filter(({ type }) => type === 'system').map(({ id }) => id);
    expect(jobs.sort()).toEqual(
      words
        .filter((word) => word !== 'anonymous')
        .map((word) => `system:${word}`)
        .sort(),
    );
  });

  it('keeps its rows and events as they were written', async () => {
    const kept = async (name: string) => {
      const { columns } = old.tables[name] as OldDatabase['tables'][string];
      const texts = columns.map((column) => `${column}::text`).join(', ');
      return sql<Record<string, string | null>>(database, `SELECT ${texts} FROM ${name} ORDER BY 1, 2`);
    };
    for (const name of ['runs', 'artifacts', 'disclosure_packs', 'readings', 'events']) {
      const rows = (await kept(name)).map((row) => JSON.stringify(Object.values(row)));
      expect(rows.sort(), name).toEqual((old.tables[name]?.rows ?? []).map((row) => JSON.stringify(row)).sort());
    }
  });
});
