// A database that an earlier commit wrote, as rows of text, with the files of its content and what that commit answered of it.
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';

type Bytes = string | { base64: string };
type Table = { columns: string[]; rows: (string | null)[][] };

/** What was asked, and the answer byte for byte. */
export type Asked = {
  method: 'GET' | 'POST';
  url: string;
  key?: string;
  sent?: string;
  status: number;
  /** Of content, which is among the files, the digest. */
  body: string | { sha256: string };
};

export type OldDatabase = {
  /** The last migration that this schema had. */
  migration: number;
  /** The digest of the trust policy, which names the libraries that verify, too. */
  trust_digest: string;
  /** By name, in an order in which they can be filled. */
  tables: Record<string, Table>;
  events: number;
  /** The files of the folder for content, by path. */
  files: Record<string, Bytes>;
  asked: Asked[];
};

const OLD = new URL('./rows-of-maestro-3.json', import.meta.url);
const DIST = new URL('../../dist/', import.meta.url).pathname;

export const readOld = (): OldDatabase => JSON.parse(readFileSync(OLD, 'utf8'));
export const writeOld = (old: OldDatabase) => writeFileSync(OLD, `${JSON.stringify(old, null, 1)}\n`);

const asText = (bytes: Buffer): Bytes =>
  Buffer.from(bytes.toString()).equals(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
const asBytes = (text: Bytes) => (typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.base64, 'base64'));

const TABLES = [
  ...['runs', 'artifacts', 'disclosure_packs', 'readings', 'waiting_readings'],
  ...['events', 'idempotency_keys', 'content_place'],
];

/** All rows of a database, each value as its text: that of a JSON column is kept as it was written. */
export async function exportRows(client: pg.Client): Promise<Pick<OldDatabase, 'tables' | 'events'>> {
  const tables: OldDatabase['tables'] = {};
  for (const name of TABLES) {
    const { fields } = await client.query(`SELECT * FROM ${name} LIMIT 0`);
    const columns = fields.map((field) => field.name);
    const texts = columns.map((column) => `${column}::text`).join(', ');
    // In the order in which they lie there, which answers may show.
    const { rows } = await client.query({ text: `SELECT ${texts} FROM ${name} ORDER BY ctid`, rowMode: 'array' });
    tables[name] = { columns, rows };
  }
  const { rows } = await client.query('SELECT last_value FROM event_numbers');
  return { tables, events: Number(rows[0].last_value) };
}

/** Writes the rows into a new database, whose schema is that of then. */
export async function loadRows(url: string, { migration, tables, events }: OldDatabase): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const path of migrationsUpTo(migration)) await client.query(readFileSync(path, 'utf8'));
  await client.query(
    'CREATE TABLE migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz)',
  );
  await client.query(
    `INSERT INTO migrations SELECT number, 'old', now() FROM generate_series(1, ${migration}) AS number`,
  );
  await client.query('DELETE FROM content_place');
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    const values = columns.map((_column, index) => `$${index + 1}`).join(', ');
    for (const row of rows) await client.query(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${values})`, row);
  }
  await client.query(`SELECT setval('event_numbers', ${events})`);
  await client.end();
}

function migrationsUpTo(last: number): string[] {
  const paths = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /migrations\/\d{4}-[^/]*\.sql$/.test(path),
  );
  const numberOf = (path: string) => Number(path.slice(path.lastIndexOf('/') + 1).slice(0, 4));
  const wanted = paths.filter((path) => numberOf(path) <= last).sort((a, b) => numberOf(a) - numberOf(b));
  if (wanted.length !== last) throw new Error(`${wanted.length} migrations instead of ${last}`);
  return wanted.map((path) => join(DIST, path));
}

export function exportFiles(folder: string): OldDatabase['files'] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), asText(readFileSync(path))]));
}

export function loadFiles(folder: string, { files }: OldDatabase): void {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), asBytes(bytes));
  }
}

/** What a server answers to the same. */
export async function ask(url: string, asked: Pick<Asked, 'method' | 'url' | 'key' | 'sent'>): Promise<Asked> {
  const { method, url: path, key, sent } = asked;
  const headers: Record<string, string> = { 'x-request-id': 'old-database' };
  if (key !== undefined) headers['idempotency-key'] = key;
  if (sent !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(`${url}${path}`, { method, headers, ...(sent === undefined ? {} : { body: sent }) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isContent = path.endsWith('/content') && answer.status === 200;
  const body = isContent ? { sha256: hash('sha256', bytes, 'hex') } : bytes.toString();
  return { ...asked, status: answer.status, body };
}
