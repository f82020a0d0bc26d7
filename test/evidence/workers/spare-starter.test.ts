import { expect, it } from 'vitest';
import { spareStarter } from '../../../src/evidence/workers/spare-starter.ts';

/** A line of a length that tests set, and spares that start when tests say so. */
function lineOf(length: number, patienceMs = 0) {
  const line = { length };
  const ready: (() => void)[] = [];
  const start = () => new Promise<void>((resolve) => ready.push(resolve));
  return { line, ready, spares: spareStarter(patienceMs, { length: () => line.length }, start) };
}

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 30));

it('starts one spare for each that waits, and none where nobody does', async () => {
  const { line, ready, spares } = lineOf(0);
  spares.consider();
  await aWhile();
  expect(ready).toHaveLength(0);
  line.length = 2;
  spares.consider();
  await expect.poll(() => ready.length).toBe(2);
  await aWhile();
  expect(ready).toHaveLength(2);
  for (const done of ready) done();
  line.length = 0;
  spares.consider();
  await aWhile();
  expect(ready).toHaveLength(2);
});

it('starts none where the line is served in time', async () => {
  const { line, ready, spares } = lineOf(1, 60_000);
  spares.consider();
  line.length = 0;
  spares.consider();
  line.length = 1;
  spares.consider();
  await aWhile();
  expect(ready).toHaveLength(0);
});

it('tries again where one could not be started while somebody waits', async () => {
  let tries = 0;
  const line = { length: () => (tries < 3 ? 1 : 0) };
  const spares = spareStarter(0, line, async () => {
    tries += 1;
    throw new Error('no memory');
  });
  spares.consider();
  await expect.poll(() => tries).toBe(3);
});
