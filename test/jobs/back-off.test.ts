import { expect, it } from 'vitest';
import { backOffMs } from '../../src/jobs/back-off.ts';

it('the wait after a failure doubles from a lease duration up to eight', () => {
  expect([0, 1, 2, 3, 4, 1_000].map((failures) => backOffMs(failures, 60_000) / 60_000)).toEqual([1, 2, 4, 8, 8, 8]);
});
