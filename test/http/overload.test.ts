import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { overloadRule, watchLoad } from '../../src/http/overload.ts';
import { slowTurns } from '../helper.ts';

const MUCH = 64 * 1024 ** 3;

it.each([100, 300, 1_200])('turns of %i ms are too slow for a limit below, and not for one above', async (ms) => {
  const strict = watchLoad({ maxEventLoopDelayMs: ms / 2, maxHeapUsedBytes: MUCH });
  const lenient = watchLoad({ maxEventLoopDelayMs: ms * 20, maxHeapUsedBytes: MUCH });
  await sleep(300);
  await slowTurns(ms, Math.ceil(1_200 / ms) + 3);
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

describe('the rule of overload', () => {
  const limits = { maxEventLoopDelayMs: 1_000, maxHeapUsedBytes: 10 };
  const verdicts = (...delays: number[]) => {
    const rule = overloadRule(limits);
    return delays.map((delay) => rule(delay, 10));
  };

  it('takes one late sample for a long turn, and two in a row for overload, until one is in time', () => {
    expect(verdicts(60_000)).toEqual([false]);
    expect(verdicts(1_001, 1_001, 1_001, 1_000, 1_001)).toEqual([false, true, true, false, false]);
  });

  it('holds nothing against a lone caller whose requests are slow, with pauses between', () => {
    expect(verdicts(5_000, 20, 5_000, 0, 5_000, 999, 5_000)).not.toContain(true);
  });

  it('takes a heap beyond its limit for overload at once, and not one that fills it', () => {
    expect([10, 11, 10].map((heap) => overloadRule(limits)(0, heap))).toEqual([false, true, false]);
  });
});

it('a heap beyond the limit is overload, and nothing is once the watch has ended', async () => {
  const full = watchLoad({ maxEventLoopDelayMs: 60_000, maxHeapUsedBytes: 1 });
  const ended = watchLoad({ maxEventLoopDelayMs: 60_000, maxHeapUsedBytes: 1 });
  ended.close();
  await expect.poll(full.isOverloaded).toBe(true);
  expect(ended.isOverloaded()).toBe(false);
  full.close();
});
