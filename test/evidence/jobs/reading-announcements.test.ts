import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../src/domain/evidence/evidence.ts';
import { readingAnnouncements } from '../../../src/evidence/jobs/reading-announcements.ts';
import { A_READING } from '../../domain/rows.ts';
import { addContent, processOf, state, stores } from './waiting.ts';

describe('the next reading', () => {
  it('is told when it ends', async () => {
    const all = stores();
    let end = (_: Reading) => {};
    const { pending } = processOf(all, () => new Promise((resolve) => (end = resolve)));
    const one = await addContent(all);
    await expect.poll(() => String(end).includes('native')).toBe(true);
    let told = false;
    const next = (async () => {
      while ((await state(one)()) === 'pending') await pending.nextReading(60_000);
      told = true;
    })();
    expect(told).toBe(false);
    end(A_READING);
    await next;
    expect(await state(one)()).toBe('read');
  });

  it('is waited for a quarter of a second at most', async () => {
    const { pending } = processOf(stores(), async () => A_READING);
    const began = performance.now();
    await pending.nextReading(60_000);
    expect(performance.now() - began).toBeGreaterThan(200);
    await pending.nextReading(1);
  });
});

describe('an announcement', () => {
  it('reaches every caller who waits, once, and none who waits after it', async () => {
    const { announce, next } = readingAnnouncements();
    const woken: string[] = [];
    const waits = (name: string) => next(60_000).then(() => woken.push(name));
    const early = [waits('a'), waits('b')];
    announce();
    const late = waits('c');
    await Promise.all(early);
    expect(woken).toEqual(['a', 'b']);
    announce();
    await late;
    expect(woken).toEqual(['a', 'b', 'c']);
  });
});
