import { expect, it } from 'vitest';
import { now } from '../../src/start/clock.ts';

it('the clock gives the time of the machine', () => {
  const before = Date.now();
  const at = now().getTime();
  expect(at).toBeGreaterThanOrEqual(before);
  expect(at).toBeLessThanOrEqual(Date.now());
});
