// The schema of the database, brought up to date by numbered files of SQL that only ever go
// forward.
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Holder, holderOf, inWords, isWorking } from './lock-holder.ts';
import { answered, PATIENCE, type Patience, whileItLives } from './patience.ts';

/** The folder of the migrations of this driver. */
export const MIGRATIONS = new URL('./migrations/', import.meta.url);
// Any number that nobody else locks: the letters MSTM.
const LOCK = 0x4d53544d;

/**
 * Applies the missing files, each in a transaction of its own. Processes that start at the same
 * time wait for each other, as long as the one that applies them is working. Throws, having changed
 * nothing, where the database is newer than this code, or where files are missing and `mayApply` is
 * false; and where PostgreSQL or the other process has shown no sign of life for `patience.ms`.
 * Returns the numbers that were applied. The files of all `folders` are one sequence.
 */
export async function migrate(
  client: Client,
  mayApply: boolean,
  patience: Patience = PATIENCE,
  folders: readonly URL[] = [MIGRATIONS],
): Promise<number[]> {
  const files = await filesIn(folders);
  await lock(client, patience);
  try {
    return await applyMissing(client, files, mayApply, patience);
  } finally {
    await unlock(client, patience);
  }
}

type File = { readonly name: string; readonly url: URL };

async function filesIn(folders: readonly URL[]): Promise<File[]> {
  const lists = folders.map(async (folder) => {
    const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name));
    return names.map((name) => ({ name, url: new URL(name, folder) }));
  });
  const files = (await Promise.all(lists)).flat().sort((one, other) => numberOf(one) - numberOf(other));
  const twice = files.find((file, index) => index > 0 && numberOf(file) === numberOf(files[index - 1] ?? file));
  // Applied under one number, the second file would be taken for one that was applied.
  if (twice !== undefined) throw new Error(`Two migrations have the number of ${twice.name}`);
  return files;
}

async function applyMissing(
  client: Client,
  files: readonly File[],
  mayApply: boolean,
  patience: Patience,
): Promise<number[]> {
  const asked = answered(client, patience, 'the list of applied migrations', () => appliedSoFar(client));
  const applied = new Set(await asked);
  const newest = Math.max(0, ...files.map(numberOf));
  const beyond = Math.max(0, ...applied);
  if (beyond > newest) {
    throw new Error(
      `The database is at migration ${beyond}, this Maestro knows none beyond ${newest}: use a newer one`,
    );
  }
  const missing = files.filter((file) => !applied.has(numberOf(file)));
  if (missing.length > 0 && !mayApply) {
    throw new Error(
      `The database lacks ${missing.map(({ name }) => name).join(', ')}: run make migrate, or set MIGRATE_AT_START=true`,
    );
  }
  if (missing.length === 0) return [];
  // A migration that queues for a table lock blocks every session behind it.
  await answered(client, patience, 'the list of migrations', () =>
    client.query(`SET lock_timeout = ${patience.ms}; ${LIST_OF_THEM}`),
  );
  for (const file of missing) await whileItLives(client, patience, `migration ${file.name}`, () => apply(client, file));
  return missing.map(numberOf);
}

const POLL_MS = 100;

async function lock(client: Client, patience: Patience): Promise<void> {
  const ask = <Result>(act: () => Promise<Result>) => answered(client, patience, 'the lock on migrations', act);
  let before: Holder | null = null;
  let alive = performance.now();
  for (let said = alive; ; await sleep(POLL_MS)) {
    const { rows } = await ask(() => client.query('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]));
    if (rows[0]?.taken === true) return;
    const holder = await ask(() => holderOf(client, LOCK));
    const now = performance.now();
    if (holder === null || isWorking(holder) || holder.doing !== before?.doing) alive = now;
    before = holder;
    if (now - alive >= patience.ms) {
      const waited = `for ${patience.ms} ms (DATABASE_CONNECT_TIMEOUT_MS)`;
      throw new Error(
        `The lock on migrations of ${patience.server} is held by ${inWords(holder)}, which did nothing ${waited}`,
      );
    }
    if (now - said < patience.ms) continue;
    said = now;
    patience.say(`Waiting for the migrations that ${inWords(holder)} applies to ${patience.server}`);
  }
}

// The end of the connection releases it anyway, and a failure here must not hide the first error.
async function unlock(client: Client, patience: Patience): Promise<void> {
  await answered(client, patience, 'the lock on migrations', () =>
    client.query('SELECT pg_advisory_unlock($1)', [LOCK]),
  ).catch(() => {});
}

const LIST_OF_THEM = `CREATE TABLE IF NOT EXISTS migrations (
  number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
)`;

// Only reads, so that a database that is up to date may be read-only.
async function appliedSoFar(client: Client): Promise<number[]> {
  const { rows: known } = await client.query("SELECT 1 WHERE to_regclass('migrations') IS NOT NULL");
  if (known.length === 0) return [];
  const { rows } = await client.query<{ number: number }>('SELECT number FROM migrations');
  return rows.map(({ number }) => number);
}

async function apply(client: Client, file: File): Promise<void> {
  const { name, url } = file;
  const sql = await readFile(url, 'utf8');
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO migrations (number, name) VALUES ($1, $2)', [numberOf(file), name]);
    await client.query('COMMIT');
  } catch (error) {
    // A broken connection rolls back by itself, and its error says less than the first one.
    await client.query('ROLLBACK').catch(() => {});
    const { code, message } = error as Error & { code?: string };
    const why = code === LOCK_TIMEOUT ? 'another session holds a lock on a table that it changes' : message;
    throw new Error(`Migration ${name} failed: ${why}`, { cause: error });
  }
}

const LOCK_TIMEOUT = '55P03';

function numberOf({ name }: Pick<File, 'name'>): number {
  return Number(name.slice(0, 4));
}
