import { expect, it } from 'vitest';
import { boundedMap } from '../../src/auth/bounded-map.ts';

it('a further entry takes the place of the oldest, and one that is set again is the newest', () => {
  const map = boundedMap<string, number>(3);
  for (const [at, key] of ['a', 'b', 'c'].entries()) map.set(key, at);
  map.set('a', 9);
  map.set('d', 4);
  expect(['a', 'b', 'c', 'd'].map(map.get)).toEqual([9, undefined, 2, 4]);
  expect(map.size()).toBe(3);
});

it('entries can be deleted, one or all', () => {
  const map = boundedMap<string, number>(3);
  for (const [at, key] of ['a', 'b', 'c'].entries()) map.set(key, at);
  map.delete('b');
  map.delete('nothing');
  expect([map.get('b'), map.size()]).toEqual([undefined, 2]);
  map.clear();
  expect([map.get('a'), map.size()]).toEqual([undefined, 0]);
});
