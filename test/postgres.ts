// A PostgreSQL for the tests, from the binaries of an npm package: started once before all of them, gone after the last.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { NOBODY, reachableBinaries } from '../src/store/embedded/binaries.ts';
import { migrate } from '../src/store/postgres/migrate.ts';
import { requireSameFlags } from './store/for-gate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

const user = process.getuid?.() === 0 ? NOBODY : undefined;

/** The database that others are copied from: copying costs half of what migrating each of them would. */
export const MIGRATED = 'maestro_migrated';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres();
  await over(url, (client) => client.query(`CREATE DATABASE ${MIGRATED}`));
  await over(Object.assign(new URL(url), { pathname: MIGRATED }).href, (client) => migrate(client, true));
  project.provide('postgresUrl', url);
  return async () => {
    try {
      await requireSameFlags(url);
    } catch (error) {
      // The test runner only prints what is thrown here.
      process.exitCode = 1;
      throw error;
    } finally {
      await stop();
    }
  };
}

async function over(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await work(client);
  await client.end();
}

export type PostgresServer = {
  url: string;
  /** Ends it with `signal`, at once by default, and starts it again on the same data after `downMs`. */
  restart(signal?: NodeJS.Signals, downMs?: number): Promise<void>;
  stop(): Promise<void>;
};

/** A new server with `settings` beside its own, on a port of its own, answering when this resolves. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const { initdb, postgres } = await reachableBinaries(user);
  const folder = mkdtempSync(join(tmpdir(), 'maestro-pg-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'maestro', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(initdb, init, { ...user, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const own = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'max_connections=200'];
  const args = ['-D', data, '-p', String(port), ...[...own, ...settings].flatMap((setting) => ['-c', setting])];
  const url = `postgres://maestro@127.0.0.1:${port}/postgres`;
  const start = async () => {
    let child = spawn(postgres, args, { ...user, stdio: 'ignore' });
    await untilItAnswers(url, () => {
      // The orphans of one that was killed keep the next from starting for a moment.
      if (child.exitCode !== null) child = spawn(postgres, args, { ...user, stdio: 'ignore' });
    });
    return child;
  };
  let child = await start();
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    url,
    async restart(signal = 'SIGINT', downMs = 0) {
      await end(signal);
      await sleep(downMs);
      child = await start();
    },
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true });
    },
  };
}

const ATTEMPTS = 200;

async function untilItAnswers(url: string, again: () => void): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      again();
      await sleep(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** A port that nothing listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
