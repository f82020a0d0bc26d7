import { describe, expect, it } from 'vitest';
import { announcements } from '../../src/http/announcements.ts';

describe('an announcement', () => {
  it('reaches every caller who waits for its key, once, and none who waits after it', async () => {
    const { announce, next } = announcements();
    const woken: string[] = [];
    const waits = (name: string) => next('run', 60_000).then(() => woken.push(name));
    const early = [waits('a'), waits('b')];
    announce('run');
    const late = waits('c');
    await Promise.all(early);
    expect(woken).toEqual(['a', 'b']);
    announce('run');
    await late;
    expect(woken).toEqual(['a', 'b', 'c']);
  });

  it('reaches nobody who waits for another key', async () => {
    const { announce, next } = announcements();
    const order: string[] = [];
    const other = next('other', 60_000).then(() => order.push('other'));
    const one = next('one', 60_000).then(() => order.push('one'));
    announce('one');
    await one;
    expect(order).toEqual(['one']);
    announce('other');
    await other;
  });

  it('is waited for a quarter of a second at most', async () => {
    const { next } = announcements();
    const began = performance.now();
    await next('run', 60_000);
    expect(performance.now() - began).toBeGreaterThan(200);
    await next('run', 1);
  });
});
