// Requests to two builds, in memory and on PostgreSQL.
import type { Comparison, Pair } from './pairs.ts';
import { type Lane, race, type Sample } from './rounds.ts';
import { READS, WRITES } from './rows.ts';
import { artifactOf, type Seeded } from './seed.ts';
import type { Target } from './traffic.ts';
import { inMemory, onPostgres, type Servers } from './two-servers.ts';

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

// Seeding loads the machine; that is not what is compared.
const PATIENT = { environment: { MAX_EVENT_LOOP_DELAY_MS: '60000' } };

/** CPU time of the server for each kind of request. */
export function requestsInMemory(comparison: Comparison): Promise<Pair[]> {
  const act = async (servers: Servers) =>
    (await raced(comparison, servers)).map((one) => ofCpuTime(one, `${one.name}, in memory`));
  return inMemory(comparison.other, act, PATIENT);
}

/** The same, and the time between two answers, which PostgreSQL is part of. */
export function requestsOnPostgres(comparison: Comparison): Promise<Pair[]> {
  const act = async (servers: Servers) =>
    (await raced(comparison, servers)).flatMap((one) => {
      const name = `${one.name}, on PostgreSQL`;
      const milliseconds = (samples: Sample[]) => samples.map(({ perSecond }) => 1_000 / perSecond);
      return [ofCpuTime(one, name), { name, unit: 'ms', ours: milliseconds(one.ours), other: milliseconds(one.other) }];
    });
  return onPostgres(comparison.other, act, PATIENT);
}

type Raced = { name: string; ours: Sample[]; other: Sample[] };

function ofCpuTime({ ours, other }: Raced, name: string): Pair {
  const micros = (samples: Sample[]) => samples.map(({ cpuMicros }) => cpuMicros);
  return { name, unit: 'CPU µs', ours: micros(ours), other: micros(other) };
}

async function raced({ generator, plan }: Comparison, servers: Servers): Promise<Raced[]> {
  const seeds: Seeded[] = [];
  for (const { port } of servers) seeds.push(await generator.seed({ port, artifacts: plan.artifacts }));
  const found: Raced[] = [];
  for (const rows of [READS, WRITES, MORE_WRITES]) {
    const lanes = rows.map((row) =>
      servers.map((server, at): Lane => ({ server, targets: row.targets(seeds[at] as Seeded) })),
    );
    const samples = await race(generator, lanes, plan);
    for (const [index, { name }] of rows.entries()) {
      const [ours = [], other = []] = samples[index] ?? [];
      found.push({ name, ours, other });
    }
  }
  return found;
}
