// A process that is told to stop while callers stall, trickle or say nothing: it ends in order before its
// hard stop, at which it would exit with another status than 0.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startMaestro, stopAll } from './processes.ts';

const folders: string[] = [];
afterAll(async () => {
  await stopAll();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function started(settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-stop-'));
  folders.push(folder);
  const maestro = await startMaestro('', { BLOB_URL: `file:${folder}`, SHUTDOWN_WAIT_MS: '0', ...settings });
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${maestro.url}/maestro/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { id: string };
  };
  const { id: run_id } = await post('runs', { name: 'build', owner: 'team' });
  const newArtifact = async () => (await post('artifacts', { run_id, kind: 'other', path_or_uri: 'file' })).id;
  const open = async (bytes = '') => {
    const socket = connect(Number(new URL(maestro.url).port), '127.0.0.1');
    await once(socket, 'connect');
    if (bytes !== '') socket.write(bytes);
    return socket;
  };
  const upload = (id: string) =>
    open(`PUT /maestro/artifacts/${id}/content HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\nsome`);
  const files = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== 'maestro-place',
    );
  return { maestro, newArtifact, open, upload, files };
}

function textOf(socket: Socket): () => string {
  let text = '';
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  return () => text;
}

const POST_RUN = 'POST /maestro/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

describe('a process that is told to stop', () => {
  it('ends an upload that has stalled after some seconds, with 503, and leaves nothing of it', async () => {
    const { maestro, newArtifact, upload, files } = await started();
    const answer = textOf(await upload(await newArtifact()));
    await expect.poll(() => files().length).toBe(1);
    expect(await maestro.stop()).toBe(0);
    expect(answer()).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer()).toContain('urn:maestro:problem:not_ready');
    expect(answer()).toMatch(/\r\nretry-after: 2\r\n/);
    expect(files()).toEqual([]);
  });

  it('stores an upload that ends in time', async () => {
    const { maestro, newArtifact, upload, files } = await started();
    const socket = await upload(await newArtifact());
    const answer = textOf(socket);
    await expect.poll(() => files().length).toBe(1);
    const stopped = maestro.stop();
    for (let left = 1_000_000 - 4; left > 0; left -= 200_000) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      socket.write(Buffer.alloc(Math.min(left, 200_000), 'x'));
    }
    expect(await stopped).toBe(0);
    expect(answer()).toMatch(/^HTTP\/1\.1 201 /);
    expect(files()).toHaveLength(1);
  });

  it('ends before its hard stop whatever callers do, and answers what it can', async () => {
    const { maestro, newArtifact, open, upload, files } = await started({ HEADERS_TIMEOUT_MS: '60000' });
    const trickling = await upload(await newArtifact());
    const stalled = await open(`${POST_RUN}content-length: 1000\r\n\r\n{`);
    const inspected = await open(
      'POST /maestro/evidence/inspect HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nsome',
    );
    const others = [
      await open(),
      await open('GET /health HT'),
      await open(`${POST_RUN}content-length: 9\r\nexpect: 100-continue\r\n\r\n`),
    ];
    const answers = [trickling, stalled].map(textOf);
    const inspection = textOf(inspected);
    others.map(textOf);
    const trickle = setInterval(() => trickling.write('x'), 200);
    await expect.poll(() => files().length).toBe(1);
    expect(await maestro.stop()).toBe(0);
    clearInterval(trickle);
    for (const answer of answers) {
      expect(answer()).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer()).toContain('urn:maestro:problem:not_ready');
    }
    // The pause that a file may make is shorter than the stop.
    expect(inspection()).toMatch(/^HTTP\/1\.1 408 /);
    expect(files()).toEqual([]);
  });

  it('is not held up by connections that nothing was ever sent on', async () => {
    const { maestro, open } = await started();
    for (let count = 0; count < 5; count += 1) textOf(await open());
    expect(await maestro.stop()).toBe(0);
  });
});
