import { describe, expect, it } from 'vitest';
import { type Order, turns } from '../../../src/evidence/workers/turns.ts';

/** Tasks that end when they are told to, and the order in which they were begun. */
function tasks(most: number) {
  const turn = turns(most);
  const begun: string[] = [];
  const running = new Map<string, () => void>();
  const add = (name: string, order: Order, signal?: AbortSignal) =>
    turn(
      order,
      () => {
        begun.push(name);
        return new Promise<void>((resolve) => running.set(name, resolve));
      },
      signal,
    );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    async add(name: string, order: Order, signal?: AbortSignal) {
      const done = add(name, order, signal);
      done.catch(() => {});
      await settle();
      return { done };
    },
    async end(name: string) {
      running.get(name)?.();
      await settle();
    },
  };
}

describe('turns', () => {
  it('do as many tasks at a time as they may, in the order of the calls', async () => {
    const all = tasks(2);
    for (const name of ['a', 'b', 'c', 'd']) await all.add(name, 'last');
    expect(all.begun).toEqual(['a', 'b']);
    await all.end('b');
    expect(all.begun).toEqual(['a', 'b', 'c']);
    await all.end('a');
    expect(all.begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('do what is first before what waits', async () => {
    const all = tasks(1);
    for (const name of ['a', 'b']) await all.add(name, 'last');
    await all.add('c', 'first');
    await all.end('a');
    await all.end('c');
    expect(all.begun).toEqual(['a', 'c', 'b']);
  });

  it('do what is alone while nothing else is done, after what waited and before whatever came later', async () => {
    const all = tasks(2);
    for (const name of ['a', 'b', 'c']) await all.add(name, 'last');
    await all.add('alone', 'alone');
    await all.add('later', 'last');
    await all.add('first', 'first');
    await all.end('a');
    await all.end('b');
    expect(all.begun).toEqual(['a', 'b', 'c']);
    await all.end('c');
    expect(all.begun.slice(3)).toEqual(['alone']);
    await all.end('alone');
    expect(all.begun.slice(4)).toEqual(['first', 'later']);
  });

  it('do two that are alone one after the other', async () => {
    const all = tasks(3);
    for (const name of ['a', 'b']) await all.add(name, 'alone');
    expect(all.begun).toEqual(['a']);
    await all.end('a');
    expect(all.begun).toEqual(['a', 'b']);
  });

  it('do what is idle when nothing is done and nothing waits', async () => {
    const all = tasks(2);
    await all.add('a', 'last');
    await all.add('idle', 'idle');
    await all.add('alone', 'alone');
    await all.end('a');
    await all.end('alone');
    expect(all.begun).toEqual(['a', 'alone', 'idle']);
  });

  it('end the wait of what is aborted, without beginning it, and have what waits behind it go on', async () => {
    const all = tasks(2);
    const stop = new AbortController();
    await all.add('a', 'last');
    const { done } = await all.add('alone', 'alone', stop.signal);
    await all.add('b', 'last');
    expect(all.begun).toEqual(['a']);
    stop.abort(new Error('gone'));
    await expect(done).rejects.toThrow('gone');
    await expect((await all.add('c', 'last', stop.signal)).done).rejects.toThrow('gone');
    await all.end('a');
    expect(all.begun).toEqual(['a', 'b']);
  });

  it('end the wait of what is idle without touching what else waits', async () => {
    const all = tasks(1);
    const stop = new AbortController();
    await all.add('a', 'last');
    const { done } = await all.add('idle', 'idle', stop.signal);
    await all.add('b', 'last');
    stop.abort(new Error('gone'));
    await expect(done).rejects.toThrow('gone');
    await all.end('a');
    await all.end('b');
    expect(all.begun).toEqual(['a', 'b']);
  });

  it('go on where a task fails', async () => {
    const turn = turns(1);
    await expect(turn('alone', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await turn('last', async () => 1)).toBe(1);
  });
});
