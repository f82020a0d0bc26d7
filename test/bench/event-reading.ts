// Creates on PostgreSQL with a reader of events that polls all the time, beside creates without one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
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

const WRITERS = 64;
const POLL_MS = 10;
/** Creates take turns of this many times the usual length: the reader begins anew in each. */
const LONGER = 2;

export async function eventReading(generator: Generator, plan: Plan): Promise<EventResults> {
  const server = await startPostgres();
  const maestro = await startServer([PRODUCTION], { DATABASE_URL: server.url });
  const reader = startReader(server.url);
  const seconds = LONGER * plan.seconds;
  const targets = [createRun(1)];
  const creates = async () =>
    (await generator.send({ port: maestro.port, targets, seconds, connections: WRITERS })).perSecond;
  const results: EventResults = { alone: [], beside: [], handled: [] };
  const turns = [
    async () => void results.alone.push(await creates()),
    async () => {
      // What was written without it is not its work now.
      const before = await reader.order('read');
      results.beside.push(await creates());
      results.handled.push(((await reader.order('rest')) - before) / seconds);
    },
  ];
  try {
    await creates();
    // The other begins each round, so that none always runs in the wake of its neighbour.
    for (let round = 0; round < plan.rounds; round += 1)
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    return results;
  } finally {
    reader.stop();
    await stop(maestro);
    await server.stop();
  }
}

type Order = 'read' | 'rest';

/** Each order is answered with how many events were handled: `read` when there are no more. */
function startReader(url: string) {
  const child = fork(fileURLToPath(import.meta.url), [url], { execArgv: TYPESCRIPT });
  return {
    async order(what: Order): Promise<number> {
      child.send(what);
      const [handled] = (await once(child, 'message')) as [number];
      return handled;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

const [, file, databaseUrl] = process.argv;
if (file === fileURLToPath(import.meta.url) && databaseUrl !== undefined) await obeyOrders(databaseUrl);

async function obeyOrders(url: string): Promise<void> {
  const dist = <Module>(path: string): Promise<Module> => import(join(ROOT, 'dist', path));
  const { readEvents } = await dist<typeof import('../../src/jobs/event-reader.ts')>('jobs/event-reader.js');
  const { postgresStores } =
    await dist<typeof import('../../src/store/postgres/postgres.ts')>('store/postgres/postgres.js');
  const stores = await postgresStores(
    {
      ...{ url, connections: 4, connectTimeoutMs: 10_000, statementTimeoutMs: 20_000, maxArtifactsPerRun: 10 },
      ...{ migrate: false, allowUnsafeDurability: false, migrations: [] },
    },
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
