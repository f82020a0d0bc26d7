// A database of its own for each file of tests.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { PostgresStoreOptions } from '../../src/store/postgres/postgres.ts';
import { MIGRATED } from '../postgres.ts';

/** The options of a store on a new database, which is migrated and has no rows. */
export const newDatabase = () => databaseFrom(MIGRATED);

/** The same, but not migrated. */
export const emptyDatabase = () => databaseFrom('template1');

async function databaseFrom(template: string): Promise<PostgresStoreOptions> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    connections: 10,
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 20_000,
    maxArtifactsPerRun: 10_000,
    migrate: true,
    allowUnsafeDurability: false,
  };
}

/** What `text` answers, over a connection of its own. */
export async function sql<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<Row>(text);
  await client.end();
  return rows;
}
