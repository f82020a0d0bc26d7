import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { deadlines } from '../../src/http/deadlines.ts';

it('items that do not end in time are told once, and others never', async () => {
  const late: string[] = [];
  const { begin, end, close } = deadlines<string>(5, (item) => late.push(item));
  for (const item of ['a', 'b', 'c', 'd']) begin(item, 50);
  end('b');
  begin('c', 600_000);
  begin('e', 100);
  await expect.poll(() => late).toEqual(['a', 'd', 'e']);
  begin('f', 10);
  close();
  await sleep(100);
  expect(late).toEqual(['a', 'd', 'e']);
});

it('all items are told at once where they have to end', () => {
  const late: string[] = [];
  const { begin, end, endAll, close } = deadlines<string>(600_000, (item) => late.push(item));
  for (const item of ['a', 'b', 'c']) begin(item, 600_000);
  end('b');
  endAll();
  endAll();
  expect(late).toEqual(['a', 'c']);
  close();
});
