import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../src/start/new-id.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a new id', () => {
  it('is a UUID version 7 of this moment, as RFC 9562 lays it out', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('sorts behind every one before it, in a burst of 100,000', () => {
    const ids = Array.from({ length: 100_000 }, newId);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('sorts behind those before it when the clock is set back', () => {
    vi.useFakeTimers({ now: Date.now() });
    const ids = [newId()];
    for (const step of [-1, -60_000, 5, 0, 3_600_000, -3_600_000]) {
      vi.setSystemTime(Date.now() + step);
      ids.push(newId(), newId());
    }
    expect([...ids].sort()).toEqual(ids);
  });

  it('is not to be guessed from the one before: 32 bits or more are random each time', () => {
    const tails = Array.from({ length: 1_000 }, () => newId().slice(-8));
    expect(new Set(tails).size).toBeGreaterThan(990);
  });
});
