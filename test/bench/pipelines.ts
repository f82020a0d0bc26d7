// Pipelines one after the other and side by side, on Maestro in memory and on PostgreSQL, beside the least that the
// same work can take.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../postgres.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import {
  cpuMicrosecondsWithChildren,
  fileBeside,
  PRODUCTION,
  type ServerProcess,
  startServer,
  stop,
  TYPESCRIPT,
} from './server-process.ts';
import type { Generator } from './traffic-process.ts';

/** By round: p50 of a pipeline while no other runs, pipelines a second side by side, and CPU time of a pipeline then. */
export type PipelineSamples = { aloneMs: number[]; perSecond: number[]; cpuMs: number[] };
export type PipelineResults = { memory: PipelineSamples; postgres: PipelineSamples; least: PipelineSamples };

export const SIDE_BY_SIDE = 16;

export async function pipelines(generator: Generator, plan: Plan): Promise<PipelineResults> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const kept = (name: string) => ({ BLOB_URL: `file:${join(folder, name)}` });
  mkdirSync(join(folder, 'least'));
  const postgres = await startPostgres();
  const servers = [
    await startServer([PRODUCTION], kept('memory')),
    await startServer([PRODUCTION], { ...kept('postgres'), DATABASE_URL: postgres.url }),
    await startServer([...TYPESCRIPT, fileBeside('bare-pipeline-server.ts')], { FOLDER: join(folder, 'least') }),
  ];
  try {
    const [ofMemory, ofPostgres, ofLeast] = await pipelineRounds(generator, servers, plan);
    if (!ofMemory || !ofPostgres || !ofLeast) throw new Error('A server was not measured');
    return { memory: ofMemory, postgres: ofPostgres, least: ofLeast };
  } finally {
    await Promise.all(servers.map((server) => stop(server)));
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Samples of each server. All have the very same pipelines, in interleaved rounds. */
export async function pipelineRounds(
  generator: Generator,
  servers: readonly ServerProcess[],
  { rounds, pipelinesAlone, pipelinesTogether }: Plan,
): Promise<PipelineSamples[]> {
  const samples = servers.map((): PipelineSamples => ({ aloneMs: [], perSecond: [], cpuMs: [] }));
  const each = pipelinesAlone + pipelinesTogether;
  // The first round lets all be compiled.
  for (let round = 0; round <= rounds; round += 1) {
    // Another server begins each round, so that none always runs in the wake of the same neighbour.
    for (const turn of servers.keys()) {
      const at = (turn + round) % servers.length;
      const { port, pid } = servers[at] as ServerProcess;
      const first = { port, first: round * each };
      const alone = await generator.run({ ...first, count: pipelinesAlone, sideBySide: 1 });
      const together = { port, first: first.first + pipelinesAlone, count: pipelinesTogether };
      const before = cpuMicrosecondsWithChildren(pid);
      const { seconds } = await generator.run({ ...together, sideBySide: SIDE_BY_SIDE });
      const cpuMs = (cpuMicrosecondsWithChildren(pid) - before) / 1_000 / pipelinesTogether;
      if (round === 0) continue;
      samples[at]?.aloneMs.push(median(alone.ms));
      samples[at]?.perSecond.push(pipelinesTogether / seconds);
      samples[at]?.cpuMs.push(cpuMs);
    }
  }
  return samples;
}
