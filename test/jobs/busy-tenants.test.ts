import { describe, expect, it } from 'vitest';
import { busyTenants } from '../../src/jobs/busy-tenants.ts';

describe('a busy tenant', () => {
  it('is free and wakes the reader at the end of its turn, after its rest, or at the next poll', async () => {
    const woken: string[] = [];
    const busy = busyTenants((tenant) => void woken.push(tenant));
    expect(busy.isAny()).toBe(false);
    for (const tenant of ['full', 'rests', 'failed']) busy.begin(tenant);
    busy.end('full', 0);
    busy.end('rests', 30);
    busy.end('failed', null);
    const states = () => ['full', 'rests', 'failed', 'other'].map(busy.has);
    expect(states()).toEqual([false, true, true, false]);
    expect(busy.isAny()).toBe(true);
    busy.polled();
    expect(states().slice(2)).toEqual([false, false]);
    expect(woken).toEqual(['full']);
    await expect.poll(() => busy.has('rests'), { timeout: 30_000 }).toBe(false);
    expect(woken).toEqual(['full', 'rests']);
    expect(busy.isAny()).toBe(false);
  });
});
