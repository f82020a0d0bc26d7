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
