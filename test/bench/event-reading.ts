// Creates on PostgreSQL with a reader of events that polls all the time, beside creates without one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../postgres.ts';
import type { Plan } from './plan.ts';
import { createRun } from './seed.ts';
import { PRODUCTION, ROOT, startServer, stop, TYPESCRIPT } from './server-process.ts';
import type { Generator } from './traffic-process.ts';

/** By round: creates a second without and with a reader, and how many events a second it handled meanwhile. */
export type EventResults = { alone: number[]; beside: number[]; handled: number[] };

const READER = 'dist/jobs/event-reader.js';
const WRITERS = 64;
const POLL_MS = 10;
/** Creates take turns of this many times the usual length: the reader begins anew in each. */
const LONGER = 2;

export async function eventReading(generator: Generator, plan: Plan): Promise<EventResults> {
  const server = await startPostgres();
  const { alone, beside, stop } = await startCreates(generator, server.url, plan);
  const results: EventResults = { alone: [], beside: [], handled: [] };
  const turns = [
    async () => void results.alone.push(await alone()),
    async () => {
      const { perSecond, handled } = await beside();
      results.beside.push(perSecond);
      results.handled.push(handled);
    },
  ];
  try {
    await alone();
    // The other begins each round, so that none always runs in the wake of its neighbour.
    for (let round = 0; round < plan.rounds; round += 1)
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    return results;
  } finally {
    await stop();
    await server.stop();
  }
}

/** Whether a build has a reader of events. */
export const readsEvents = (build: string) => existsSync(join(build, READER));

/** What is measured, each a second: creates alone, and creates with what a reader handled meanwhile. */
export type Creates = {
  alone(): Promise<number>;
  beside(): Promise<{ perSecond: number; handled: number }>;
  stop(): Promise<void>;
};

/** Maestro of the checkout `build` on the database at `url`, and a reader of its events. */
export async function startCreates(generator: Generator, url: string, plan: Plan, build = ROOT): Promise<Creates> {
  const maestro = await startServer([join(build, PRODUCTION)], { DATABASE_URL: url });
  const reader = startReader(url, build);
  const seconds = LONGER * plan.seconds;
  const load = { port: maestro.port, targets: [createRun(1)], seconds, connections: WRITERS };
  const alone = async () => (await generator.send(load)).perSecond;
  return {
    alone,
    async beside() {
      // What was written without it is not its work now.
      const before = await reader.order('read');
      const perSecond = await alone();
      return { perSecond, handled: ((await reader.order('rest')) - before) / seconds };
    },
    async stop() {
      reader.stop();
      await stop(maestro);
    },
  };
}

type Order = 'read' | 'rest';

/** Each order is answered with how many events were handled: `read` when there are no more. */
function startReader(url: string, build: string) {
  const child = fork(fileURLToPath(import.meta.url), [url, build], { execArgv: TYPESCRIPT });
  return {
    async order(what: Order): Promise<number> {
      child.send(what);
      const [handled] = (await once(child, 'message')) as [number];
      return handled;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

const [, file, databaseUrl, folder] = process.argv;
const isReader = file === fileURLToPath(import.meta.url);
if (isReader && databaseUrl !== undefined && folder !== undefined) await obeyOrders(databaseUrl, folder);

async function obeyOrders(url: string, build: string): Promise<void> {
  const dist = <Module>(path: string): Promise<Module> => import(join(build, 'dist', path));
  const { readEvents } = (await import(join(build, READER))) as typeof import('../../src/jobs/event-reader.ts');
  const { postgresStores } =
    await dist<typeof import('../../src/store/postgres/postgres.ts')>('store/postgres/postgres.js');
  const stores = await postgresStores(
    {
      ...{ url, connections: 4, connectTimeoutMs: 10_000, statementTimeoutMs: 20_000, maxArtifactsPerRun: 10 },
      ...{ migrate: false, allowUnsafeDurability: false, migrations: [] },
    },
    {},
    {},
  );
  let handled = 0;
  let reader: ReturnType<typeof readEvents> | null = null;
  let holder = 0;
  const settings = {
    ...{
      name: 'reader',
      stores,
      pollMs: POLL_MS,
      now: () => new Date(),
      warn: (message: string) => void process.stderr.write(`${message}\n`),
    },
    newId: () => {
      holder += 1;
      return `holder ${holder}`;
    },
    handler: async () => {
      handled += 1;
    },
  };
  const obey = async (order: Order) => {
    if (order === 'read') {
      reader = readEvents(settings);
      while ((await stores.of('default').cursors.progress('reader', 1)).waiting > 0) await sleep(POLL_MS);
    } else await reader?.close();
    process.send?.(handled);
  };
  process.on('message', (order: Order) => void obey(order));
}
