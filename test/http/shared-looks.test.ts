import { describe, expect, it } from 'vitest';
import { sharedLooks } from '../../src/http/shared-looks.ts';

/** A value that is written at any time, and looks that read it at their begin and take as long as the test wants. */
function given() {
  const together = sharedLooks();
  const state = { value: 0, looks: 0, running: 0, most: 0 };
  const open: (() => void)[] = [];
  const look = async () => {
    state.looks += 1;
    state.running += 1;
    state.most = Math.max(state.most, state.running);
    const { value } = state;
    await new Promise<void>((resolve) => open.push(resolve));
    state.running -= 1;
    return value;
  };
  const end = () => open.splice(0).map((resolve) => resolve());
  const ended = async (found: Promise<unknown>) => {
    let over = false;
    found.then(
      () => (over = true),
      () => (over = true),
    );
    while (!over) {
      await turn();
      end();
    }
    return found;
  };
  return { together, state, look, end, ended };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('shared looks', () => {
  it('never answer with the state before a write that was made before the call', async () => {
    const { together, state, look, ended } = given();
    const early = together('run', look);
    await expect.poll(() => state.looks).toBe(1);
    state.value = 1;
    const late = together('run', look);
    expect(await ended(early)).toBe(0);
    expect(await ended(late)).toBe(1);
  });

  it('never answer with the state before a write, whenever callers write and ask', { timeout: 60_000 }, async () => {
    const together = sharedLooks();
    const state = { value: 0, running: 0, most: 0, looks: 0 };
    const look = async () => {
      state.looks += 1;
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      if (state.looks % 3 === 0) await turn();
      const { value } = state;
      for (let turns = state.looks % 5; turns > 0; turns -= 1) await turn();
      state.running -= 1;
      if (state.looks % 7 === 0) throw new Error('away');
      return value;
    };
    const caller = async (seed: number) => {
      for (let round = 0; round < 50; round += 1) {
        for (let turns = (seed * 7 + round * 3) % 4; turns > 0; turns -= 1) await turn();
        if ((seed + round) % 3 > 0) await Promise.resolve();
        if (seed % 4 === 0) state.value += 1;
        const least = state.value;
        const found = await together('run', look).catch(() => Number.POSITIVE_INFINITY);
        expect(found).toBeGreaterThanOrEqual(least);
      }
    };
    await Promise.all(Array.from({ length: 100 }, (_, seed) => caller(seed)));
    expect(state.most).toBe(1);
    expect(state.looks).toBeLessThan(100 * 50);
  });

  it('are one that runs and one that waits, however many ask', async () => {
    const { together, state, look, end } = given();
    const first = Array.from({ length: 1_000 }, () => together('run', look));
    await expect.poll(() => state.looks).toBe(1);
    const second: Promise<number>[] = [];
    for (let call = 0; call < 1_000; call += 1) {
      second.push(together('run', look));
      if (call % 100 === 0) await turn();
    }
    expect(state).toMatchObject({ looks: 1, running: 1 });
    end();
    await Promise.all(first);
    await expect.poll(() => state.looks).toBe(2);
    expect(state.running).toBe(1);
    end();
    await Promise.all(second);
    expect(state).toMatchObject({ looks: 2, most: 1 });
  });

  it('are of one key each, and are forgotten when they have ended', async () => {
    const { together, state, look, ended } = given();
    const found = [together('a', look), together('b', look)];
    await expect.poll(() => state.looks).toBe(2);
    expect(state.most).toBe(2);
    for (const one of found) await ended(one);
    expect(await ended(together('a', look))).toBe(0);
    expect(state.looks).toBe(3);
  });

  it('are shared by all whose timers end in one turn of the event loop', async () => {
    const { together, state, look, ended } = given();
    const waking = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
    const found = Array.from({ length: 1_000 }, () => waking().then(() => together('run', look)));
    await ended(Promise.all(found));
    expect(state.looks).toBeLessThan(100);
  });

  it('that fail do so for all who share them, and not for those who ask later', async () => {
    const { together, look, ended } = given();
    let begun = false;
    const failing = async () => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error('away');
    };
    const first = [together('run', failing), together('run', failing)];
    while (!begun) await turn();
    const later = together('run', look);
    for (const one of first) await expect(one).rejects.toThrow('away');
    expect(await ended(later)).toBe(0);
  });

  it('that throw at once are rejections', async () => {
    const { together } = given();
    const throwing = () => {
      throw new Error('gone');
    };
    await expect(together('run', throwing)).rejects.toThrow('gone');
    await expect(together('run', async () => 'found')).resolves.toBe('found');
  });
});
