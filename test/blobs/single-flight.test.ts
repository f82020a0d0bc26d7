import { expect, it } from 'vitest';
import { singleFlight } from '../../src/blobs/single-flight.ts';

it('a call during a run gets the result of the next run, which all such calls share', async () => {
  const runs: { end: () => void; fail: (error: Error) => void }[] = [];
  const run = singleFlight(() => new Promise<void>((end, fail) => void runs.push({ end, fail })));
  const first = run();
  const [second, third] = [run(), run()];
  expect(runs).toHaveLength(1);
  // The failure of a run is of those who asked for it, and of nobody else.
  runs[0]?.fail(new Error('first'));
  await expect(first).rejects.toThrow('first');
  await expect.poll(() => runs.length).toBe(2);
  const fourth = run();
  runs[1]?.end();
  await Promise.all([second, third]);
  await expect.poll(() => runs.length).toBe(3);
  runs[2]?.end();
  await fourth;
  expect(runs).toHaveLength(3);
});
