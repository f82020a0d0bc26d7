// What it takes to read documents, beside `JSON.parse` of as much, and how long others wait meanwhile.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentOf } from '../evidence/documents.ts';
import type { Plan } from './plan.ts';
import type { ReadingOrder, ReadingSample } from './reading-process.ts';
import { createRun } from './seed.ts';
import { fileBeside, PRODUCTION, startServer, stop, TYPESCRIPT } from './server-process.ts';
import { type Answered, sendEach } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

export type EvidenceResults = {
  readings: ReadingSample[];
  /** How GET run is answered, in each round, while nothing is read and while SBOMs are; and how many those were. */
  alone: Answered[];
  besideReadings: Answered[];
  read: number;
};

/** A round of load lasts so many times as long as others: some SBOMs are to be read in it. */
const LONGER = 3;

export async function evidence(generator: Generator, plan: Plan): Promise<EvidenceResults> {
  return { readings: await readings(plan), ...(await besideReadings(generator, plan)) };
}

async function readings({ entries, rounds }: Plan): Promise<ReadingSample[]> {
  const child = fork(fileBeside('reading-process.ts'), { execArgv: ['--expose-gc', ...TYPESCRIPT] });
  child.send({ entries, rounds } satisfies ReadingOrder);
  const failed = once(child, 'exit').then(() => {
    throw new Error('The process that reads has died');
  });
  const [samples] = (await Promise.race([once(child, 'message'), failed])) as [ReadingSample[]];
  await failed.catch(() => {});
  return samples;
}

async function besideReadings(generator: Generator, plan: Plan): Promise<Omit<EvidenceResults, 'readings'>> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const server = await startServer([PRODUCTION], { BLOB_URL: `file:${folder}`, EVIDENCE_TIMEOUT_MS: '15000' });
  const [runId = ''] = await sendEach(server.port, 1, createRun);
  const sbom = sbomOf(plan.sbomBytes);
  const results: Omit<EvidenceResults, 'readings'> = { alone: [], besideReadings: [], read: 0 };
  const targets = [{ method: 'GET' as const, path: `/maestro/runs/${runId}` }];
  // One connection asks all the time and leaves a processor to the worker.
  const load = { port: server.port, targets, seconds: plan.seconds * LONGER, connections: 1 };
  await generator.send(load);
  await haveRead(server.port, runId, sbom);
  for (let round = 0; round < plan.rounds; round += 1) {
    results.alone.push(await generator.send(load));
    const until = { over: false };
    const reading = readOn(server.port, runId, sbom, until);
    // Where it fails nobody waits for it yet.
    reading.catch(() => {});
    results.besideReadings.push(await generator.send(load));
    until.over = true;
    results.read += await reading;
  }
  await stop(server);
  rmSync(folder, { recursive: true });
  return results;
}

function sbomOf(bytes: number): Buffer {
  const some = documentOf('CycloneDX JSON', 1_000);
  return documentOf('CycloneDX JSON', Math.ceil((bytes / some.length) * 1_000));
}

/** Sends SBOMs, each when the one before it was read, and returns how many. */
async function readOn(port: number, runId: string, sbom: Buffer, until: { over: boolean }): Promise<number> {
  let count = 0;
  for (; !until.over; count += 1) await haveRead(port, runId, sbom);
  return count;
}

async function haveRead(port: number, runId: string, sbom: Buffer): Promise<void> {
  const [id = ''] = await sendEach(port, 1, () => ({
    method: 'POST',
    path: '/maestro/artifacts',
    body: JSON.stringify({ run_id: runId, kind: 'sbom', path_or_uri: 'sbom.cdx.json' }),
  }));
  const url = `http://127.0.0.1:${port}/maestro/artifacts/${id}/content`;
  const answer = await fetch(url, { method: 'PUT', headers: { prefer: 'wait=60' }, body: sbom });
  const { evidence } = (await answer.json()) as { evidence?: { state?: string } };
  if (evidence?.state !== 'read') throw new Error(`An SBOM was not read: ${answer.status} ${evidence?.state}`);
}
