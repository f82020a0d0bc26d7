// Writes docs/schema.sql: the schema of a fresh database, brought up to date.
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { migrate } from '../src/store/postgres/migrate.ts';
import { startPostgres } from './postgres.ts';
import { dumpSchema } from './store/schema.ts';

const server = await startPostgres();
try {
  const client = new pg.Client(server.url);
  await client.connect();
  await migrate(client, true);
  writeFileSync(new URL('../docs/schema.sql', import.meta.url), await dumpSchema(client));
  await client.end();
} finally {
  await server.stop();
}
