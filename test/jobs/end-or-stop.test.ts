import { describe, expect, it } from 'vitest';
import { endOrStop } from '../../src/jobs/end-or-stop.ts';

describe('jobs that are to end', () => {
  it('are waited for, also where one of them fails, and are not stopped if they end in time', async () => {
    const stopping = new AbortController();
    let ended = 0;
    const job = async (fails: boolean) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended += 1;
      if (fails) throw new Error('failed');
    };
    await endOrStop([job(true), job(false)], 60_000, stopping);
    expect([ended, stopping.signal.aborted]).toEqual([2, false]);
  });

  it('are stopped when the time is up, and waited for until they have ended', async () => {
    const stopping = new AbortController();
    const { signal } = stopping;
    let ended = false;
    const job = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        setTimeout(() => {
          ended = true;
          resolve();
        }, 5);
      });
    });
    await endOrStop([job], 10, stopping);
    expect([ended, signal.reason]).toEqual([true, new Error('The process stops')]);
  });
});
