// What the gate costs in a store a thousand times as big, and what memory an artifact takes there.
import { once } from 'node:events';
import type { Plan } from './plan.ts';
import { race, type Sample } from './rounds.ts';
import type { Filled } from './seeded-server.ts';
import { fileBeside, type ServerProcess, startServer, stop, TYPESCRIPT } from './server-process.ts';
import type { Generator } from './traffic-process.ts';

export type Growth = { small: Sample[]; big: Sample[]; bytesPerArtifact: number };

export async function growth(generator: Generator, plan: Plan): Promise<Growth> {
  const small = await startFilled(plan.smallStore);
  const big = await startFilled(plan.bigStore);
  const lanes = [small, big].map(({ server, runIds }) => ({
    server,
    targets: runIds.map((id) => ({ method: 'GET' as const, path: `/maestro/runs/${id}/release-gate` })),
  }));
  const [[ofSmall = [], ofBig = []] = []] = await race(generator, [lanes], plan);
  await Promise.all([stop(small.server), stop(big.server)]);
  return { small: ofSmall, big: ofBig, bytesPerArtifact: big.bytesPerArtifact };
}

async function startFilled(artifacts: number): Promise<Filled & { server: ServerProcess }> {
  const args = ['--expose-gc', ...TYPESCRIPT, fileBeside('seeded-server.ts'), String(artifacts)];
  const server = await startServer(args);
  const [filled] = (await once(server.child, 'message')) as [Filled];
  return { ...filled, server };
}
