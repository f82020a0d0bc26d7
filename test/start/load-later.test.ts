import { describe, expect, it } from 'vitest';
import { loadLater } from '../../src/start/load-later.ts';

const never = new AbortController().signal;
const fail = (error: Error) => {
  throw error;
};

describe('what is loaded later', () => {
  it('is loaded one after the other, and not during the start', async () => {
    const seen: string[] = [];
    const part = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`${name} ends`);
    };
    loadLater(never, fail, [part('a'), part('b')], 1);
    expect(seen).toEqual([]);
    await expect.poll(() => seen, { timeout: 30_000 }).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('is not loaded once the process stops', async () => {
    const stop = new AbortController();
    let loaded = 0;
    const part = async () => {
      loaded += 1;
      stop.abort();
    };
    loadLater(stop.signal, fail, [part, part], 1);
    await expect.poll(() => loaded, { timeout: 30_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(loaded).toBe(1);
  });

  it('is reported where a part of the installation is missing', async () => {
    const failures: string[] = [];
    const missing = () => import('a-package-that-is-missing' as string);
    loadLater(never, ({ message }) => failures.push(message), [missing], 1);
    await expect.poll(() => failures, { timeout: 30_000 }).toHaveLength(1);
    expect(failures[0]).toMatch(/^Maestro is not installed completely: .*a-package-that-is-missing/);
  });
});
