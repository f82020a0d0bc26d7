// How fast content is uploaded and downloaded, beside a bare server that does as much with it, and what slow uploads cost
// others.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from './plan.ts';
import { artifactIn, createRun } from './seed.ts';
import { fileBeside, PRODUCTION, type ServerProcess, startServer, stop, TYPESCRIPT } from './server-process.ts';
import { sendEach } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

/** Megabytes a second, by round. */
export type Speeds = { up: number[]; down: number[] };

/** `alone` and `besideUploads`: p99 of GET run in milliseconds, by round. */
export type ContentResults = { bare: Speeds; ours: Speeds; alone: number[]; besideUploads: number[] };

export const CONTENT_BYTES = 64 * 1024 * 1024;
export const SLOW_UPLOADS = 64;

export async function content(generator: Generator, plan: Plan): Promise<ContentResults> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  mkdirSync(join(folder, 'bare'));
  const ours = await startServer([PRODUCTION], { BLOB_URL: `file:${join(folder, 'ours')}` });
  const bare = await startServer([...TYPESCRIPT, fileBeside('bare-content-server.ts')], {
    FOLDER: join(folder, 'bare'),
  });
  const { runId, paths } = await newContents(ours, plan.rounds + 1 + SLOW_UPLOADS);
  const [ofBare, ofOurs] = await contentRounds(
    [
      { server: bare, paths },
      { server: ours, paths },
    ],
    plan,
  );
  const results: ContentResults = {
    bare: ofBare ?? { up: [], down: [] },
    ours: ofOurs ?? { up: [], down: [] },
    alone: [],
    besideUploads: [],
  };
  const targets = [{ method: 'GET' as const, path: `/maestro/runs/${runId}` }];
  const load = { port: ours.port, targets, seconds: plan.seconds, connections: 16 };
  for (let round = 0; round < plan.rounds; round += 1) {
    results.alone.push((await generator.send(load)).p99Ms);
    const end = trickle(ours.port, paths.slice(-SLOW_UPLOADS));
    results.besideUploads.push((await generator.send(load)).p99Ms);
    end();
  }
  await Promise.all([stop(ours), stop(bare)]);
  rmSync(folder, { recursive: true });
  return results;
}

/** The paths of content that is not there yet, of artifacts of one run. */
export async function newContents(
  { port }: ServerProcess,
  count: number,
): Promise<{ runId: string; paths: readonly string[] }> {
  const [runId = ''] = await sendEach(port, 1, createRun);
  const ids = await sendEach(port, count, () => artifactIn(runId, 'other', 'build.tar'));
  return { runId, paths: ids.map((id) => `/maestro/artifacts/${id}/content`) };
}

/** The speeds of each server. All get the same bytes, in interleaved rounds. */
export async function contentRounds(
  lanes: readonly { server: ServerProcess; paths: readonly string[] }[],
  { rounds }: Plan,
): Promise<Speeds[]> {
  const speeds = lanes.map((): Speeds => ({ up: [], down: [] }));
  // The first round lets all be compiled.
  for (let round = 0; round <= rounds; round += 1) {
    const bytes = randomBytes(CONTENT_BYTES);
    for (const turn of lanes.keys()) {
      const at = (turn + round) % lanes.length;
      const { server, paths } = lanes[at] as (typeof lanes)[number];
      const up = await megabytesPerSecond(server, 'PUT', paths[round] ?? '', bytes);
      const down = await megabytesPerSecond(server, 'GET', paths[round] ?? '', null);
      if (round === 0) continue;
      speeds[at]?.up.push(up);
      speeds[at]?.down.push(down);
    }
  }
  return speeds;
}

function megabytesPerSecond(
  { port }: ServerProcess,
  method: 'PUT' | 'GET',
  path: string,
  bytes: Buffer | null,
): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, agent: false }, (response) => {
      if ((response.statusCode ?? 0) >= 300) reject(new Error(`${method} ${path}: ${response.statusCode}`));
      response.resume().on('error', reject);
      response.on('end', () => resolve(CONTENT_BYTES / 1e6 / ((performance.now() - began) / 1_000)));
    });
    sent.on('error', reject);
    if (bytes === null) return void sent.end();
    sent.setHeader('content-length', bytes.length);
    sent.end(bytes);
  });
}

/** Uploads that send a kilobyte every 20 ms, until told to end. */
function trickle(port: number, paths: readonly string[]): () => void {
  const sockets = paths.map((path): Socket => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${CONTENT_BYTES}\r\n\r\n`);
    return socket;
  });
  const kilobyte = Buffer.alloc(1_024);
  const timer = setInterval(() => sockets.forEach((socket) => void socket.write(kilobyte)), 20);
  return () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  };
}
