// A server of this build and one of another, each with what it stores apart from the other's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../postgres.ts';
import { PRODUCTION, ROOT, type ServerProcess, startServer, stop } from './server-process.ts';

export type Servers = readonly [ours: ServerProcess, other: ServerProcess];
type Environment = Record<string, string>;

/** `keepsContent`: whether each server has a folder for content, and reads it. */
type Options = { environment?: Environment; keepsContent?: boolean };

/** What `act` returns with both servers, in memory. `other`: the folder of the other checkout. */
export async function inMemory<Result>(
  other: string,
  act: (servers: Servers) => Promise<Result>,
  options: Options = {},
): Promise<Result> {
  return withServers(other, act, options, { ours: {}, other: {} });
}

/** The same on two databases of one PostgreSQL. */
export async function onPostgres<Result>(
  other: string,
  act: (servers: Servers) => Promise<Result>,
  options: Options = {},
): Promise<Result> {
  return withDatabases((urls) =>
    withServers(other, act, options, { ours: { DATABASE_URL: urls.ours }, other: { DATABASE_URL: urls.other } }),
  );
}

/** What `act` returns with two databases of one PostgreSQL. */
export async function withDatabases<Result>(
  act: (urls: { ours: string; other: string }) => Promise<Result>,
): Promise<Result> {
  const server = await startPostgres();
  try {
    const create = async (name: string) => {
      const client = new pg.Client(server.url);
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return Object.assign(new URL(server.url), { pathname: name }).href;
    };
    return await act({ ours: await create('ours'), other: await create('other') });
  } finally {
    await server.stop();
  }
}

async function withServers<Result>(
  other: string,
  act: (servers: Servers) => Promise<Result>,
  { environment = {}, keepsContent = false }: Options,
  own: { ours: Environment; other: Environment },
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const start = (build: string, name: 'ours' | 'other') => {
    const content: Environment = keepsContent ? { BLOB_URL: `file:${join(folder, name)}` } : {};
    return startServer([join(build, PRODUCTION)], { ...environment, ...content, ...own[name] });
  };
  const servers: Servers = [await start(ROOT, 'ours'), await start(other, 'other')];
  try {
    return await act(servers);
  } finally {
    for (const server of servers) await stop(server);
    rmSync(folder, { recursive: true });
  }
}
