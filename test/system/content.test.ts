// Content through the compiled server: what is slow, cut off, large, or there when the process is killed.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { newDatabase } from '../store/database.ts';
import { type SwiftServer, startSwift, swiftIsInstalled } from '../swift.ts';
import { FAULTS, SERVER, startMaestro, stopAll } from './processes.ts';

const MIB = 1024 * 1024;
const TOTAL_MS = 2_000;
const IDLE_MS = 500;

const folders: string[] = [];
afterAll(async () => {
  await stopAll();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-content-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== 'maestro-place',
  );

async function newArtifact(url: string): Promise<Artifact> {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/maestro/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { id: string };
  };
  const { id: run_id } = await post('runs', { name: 'build', owner: 'team' });
  return (await post('artifacts', { run_id, kind: 'other', path_or_uri: 'file' })) as Artifact;
}

const contentOf = (url: string, id: string) => `${url}/maestro/artifacts/${id}/content`;

/** A raw connection that has begun to send content of `length` bytes. */
async function beginUpload(url: string, id: string, length: number): Promise<{ socket: Socket; answer: () => string }> {
  const { hostname, port, pathname } = new URL(contentOf(url, id));
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.on('error', () => {});
  socket.write(`PUT ${pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`);
  return { socket, answer: () => text };
}

async function untilClosed(socket: Socket): Promise<void> {
  await expect.poll(() => socket.destroyed || socket.closed, { timeout: 20_000 }).toBe(true);
}

describe('an upload', () => {
  const folder = newFolder();
  const limits = { CONTENT_IDLE_TIMEOUT_MS: String(IDLE_MS), CONTENT_TIMEOUT_MS: String(TOTAL_MS) };
  const server = startMaestro('', { BLOB_URL: `file:${folder}`, ...limits });

  it('that stalls is answered 408 and leaves nothing behind', async () => {
    const { url } = await server;
    const { id } = await newArtifact(url);
    const { socket, answer } = await beginUpload(url, id, 1_000);
    socket.write('some');
    await expect.poll(answer, { timeout: 20_000 }).toContain('urn:maestro:problem:request_timeout');
    expect(answer()).toMatch(/^HTTP\/1\.1 408 /);
    await untilClosed(socket);
    expect(filesIn(folder)).toEqual([]);
  });

  it('that goes on and on is answered 408, too', async () => {
    const { url } = await server;
    const { id } = await newArtifact(url);
    const { socket, answer } = await beginUpload(url, id, 1_000_000);
    const trickle = setInterval(() => socket.write('x'), 50);
    await expect.poll(answer, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 408 /);
    await untilClosed(socket);
    clearInterval(trickle);
    expect(filesIn(folder)).toEqual([]);
  });

  it('that is cut off leaves nothing behind, and may be begun again', async () => {
    const { url } = await server;
    const { id } = await newArtifact(url);
    const bytes = randomBytes(MIB);
    const { socket } = await beginUpload(url, id, bytes.length);
    socket.write(bytes.subarray(0, MIB / 2));
    await expect.poll(() => filesIn(folder).length).toBe(1);
    socket.destroy();
    await expect.poll(() => filesIn(folder).length).toBe(0);
    expect((await fetch(contentOf(url, id))).status).toBe(404);
    expect((await fetch(contentOf(url, id), { method: 'PUT', body: bytes })).status).toBe(201);
    expect(bytes.equals(Buffer.from(await (await fetch(contentOf(url, id))).arrayBuffer()))).toBe(true);
  });
});

