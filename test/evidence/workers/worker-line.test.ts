import { expect, it } from 'vitest';
import type { WorkerProcess } from '../../../src/evidence/workers/start-worker.ts';
import { workerLine } from '../../../src/evidence/workers/worker-line.ts';

const named = (name: string) => ({ name }) as unknown as WorkerProcess;
const { signal } = new AbortController();

it('serves those who wait in their order, and nobody where none waits', async () => {
  const line = workerLine();
  expect(line.serveFirst(() => named('unused'))).toBe(false);
  const both = Promise.all([line.next(signal), line.next(signal)]);
  expect(line.length()).toBe(2);
  expect(line.serveFirst(() => named('a'))).toBe(true);
  expect(line.serveFirst(() => named('b'))).toBe(true);
  expect(await both).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect(line.length()).toBe(0);
});

it('has one leave that is aborted, and fails one for whom there is no worker', async () => {
  const line = workerLine();
  const stop = new AbortController();
  const left = line.next(stop.signal);
  const next = line.next(signal);
  stop.abort(new Error('not wanted'));
  await expect(left).rejects.toThrow('not wanted');
  const fail = (): never => {
    throw new Error('no memory');
  };
  expect(line.serveFirst(fail)).toBe(true);
  await expect(next).rejects.toThrow('no memory');
  expect(line.length()).toBe(0);
});
