import { describe, expect, it } from 'vitest';
import { giveBack, withLease } from '../../../src/evidence/jobs/lease.ts';

const AT = '2026-01-31T10:00:00.000Z';

function recording() {
  const calls: unknown[][] = [];
  const readings = {
    async extendLease(...all: unknown[]) {
      calls.push(['extend', ...all]);
      throw new Error('the store is away');
    },
    async refundAttempt(...all: unknown[]) {
      calls.push(['refund', ...all]);
      throw new Error('the store is away');
    },
  };
  return { calls, holder: { readings, leaseMs: 30, now: () => new Date(AT) } };
}

describe('a lease', () => {
  it('is extended for as long as something is read, also where the store is away, and not after it', async () => {
    const { calls, holder } = recording();
    await withLease('a', holder, () => expect.poll(() => calls.length).toBeGreaterThan(2));
    expect(new Set(calls.map((call) => JSON.stringify(call)))).toEqual(
      new Set([JSON.stringify(['extend', 'a', { ms: 30, at: AT }])]),
    );
    const { length } = calls;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls).toHaveLength(length);
  });

  it('that is given back ends at once, and its attempt is not counted', async () => {
    const { calls, holder } = recording();
    await giveBack('a', holder);
    expect(calls).toEqual([
      ['refund', 'a'],
      ['extend', 'a', { ms: 0, at: AT }],
    ]);
  });
});
