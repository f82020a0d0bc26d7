// How long others wait while a flood of bundles is verified, beside the same flood where nobody is trusted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from './plan.ts';
import { artifactIn, createRun } from './seed.ts';
import { PRODUCTION, startServer, stop } from './server-process.ts';
import type { SignedDocuments } from './signed-documents.ts';
import { type Answered, sendEach, type Traffic } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

export type FloodResults = {
  /** How GET run is answered, in each round, while nothing is sent and while bundles are, without and with a trust file. */
  alone: Answered[];
  besideReadings: Answered[];
  besideVerifyings: Answered[];
  /** How many bundles each server is sent a second, and was in all. */
  perSecond: number;
  sent: number;
};

/** A round of load lasts so many times as long as others: hundreds of bundles are to be verified in it. */
const LONGER = 1.5;

/** What is asked of a server, and in which state the bundles are that it was sent. */
type Lane = { load: Traffic; state: 'refused' | 'unbound' };

export async function besideFlood(
  generator: Generator,
  { rounds, seconds }: Plan,
  { documents: [bundle], trustFile }: SignedDocuments,
): Promise<FloodResults> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const TRUST_FILE = join(folder, 'trust.json');
  writeFileSync(TRUST_FILE, trustFile);
  const start = (name: string, more = {}) =>
    startServer([PRODUCTION], { BLOB_URL: `file:${join(folder, name)}`, ...more });
  const servers = [await start('trusting', { TRUST_FILE }), await start('other')] as const;
  const [trusting, other] = servers;
  // What is verified is about no content of its run.
  const verifying: Lane = { load: await asking(trusting.port, seconds * LONGER), state: 'unbound' };
  const reading: Lane = { load: await asking(other.port, seconds * LONGER), state: 'refused' };
  const copies = copier(bundle.text);
  // The first ones let both be compiled.
  for (const lane of [reading, verifying]) await batch(lane, copies);
  const perSecond = await paceOf(generator, verifying, copies);
  const count = Math.ceil(perSecond * seconds * LONGER);
  const flooded = (lane: Lane) => besideBundles(generator, lane, copies(count), perSecond);
  const results: FloodResults = {
    alone: [],
    besideReadings: [],
    besideVerifyings: [],
    perSecond,
    sent: count * rounds,
  };
  for (let round = 0; round < rounds; round += 1) {
    results.alone.push(await generator.send(verifying.load));
    // Another lane begins each round.
    for (const lane of round % 2 === 0 ? [reading, verifying] : [verifying, reading])
      results[lane === reading ? 'besideReadings' : 'besideVerifyings'].push(await flooded(lane));
  }
  await Promise.all(servers.map((server) => stop(server)));
  rmSync(folder, { recursive: true });
  return results;
}

/** One connection asks all the time and leaves a processor to the worker. */
async function asking(port: number, seconds: number): Promise<Lane['load']> {
  const [runId = ''] = await sendEach(port, 1, createRun);
  return { port, targets: [{ method: 'GET', path: `/maestro/runs/${runId}` }], seconds, connections: 1 };
}

type Copies = (count: number) => Buffer[];

/** The same document as often as wanted, each in other bytes: what came before might cost less. */
function copier(text: string): Copies {
  let copied = 0;
  const copy = () => {
    copied += 1;
    return Buffer.from(`${text}${copied.toString(2).replaceAll('0', ' ').replaceAll('1', '\t')}`);
  };
  return (count) => Array.from({ length: count }, copy);
}

const BATCH = 64;

/** How many bundles a second go through a server while it is asked for something else. */
async function paceOf(generator: Generator, lane: Lane, copies: Copies): Promise<number> {
  const until = { over: false };
  const answered = generator.send(lane.load).finally(() => {
    until.over = true;
  });
  const began = performance.now();
  let count = 0;
  for (; !until.over; count += BATCH) await batch(lane, copies);
  const seconds = (performance.now() - began) / 1_000;
  await answered;
  return Math.ceil(count / seconds);
}

/** Sends a batch at once. All of it is read when this resolves. */
async function batch({ load, state }: Lane, copies: Copies): Promise<void> {
  const urls = await newArtifacts(load.port, BATCH);
  await sendEvenly(urls, copies(BATCH), Number.POSITIVE_INFINITY);
  await requireStates(urls, state);
}

/** How what the lane is asked for is answered while it gets the bundles. All of them are read when this resolves. */
async function besideBundles(
  generator: Generator,
  { load, state }: Lane,
  bundles: readonly Buffer[],
  perSecond: number,
): Promise<Answered> {
  const urls = await newArtifacts(load.port, bundles.length);
  const sending = sendEvenly(urls, bundles, perSecond);
  // Where it fails nobody waits for it yet.
  sending.catch(() => {});
  const answered = await generator.send(load);
  await sending;
  await requireStates(urls, state);
  return answered;
}

/** The URLs of new artifacts, of a run of their own. */
async function newArtifacts(port: number, count: number): Promise<string[]> {
  const [runId = ''] = await sendEach(port, 1, createRun);
  const ids = await sendEach(port, count, () => artifactIn(runId, 'slsa_provenance', 'provenance.sigstore.json'));
  return ids.map((id) => `http://127.0.0.1:${port}/maestro/artifacts/${id}`);
}

async function sendEvenly(urls: readonly string[], bundles: readonly Buffer[], perSecond: number): Promise<void> {
  const began = performance.now();
  const answers: Promise<void>[] = [];
  for (const [index, bundle] of bundles.entries()) {
    await sleep(began + (index * 1_000) / perSecond - performance.now());
    const answer = send(`${urls[index]}/content`, bundle);
    answer.catch(() => {});
    answers.push(answer);
  }
  await Promise.all(answers);
}

async function send(url: string, body: Buffer): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', headers: { prefer: 'wait=0' }, body });
  if (!answer.ok) throw new Error(`A bundle was not taken: ${answer.status}`);
  await answer.arrayBuffer();
}

async function requireStates(urls: readonly string[], state: Lane['state']): Promise<void> {
  for (const url of urls) {
    const answer = await fetch(`${url}/evidence`, { headers: { prefer: 'wait=60' } });
    const { verification } = (await answer.json()) as { verification?: { attestations?: { state?: string }[] } };
    const found = verification?.attestations?.[0]?.state;
    if (found !== state) throw new Error(`A bundle is not ${state}: ${answer.status} ${found}`);
  }
}
