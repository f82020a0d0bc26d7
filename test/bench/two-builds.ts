// Compares this build with another one, both in the same interleaved rounds: `make bench-against BUILD=../other-checkout`.
// The other checkout is installed and built. A ratio above 1.00 says that this build costs more. `BENCH_PARTS`
// names what is compared, separated by commas: all of memory, postgres, reading, verifying and start by default.
// `BENCH_ROUNDS` is how many rounds.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../postgres.ts';
import { measuredBy } from './measuring.ts';
import { FULL, QUICK } from './plan.ts';
import type { ReadingOrder, ReadingSample } from './reading-process.ts';
import { type Lane, median, race, type Sample } from './rounds.ts';
import { READS, WRITES } from './rows.ts';
import { artifactOf, type Seeded } from './seed.ts';
import { PRODUCTION, ROOT, type ServerProcess, startServer, stop } from './server-process.ts';
import { signedDocuments } from './signed-documents.ts';
import { fixed, table } from './tables.ts';
import type { Target } from './traffic.ts';
import { startGenerator } from './traffic-process.ts';
import type { VerifyingOrder, VerifyingSample } from './verifying-process.ts';

/** What was measured of this build and of the other one, in each round; less is better. */
type Pair = { name: string; unit: string; ours: number[]; other: number[] };

const MORE_WRITES = [
  {
    name: 'POST artifact',
    targets: ({ runIds }: Seeded) => runIds.map((id, index) => artifactOf([id], index)),
  },
  {
    name: 'PATCH run',
    targets: ({ runIds }: Seeded) =>
      runIds.map(
        (id, index): Target => ({
          method: 'PATCH',
          path: `/maestro/runs/${id}`,
          body: JSON.stringify({ cost_actual: index }),
        }),
      ),
  },
];

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('BUILD is not set: the folder of the other checkout');
const other = resolve(folder);
const sized = (process.env.BENCH_QUICK ?? '') === '' ? { ...FULL, artifacts: 20_000 } : QUICK;
const plan = { ...sized, rounds: Number(process.env.BENCH_ROUNDS ?? sized.rounds) };
const generator = startGenerator();
const pairs: Pair[] = [];

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  memory: () => requests('in memory', {}, {}),
  postgres: requestsOnPostgres,
  reading: readings,
  verifying: verifications,
  start: starts,
};
const parts = process.env.BENCH_PARTS?.split(',') ?? Object.keys(PARTS);

try {
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: ROOT, stdio: 'inherit' });
  for (const part of parts) {
    if (PARTS[part] === undefined) throw new Error(`BENCH_PARTS: ${part} is none of ${Object.keys(PARTS)}`);
    await PARTS[part]();
  }
} finally {
  generator.stop();
}
process.stdout.write(
  `${table(['', 'this by the other', 'least to greatest', 'this', 'the other'], pairs.map(rowOf))}\n`,
);

function rowOf({ name, unit, ours, other }: Pair): string[] {
  const ratios = ours.map((value, round) => value / (other[round] ?? Number.NaN));
  const spread = `${fixed(Math.min(...ratios), 2)} to ${fixed(Math.max(...ratios), 2)}`;
  return [
    name,
    fixed(median(ratios), 2),
    spread,
    ...[ours, other].map((values) => `${fixed(median(values), 2)} ${unit}`),
  ];
}

async function requestsOnPostgres(): Promise<void> {
  const server = await startPostgres();
  try {
    const database = (name: string) => ({ DATABASE_URL: Object.assign(new URL(server.url), { pathname: name }).href });
    await createDatabases(server.url, ['ours', 'other']);
    await requests('on PostgreSQL', database('ours'), database('other'));
  } finally {
    await server.stop();
  }
}

async function createDatabases(url: string, names: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const name of names) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
}

/** CPU time of the server for each kind of request. */
async function requests(where: string, ours: Record<string, string>, others: Record<string, string>): Promise<void> {
  const build = (path: string) => join(path, PRODUCTION);
  // Seeding loads the machine; that is not what is compared.
  const start = (path: string, env: Record<string, string>) =>
    startServer([build(path)], { MAX_EVENT_LOOP_DELAY_MS: '60000', ...env });
  const servers = [await start(ROOT, ours), await start(other, others)] as const;
  const seeds: Seeded[] = [];
  for (const { port } of servers) seeds.push(await generator.seed({ port, artifacts: plan.artifacts }));
  for (const rows of [READS, WRITES, MORE_WRITES]) {
    const lanes = rows.map((row) =>
      servers.map((server, at): Lane => laneOf(server, row.targets(seeds[at] as Seeded))),
    );
    const samples = await race(generator, lanes, plan);
    for (const [index, { name }] of rows.entries()) {
      const [mine = [], theirs = []] = samples[index] ?? [];
      const micros = (one: Sample[]) => one.map(({ cpuMicros }) => cpuMicros);
      const milliseconds = (one: Sample[]) => one.map(({ perSecond }) => 1_000 / perSecond);
      pairs.push({ name: `${name}, ${where}`, unit: 'CPU µs', ours: micros(mine), other: micros(theirs) });
      if (where.includes('PostgreSQL'))
        pairs.push({ name: `${name}, ${where}`, unit: 'ms', ours: milliseconds(mine), other: milliseconds(theirs) });
    }
  }
  for (const server of servers) await stop(server);
}

function laneOf(server: ServerProcess, targets: Target[]): Lane {
  return { server, targets };
}

/** CPU time of a warm process for each format, in processes of both builds that take turns. */
async function readings(): Promise<void> {
  const order: ReadingOrder = { entries: [1_000], rounds: 2 };
  const ask = (build: string) => measuredBy<ReadingSample[]>('reading-process.ts', { ...order, build });
  await inTurns(ask, (one) => ({ name: `reading ${one.name}`, unit: 'CPU ms', value: median(one.read) / 1_000 }));
}

async function verifications(): Promise<void> {
  const order: VerifyingOrder = { ...(await signedDocuments()), rounds: 2, seconds: 0.5 };
  const ask = (build: string) => measuredBy<VerifyingSample[]>('verifying-process.ts', { ...order, build });
  await inTurns(ask, (one) => ({ name: `verifying ${one.name}`, unit: 'CPU µs', value: median(one.verified) }));
}

/** From the start of the process to the first answer. */
async function starts(): Promise<void> {
  const start = async (build: string) => {
    const server = await startServer([join(build, PRODUCTION)]);
    await stop(server);
    return [server];
  };
  await inTurns(start, ({ startMs }) => ({ name: 'start', unit: 'ms', value: startMs }));
}

async function inTurns<One>(
  ask: (build: string) => Promise<One[]>,
  figure: (one: One) => { name: string; unit: string; value: number },
): Promise<void> {
  const found = new Map<string, Pair>();
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const build of round % 2 === 0 ? [ROOT, other] : [other, ROOT]) {
      for (const one of await ask(build)) {
        const { name, unit, value } = figure(one);
        const pair = found.get(name) ?? { name, unit, ours: [], other: [] };
        pair[build === ROOT ? 'ours' : 'other'].push(value);
        found.set(name, pair);
      }
    }
  }
  pairs.push(...found.values());
}
