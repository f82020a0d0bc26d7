import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { LIMITS } from '../../src/evidence/unpack.ts';

const COMPILED = pathToFileURL(join(import.meta.dirname, '../../dist/evidence/')).href;

it('a worker says that it has begun with a document before it reads it, with the reader and the limits that it was given', async () => {
  const script = `
    import { parentPort } from 'node:worker_threads';
    import { read } from '${COMPILED}worker.js';
    parentPort.postMessage(await read({ id: 7, bytes: Buffer.from('[[[]]]') }));
  `;
  const workerData = { reader: `${COMPILED}read.js`, limits: { ...LIMITS, maxDepth: 2 }, verifier: null };
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData });
  const messages: unknown[] = [];
  worker.on('message', (message) => messages.push(message));
  await once(worker, 'exit');
  expect(messages).toEqual([
    { begun: 7 },
    expect.objectContaining({ state: 'unreadable', findings: [expect.objectContaining({ code: 'too_deep' })] }),
  ]);
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
  const script = `
    import { parentPort } from 'node:worker_threads';
    import { read } from '${COMPILED}worker.js';
    const bytes = Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6","signature":{}}');
    for (const receivedAt of ['2026-01-31T10:06:00.000Z', undefined]) {
      const { state, verification } = await read({ id: 1, bytes, trust: { digest: 'known' }, receivedAt });
      parentPort.postMessage([state, verification]);
    }
  `;
  for (const [given, expected] of [
    [
      verifier,
      {
        trust: 'known',
        trust_since: '2026-01-31T10:06:00.000Z',
        libraries: { forms: 'jsf' },
        attestations: [],
        attestations_total: 1,
      },
    ],
    [null, null],
  ]) {
    const workerData = { reader: `${COMPILED}read.js`, limits: LIMITS, verifier: given };
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData });
    const messages: unknown[] = [];
    worker.on('message', (message) => messages.push(message));
    await once(worker, 'exit');
    expect(messages).toEqual([{ begun: 1 }, ['read', expected], { begun: 1 }, ['read', null]]);
  }
});
