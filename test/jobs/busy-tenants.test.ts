import { describe, expect, it } from 'vitest';
import { askedSeldom, busyTenants } from '../../src/jobs/busy-tenants.ts';

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

describe('the tenants that are behind', () => {
  it('are asked for seldom while some are read, and at every poll otherwise', async () => {
    const busy = busyTenants(() => {});
    let asked = 0;
    const tenants = askedSeldom(busy, 60_000, async () => {
      asked += 1;
      return ['a'];
    });
    expect([await tenants(), await tenants(), asked]).toEqual([['a'], ['a'], 2]);
    busy.begin('a');
    expect([await tenants(), asked]).toEqual([[], 2]);
    busy.end('a', 0);
    expect([await tenants(), asked]).toEqual([['a'], 3]);
  });

  it('are free again once they are asked for, if they were left to the next poll', async () => {
    const busy = busyTenants(() => {});
    const tenants = askedSeldom(busy, 0, async () => []);
    busy.begin('a');
    busy.end('a', null);
    expect(busy.has('a')).toBe(true);
    await tenants();
    expect(busy.has('a')).toBe(false);
  });
});
