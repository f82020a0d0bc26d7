// A process that reads the events of a tenant, and writes into a file what its handler begins and
// ends. It reads until it is killed, or ends in order with SIGTERM.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';
import { readEvents } from '../../src/jobs/event-reader.ts';
import { postgresStores } from '../product-stores.ts';

type Order = {
  url: string;
  file: string;
  leaseMs: number;
  /** How far the clock of the process is ahead. */
  clockMs: number;
  /** The longest that the handler takes for one event in ten. The others take no time. */
  workMs: number;
};

/** A line of the file; `at` is of a clock that all processes of a machine share, in nanoseconds. */
export type Noted = { what: 'begun' | 'ended'; pid: number; id: string; at: number };

export function startReading(order: Order) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(order)], { execArgv: ['--import', 'tsx'] });
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async end(signal: NodeJS.Signals): Promise<void> {
      child.kill(signal);
      await exited;
    },
  };
}

/** What all processes wrote into the file, in the order in which they did. */
export function notedIn(file: string): Noted[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => {
    const [what, pid, id = '', at] = line.split(' ');
    return { what: what as Noted['what'], pid: Number(pid), id, at: Number(at) };
  });
}

async function read({ url, file, leaseMs, clockMs, workMs }: Order): Promise<void> {
  const stores = await postgresStores({
    ...{ url, connections: 4, connectTimeoutMs: 10_000, statementTimeoutMs: 20_000, maxArtifactsPerRun: 10 },
    ...{ migrate: false, allowUnsafeDurability: false },
  });
  const note = (what: Noted['what'], id: string) =>
    appendFileSync(file, `${what} ${process.pid} ${id} ${process.hrtime.bigint()}\n`);
  const reader = readEvents({
    ...{
      name: 'reader',
      stores,
      newId: uuidv7,
      now: () => new Date(Date.now() + clockMs),
      leaseMs,
      pollMs: 50,
      batch: 20,
    },
    warn: (message) => void process.stderr.write(`${message}\n`),
    async handler({ id }) {
      note('begun', id);
      if (Math.random() < 0.1) await sleep(Math.random() * workMs);
      note('ended', id);
    },
  });
  const end = async () => {
    await reader.close();
    await stores.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
}

const [, file, order] = process.argv;
if (file === fileURLToPath(import.meta.url) && order !== undefined) await read(JSON.parse(order));
