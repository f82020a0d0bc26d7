import { expect, it } from 'vitest';
import { within } from '../../src/http/time-limit.ts';

const late = () => new Error('late');

it('gives what work gives in time, and throws what it throws', async () => {
  expect(await within(Promise.resolve(7), 30_000, late)).toBe(7);
  await expect(within(Promise.reject(new Error('own')), 30_000, late)).rejects.toThrow('own');
});

it('throws where the work takes longer, whatever becomes of it later', async () => {
  let fail = (_error: Error) => {};
  const work = new Promise((_, reject) => {
    fail = reject;
  });
  await expect(within(work, 1, late)).rejects.toThrow('late');
  fail(new Error('too late to matter'));
  await new Promise((resolve) => setTimeout(resolve, 5));
});

it('throws the reason of a signal that is aborted, before the work or during it', async () => {
  const never = new Promise(() => {});
  const stopped = new Error('stopped');
  await expect(within(never, 30_000, late, AbortSignal.abort(stopped))).rejects.toBe(stopped);
  const stop = new AbortController();
  const waiting = within(never, 30_000, late, stop.signal);
  stop.abort(stopped);
  await expect(waiting).rejects.toBe(stopped);
});
