import { expect, it } from 'vitest';
import { newTurns } from '../../src/jobs/turns.ts';

it('tenants take turns: each once for each time that it is added, and none jumps the queue', () => {
  const turns = newTurns();
  for (const tenant of ['a', 'b', 'a', 'c']) turns.add(tenant);
  expect(turns.next()).toBe('a');
  for (const tenant of ['b', 'a', 'd']) turns.add(tenant);
  expect(Array.from({ length: 5 }, turns.next)).toEqual(['b', 'c', 'a', 'd', undefined]);
});
