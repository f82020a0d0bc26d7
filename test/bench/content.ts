// How fast content comes and goes, beside a bare server that does as much with it, and what slow uploads cost others.
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

/** Megabytes a second, by round; and p99 of GET run in milliseconds, alone and beside the uploads. */
export type ContentResults = {
  up: { bare: number[]; ours: number[] };
  down: { bare: number[]; ours: number[] };
  alone: number[];
  besideUploads: number[];
};

export const CONTENT_BYTES = 64 * 1024 * 1024;
export const SLOW_UPLOADS = 64;

export async function content(generator: Generator, plan: Plan): Promise<ContentResults> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  mkdirSync(join(folder, 'bare'));
  const ours = await startServer([PRODUCTION], { BLOB_URL: `file:${join(folder, 'ours')}` });
  const bare = await startServer([...TYPESCRIPT, fileBeside('bare-content-server.ts')], {
    FOLDER: join(folder, 'bare'),
  });
  const [runId = ''] = await sendEach(ours.port, 1, createRun);
  const uploads = plan.rounds + 1 + SLOW_UPLOADS;
  const artifacts = await sendEach(ours.port, uploads, () => artifactIn(runId, 'other', 'build.tar'));
  const path = (index: number) => `/maestro/artifacts/${artifacts[index]}/content`;
  const results: ContentResults = {
    up: { bare: [], ours: [] },
    down: { bare: [], ours: [] },
    alone: [],
    besideUploads: [],
  };
  // The first round lets both be compiled.
  for (let round = 0; round <= plan.rounds; round += 1) {
    const bytes = randomBytes(CONTENT_BYTES);
    for (const [name, server] of round % 2 === 0
      ? ([
          ['bare', bare],
          ['ours', ours],
        ] as const)
      : ([
          ['ours', ours],
          ['bare', bare],
        ] as const)) {
      const up = await megabytesPerSecond(server, 'PUT', path(round), bytes);
      const down = await megabytesPerSecond(server, 'GET', path(round), null);
      if (round === 0) continue;
      results.up[name].push(up);
      results.down[name].push(down);
    }
  }
  const targets = [{ method: 'GET' as const, path: `/maestro/runs/${runId}` }];
  const load = { port: ours.port, targets, seconds: plan.seconds, connections: 16 };
  for (let round = 0; round < plan.rounds; round += 1) {
    results.alone.push((await generator.send(load)).p99Ms);
    const end = trickle(ours.port, (index) => path(plan.rounds + 1 + index));
    results.besideUploads.push((await generator.send(load)).p99Ms);
    end();
  }
  await Promise.all([stop(ours), stop(bare)]);
  rmSync(folder, { recursive: true });
  return results;
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

/** Uploads that bring a kilobyte every 20 ms, until told to end. */
function trickle(port: number, path: (index: number) => string): () => void {
  const sockets: Socket[] = Array.from({ length: SLOW_UPLOADS }, (_, index) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(`PUT ${path(index)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${CONTENT_BYTES}\r\n\r\n`);
    return socket;
  });
  const kilobyte = Buffer.alloc(1_024);
  const timer = setInterval(() => sockets.forEach((socket) => void socket.write(kilobyte)), 20);
  return () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  };
}
