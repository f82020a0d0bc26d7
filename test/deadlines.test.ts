import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { deadlines } from '../src/deadlines.ts';

it('items that do not end in time are told once, in the order they began, and others never', async () => {
  const late: string[] = [];
  const { begin, end, close } = deadlines<string>(100, (item) => late.push(item));
  for (const item of ['a', 'b', 'c']) begin(item);
  end('b');
  await sleep(30);
  expect(late).toEqual([]);
  begin('d');
  await expect.poll(() => late).toEqual(['a', 'c', 'd']);
  begin('e');
  close();
  await sleep(300);
  expect(late).toEqual(['a', 'c', 'd']);
});
