import { expect, it } from 'vitest';
import { STOPPING, stopping, unlessOver } from '../../src/http/stopping.ts';

it('a stop is over some time after it has begun, and begins once', async () => {
  const stop = stopping(50);
  expect([stop.begun.aborted, stop.over.aborted]).toEqual([false, false]);
  stop.begin();
  expect([stop.begun.aborted, stop.over.aborted]).toEqual([true, false]);
  stop.begin();
  await expect.poll(() => stop.over.aborted).toBe(true);
});

it('work gives what it gives before the stop is over, and its own error', async () => {
  const stop = stopping(60_000);
  stop.begin();
  expect(await unlessOver(stop, Promise.resolve(7))).toBe(7);
  const boom = new Error('boom');
  await expect(unlessOver(stop, Promise.reject(boom))).rejects.toBe(boom);
});

it('work that is not done when the stop is over is not waited for, and may fail later without harm', async () => {
  const stop = stopping(10);
  let fail = (_error: Error) => {};
  const work = unlessOver(
    stop,
    new Promise((_resolve, reject) => {
      fail = reject;
    }),
  );
  stop.begin();
  await expect(work).rejects.toBe(STOPPING);
  fail(new Error('boom'));
  await expect(unlessOver(stop, Promise.resolve(7))).rejects.toBe(STOPPING);
});

it('any number of requests may wait for the end of a stop, without a warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on('warning', note);
  const stop = stopping(60_000);
  const waiting = Array.from({ length: 50 }, () => new Promise<void>((resolve) => setTimeout(resolve, 20)));
  await Promise.all(waiting.map((one) => unlessOver(stop, one)));
  process.off('warning', note);
  expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
});
