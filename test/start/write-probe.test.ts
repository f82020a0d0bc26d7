import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { writeProbe } from '../../src/start/write-probe.ts';

const late = () => new Error('late');
const LONG = { keepMs: 600_000, keepFailureMs: 600_000, limitMs: 60_000 };

describe('a write that is tried out', () => {
  it('is tried once for many who ask at the same time, and for those who ask soon after', async () => {
    let attempts = 0;
    const probe = writeProbe(async () => ++attempts, late, LONG);
    expect(await Promise.all(Array.from({ length: 100 }, probe))).toEqual(Array(100).fill(1));
    expect([await probe(), attempts]).toEqual([1, 1]);
  });

  it('is tried again when its answer is old, a failure sooner', async () => {
    let attempts = 0;
    const probe = writeProbe(
      async () => {
        attempts += 1;
        if (attempts < 3) throw new Error(`attempt ${attempts}`);
        return attempts;
      },
      late,
      { ...LONG, keepFailureMs: 1 },
    );
    await expect(probe()).rejects.toThrow('attempt 1');
    await expect.poll(() => probe().catch(() => 0), { timeout: 30_000 }).toBe(3);
    expect([await probe(), attempts]).toEqual([3, 3]);
  });

  it('that hangs has failed, and is not tried beside itself until it ends', async () => {
    let attempts = 0;
    let end = (_result: string) => {};
    const hangs = () => {
      attempts += 1;
      return new Promise<string>((resolve) => {
        end = resolve;
      });
    };
    const probe = writeProbe(hangs, late, { keepMs: 1, keepFailureMs: 1, limitMs: 20 });
    await expect(probe()).rejects.toThrow('late');
    await sleep(50);
    await expect(probe()).rejects.toThrow('late');
    expect(attempts).toBe(1);
    end('at last');
    await expect.poll(() => probe().catch(() => attempts), { timeout: 30_000 }).toBe(2);
  });

  it('that fails with nobody waiting for it ends nothing', async () => {
    const probe = writeProbe(() => Promise.reject(new Error('unheard')), late, LONG);
    probe().catch(() => {});
    await sleep(10);
    await expect(probe()).rejects.toThrow('unheard');
  });
});
