import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { READER as VERSION } from '../../../src/domain/evidence/reader.ts';
import { LIMITS } from '../../../src/evidence/limits.ts';
import type { Ready, WorkerData } from '../../../src/evidence/workers/worker.ts';

const DIST = join(import.meta.dirname, '../../../dist/evidence');
const READER = pathToFileURL(join(DIST, 'read.js')).href;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const worker of started.splice(0)) worker.kill('SIGKILL');
});

async function start(data: Partial<WorkerData> = {}) {
  const stdio = ['pipe', 'ignore', 'ignore', 'ipc'] as ('pipe' | 'ignore' | 'ipc')[];
  const worker = fork(join(DIST, 'workers/worker.js'), [], { env: {}, execArgv: [], serialization: 'advanced', stdio });
  started.push(worker);
  const next = async () => ((await once(worker, 'message')) as [Ready])[0];
  const ready = next();
  worker.send({ reader: READER, limits: LIMITS, verifier: null, ...data });
  return { worker, ready: await ready, next };
}

const send = (worker: ChildProcess, text: string, more: object = {}) => {
  worker.send({ length: Buffer.byteLength(text), ...more });
  worker.stdin?.write(text);
};

it('a worker says when it is ready, and reads one document after another with the reader and the limits that it was given', async () => {
  const { worker, ready, next } = await start({ limits: { ...LIMITS, maxDepth: 2 } });
  expect(ready).toEqual({ version: VERSION });
  for (const [text, state] of [
    ['[[[]]]', 'unreadable'],
    ['', 'opaque'],
    [`{"a":"${'x'.repeat(1_000_000)}"}`, 'opaque'],
  ] as const) {
    const answer = next();
    send(worker, text);
    expect(await answer).toMatchObject({ reading: { state } });
  }
});

it('a worker verifies with the verifier that it was given and what is trusted, where it is said when the bytes came', async () => {
  const verifier = `data:text/javascript,${encodeURIComponent(`
    export const verifierOf = (trust) => (signed, ambiguous, receivedAt) => ({
      trust: trust.digest,
      trust_since: receivedAt,
      libraries: { forms: signed.map(({ form }) => form).join() },
      attestations: [],
      attestations_total: signed.length,
    });
  `)}`;
  const text = '{"bomFormat":"CycloneDX","specVersion":"1.6","signature":{}}';
  const at = '2026-01-31T10:06:00.000Z';
  const verification = { trust: 'known', trust_since: at, libraries: { forms: 'jsf' }, attestations_total: 1 };
  for (const [given, receivedAt, expected] of [
    [verifier, at, expect.objectContaining(verification)],
    [verifier, undefined, null],
    [null, at, null],
  ] as const) {
    const { worker, next } = await start({ verifier: given });
    const answer = next();
    send(worker, text, { trust: { digest: 'known' }, receivedAt });
    expect((await answer).reading).toMatchObject({ state: 'read', verification: expected });
  }
});

const LOOPS = 'data:text/javascript,export async function readDocument() { for (;;); }';

it('a worker outlives the signals that are sent to all processes of a service', async () => {
  const { worker, next } = await start();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) worker.kill(signal);
  const answer = next();
  send(worker, '{}');
  expect(await answer).toMatchObject({ reading: { state: 'opaque' } });
});

it('a worker that waits ends with the channel to its server', async () => {
  const { worker } = await start();
  worker.disconnect();
  await once(worker, 'exit');
});

it('a worker that reads without end ends after its server was killed', async () => {
  const server = `
    import { fork } from 'node:child_process';
    const worker = fork(${JSON.stringify(join(DIST, 'workers/worker.js'))}, [], { env: {}, execArgv: [], serialization: 'advanced', stdio: ['pipe', 'ignore', 'ignore', 'ipc'] });
    worker.send(${JSON.stringify({ reader: LOOPS, limits: LIMITS, verifier: null })});
    worker.once('message', () => {
      worker.send({ length: 0 });
      setTimeout(() => console.log(worker.pid), 200);
    });
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', server], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(parent);
  const [printed] = await once(parent.stdout, 'data');
  const pid = Number(printed);
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isThere()).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(isThere).toBe(false);
});
