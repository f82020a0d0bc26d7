// The schema of the database, brought up to date by numbered files of SQL that only ever go forward.
import { readdir, readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';

const FOLDER = new URL('./migrations/', import.meta.url);
// Any number that nobody else locks: the letters MSTM.
const LOCK = 0x4d53544d;

/**
 * Applies what is missing, each file in a transaction of its own; processes that start at once wait for each other. Throws
 * where the database is newer than this code, or where something is missing and `mayApply` is false, having changed
 * nothing. Returns the numbers that were applied.
 */
export async function migrate(client: ClientBase, mayApply: boolean): Promise<number[]> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  try {
    const applied = new Set(await appliedSoFar(client));
    const newest = numberOf(files.at(-1) ?? '0000');
    const beyond = Math.max(0, ...applied);
    if (beyond > newest) {
      throw new Error(
        `The database is at migration ${beyond}, this Maestro knows none beyond ${newest}: use a newer one`,
      );
    }
    const missing = files.filter((name) => !applied.has(numberOf(name)));
    if (missing.length > 0 && !mayApply) {
      throw new Error(`The database lacks ${missing.join(', ')}: run make migrate, or set MIGRATE_AT_START=true`);
    }
    if (missing.length > 0) await client.query(LIST_OF_THEM);
    for (const name of missing) await apply(client, name);
    return missing.map(numberOf);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  }
}

const LIST_OF_THEM = `CREATE TABLE IF NOT EXISTS migrations (
  number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
)`;

// Only reads, so that a database that is up to date may be one that cannot be written.
async function appliedSoFar(client: ClientBase): Promise<number[]> {
  const { rows: known } = await client.query("SELECT 1 WHERE to_regclass('migrations') IS NOT NULL");
  if (known.length === 0) return [];
  const { rows } = await client.query<{ number: number }>('SELECT number FROM migrations');
  return rows.map(({ number }) => number);
}

async function apply(client: ClientBase, name: string): Promise<void> {
  const sql = await readFile(new URL(name, FOLDER), 'utf8');
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO migrations (number, name) VALUES ($1, $2)', [numberOf(name), name]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

function numberOf(name: string): number {
  return Number(name.slice(0, 4));
}
