import { expect, it } from 'vitest';
import { GRACE_MS, LEASE_MS, MAX_ATTEMPTS, POLL_MS } from '../../src/jobs/settings.ts';

it('a stop ends long before a lease does, and what is free is looked for more often than leases end', () => {
  expect([GRACE_MS, POLL_MS, LEASE_MS]).toEqual([2_000, 10_000, 60_000]);
  expect(MAX_ATTEMPTS).toBe(5);
});
