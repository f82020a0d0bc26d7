// What it takes to read documents, beside `JSON.parse` of as much, and how long others wait meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentOf } from '../evidence/documents.ts';
import { measuredBy } from './measuring.ts';
import type { Plan } from './plan.ts';
import type { ReadingOrder, ReadingSample } from './reading-process.ts';
import { artifactIn, createRun } from './seed.ts';
import { PRODUCTION, startServer, stop } from './server-process.ts';
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
  const { entries, rounds } = plan;
  const order: ReadingOrder = { entries, rounds };
  const readings = await measuredBy<ReadingSample[]>('reading-process.ts', order);
  return { readings, ...(await besideReadings(generator, plan)) };
}

async function besideReadings(generator: Generator, plan: Plan): Promise<Omit<EvidenceResults, 'readings'>> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const server = await startServer([PRODUCTION], { BLOB_URL: `file:${folder}`, EVIDENCE_TIMEOUT_MS: '60000' });
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
  const [id = ''] = await sendEach(port, 1, () => artifactIn(runId, 'sbom', 'sbom.cdx.json'));
  const url = `http://127.0.0.1:${port}/maestro/artifacts/${id}/content`;
  const answer = await fetch(url, { method: 'PUT', headers: { prefer: 'wait=60' }, body: sbom });
  const { evidence } = (await answer.json()) as { evidence?: { state?: string } };
  if (evidence?.state !== 'read') throw new Error(`An SBOM was not read: ${answer.status} ${evidence?.state}`);
}
