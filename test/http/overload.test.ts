import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchLoad } from '../../src/http/overload.ts';
import { slowTurns } from '../helper.ts';

const MUCH = 64 * 1024 ** 3;

it.each([100, 300, 1_200])('turns of %i ms are too slow for a limit below, and not for one above', async (ms) => {
  const strict = watchLoad({ maxEventLoopDelayMs: ms / 2, maxHeapUsedBytes: MUCH });
  const lenient = watchLoad({ maxEventLoopDelayMs: ms * 20, maxHeapUsedBytes: MUCH });
  await sleep(300);
  await slowTurns(ms, Math.ceil(1_200 / ms) + 2);
  expect([strict.isOverloaded(), lenient.isOverloaded()]).toEqual([true, false]);
  await expect.poll(strict.isOverloaded).toBe(false);
  strict.close();
  lenient.close();
});

it('one slow turn is not held against the quick ones beside it, wherever it falls', async () => {
  const load = watchLoad({ maxEventLoopDelayMs: 1_000, maxHeapUsedBytes: MUCH });
  for (let start = 0; start < 250; start += 25) {
    await slowTurns(260, 1);
    expect(load.isOverloaded()).toBe(false);
    await sleep(start);
    expect(load.isOverloaded()).toBe(false);
  }
  load.close();
});

it('a heap beyond the limit is overload, and nothing is once the watch has ended', async () => {
  const full = watchLoad({ maxEventLoopDelayMs: 60_000, maxHeapUsedBytes: 1 });
  const ended = watchLoad({ maxEventLoopDelayMs: 60_000, maxHeapUsedBytes: 1 });
  ended.close();
  await expect.poll(full.isOverloaded).toBe(true);
  expect(ended.isOverloaded()).toBe(false);
  full.close();
});
