import { describe, expect, it } from 'vitest';
import { dueList } from '../../../src/store/memory/due-list.ts';

const idsOf = (list: ReturnType<typeof dueList<number>>) => [...list].map(([id]) => id).join('');

describe('dueList', () => {
  it('is in the order in which its items are due, and those due together in that in which they came', () => {
    const list = dueList<number>();
    for (const [id, due] of [
      ['c', 2],
      ['a', 1],
      ['d', 2],
      ['f', 9],
      ['b', 1],
      ['e', 2],
    ] as const)
      list.put(id, due, due);
    expect(idsOf(list)).toBe('abcdef');
    for (const id of ['d', 'a', 'f', 'none', 'd']) list.delete(id);
    expect(idsOf(list)).toBe('bce');
    expect([list.get('c'), list.get('d')]).toEqual([2, undefined]);
    list.put('d', 0, 0);
    expect(idsOf(list)).toBe('dbce');
  });

  it('keeps its order whatever comes and goes', () => {
    const list = dueList<number>();
    let state = 1;
    const known = new Map<string, number>();
    for (let step = 0; step < 2_000; step += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const id = `id ${state % 97}`;
      if (known.delete(id)) list.delete(id);
      else {
        known.set(id, state % 7);
        list.put(id, state % 7, state);
      }
    }
    const sorted = [...known].sort(([, one], [, other]) => one - other).map(([id]) => id);
    expect([...list].map(([id]) => id)).toEqual(sorted);
    expect(sorted.length).toBeGreaterThan(20);
  });
});