describe('large content', () => {
  // 1 GiB through 256 MiB of heap by `make test-faults`; less of both otherwise.
  const [size, heap] = FAULTS >= 50 ? [1024, 256] : [96, 64];
  let swift: SwiftServer | null = null;
  afterAll(() => swift?.stop());

  async function bucket(): Promise<string> {
    swift = await startSwift();
    swift.useKeys();
    await swift.makeBucket('large');
    return `s3://large?endpoint=${swift.url}`;
  }

  async function passes(BLOB_URL: string): Promise<void> {
    const NODE_OPTIONS = `--max-old-space-size=${heap}`;
    const { url, alive } = await startMaestro('', {
      ...{ BLOB_URL, NODE_OPTIONS, CONTENT_LIMIT: String(size * MIB) },
    });
    const { id } = await newArtifact(url);
    const stored = await fetch(contentOf(url, id), {
      method: 'PUT',
      body: stream(size),
      duplex: 'half',
    } as RequestInit);
    expect(stored.status).toBe(201);
    const { content } = (await stored.json()) as Artifact;
    expect(content?.size).toBe(size * MIB);
    const hash = createHash('sha256');
    const fetched = await fetch(contentOf(url, id));
    for await (const part of fetched.body as unknown as AsyncIterable<Uint8Array>) hash.update(part);
    expect(hash.digest('hex')).toBe(content?.digests.sha256);
    expect(alive()).toBe(true);
  }

  const what = `of ${size} MiB passes through a heap of ${heap} MiB`;
  it(`${what} to a folder`, () => passes(`file:${newFolder()}`), 240_000);
  it.skipIf(!swiftIsInstalled())(`${what} to a bucket`, async () => passes(await bucket()), 240_000);
});

function stream(mebibytes: number): ReadableStream {
  const chunk = randomBytes(MIB);
  let left = mebibytes;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(chunk);
    },
  });
}

describe('a process that is killed under uploads', () => {
  it('has each of 100 whole or not at all, and no row without its bytes', async () => {
    const folder = newFolder();
    const database = await newDatabase();
    const maestro = await startMaestro(database.url, { BLOB_URL: `file:${folder}` });
    const { url } = maestro;
    const artifacts = await Promise.all(Array.from({ length: 100 }, () => newArtifact(url)));
    const bytes = artifacts.map(() => randomBytes(128 * 1024));
    const acknowledged = new Set<string>();
    const uploads = artifacts.map(async ({ id }, index) => {
      // One after the other, so that the kill meets them in every state.
      await sleep(index * 5);
      const body = bytes[index] as Buffer;
      const answer = await fetch(contentOf(url, id), { method: 'PUT', body }).catch(() => null);
      if (answer?.status === 201) acknowledged.add(id);
    });
    await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 2 }).toBeGreaterThan(20);
    await maestro.restart('SIGKILL');
    await Promise.all(uploads);
    await maestro.untilReady();
    expect(acknowledged.size).toBeLessThan(100);
    for (const [index, { id }] of artifacts.entries()) {
      const answer = await fetch(contentOf(url, id));
      if (acknowledged.has(id)) expect(answer.status).toBe(200);
      expect([200, 404]).toContain(answer.status);
      const found = Buffer.from(await answer.arrayBuffer());
      if (answer.status === 200) expect(bytes[index]?.equals(found)).toBe(true);
    }
  });
});

describe('the content store', () => {
  it('has to be named with a database server; without it all else is served', async () => {
    const { url } = await startMaestro((await newDatabase()).url);
    const { id } = await newArtifact(url);
    const refusal = await fetch(contentOf(url, id), { method: 'PUT', body: 'x' });
    expect(refusal.status).toBe(503);
    expect(await refusal.json()).toMatchObject({ type: 'urn:maestro:problem:content_store_not_configured' });
  });

  it('lies beside the embedded database, and is swept of what no row names and is older than a day', async () => {
    const folder = join(newFolder(), 'data');
    const maestro = await startMaestro(`embedded:${folder}`);
    const { id } = await newArtifact(maestro.url);
    const body = 'kept';
    expect((await fetch(contentOf(maestro.url, id), { method: 'PUT', body })).status).toBe(201);
    await maestro.stop();
    const [blob, ...others] = filesIn(join(folder, 'blobs'));
    expect(others).toEqual([]);
    const path = join(blob?.parentPath ?? '', blob?.name ?? '');
    const stray = path.slice(0, -62) + '0'.repeat(62);
    copyFileSync(path, stray);
    const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const file of [path, stray]) utimesSync(file, old, old);
    const env = { ...process.env, DATABASE_URL: `embedded:${folder}` };
    const { stdout } = await promisify(execFile)(process.execPath, [SERVER, 'sweep'], { env });
    expect(stdout).toBe('Removed 1 blobs that no artifact names\n');
    expect(filesIn(join(folder, 'blobs')).map(({ name }) => name)).toEqual([blob?.name]);
  });
});
