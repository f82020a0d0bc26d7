import { expect, it } from 'vitest';
import { documentLeases } from '../../../src/evidence/jobs/leases.ts';
import { addContent, stores } from './waiting.ts';

it('the lease of a document is kept by the store of its tenant', async () => {
  const all = stores();
  const { id } = await addContent(all, 'a');
  const { readings } = all.of('a');
  const leases = documentLeases({ stores: all });
  const lease = async () => (await readings.leaseWaiting(1, 60_000))[0];
  const first = await lease();
  if (first === undefined) throw new Error('nothing was leased');
  expect([first.artifact.id, first.attempts, first.failures]).toEqual([id, 1, 0]);
  await leases.extend('b', first, 0);
  expect(await lease()).toBeUndefined();
  await leases.refund('a', first);
  await leases.extend('a', first, 0);
  expect(await lease()).toMatchObject({ attempts: 1 });
  await leases.extend('a', first, 0);
  await leases.fail('a', first, { at: '2026-01-31T10:00:00.000Z', detail: 'away' }, 0);
  expect(await lease()).toMatchObject({ attempts: 1, failures: 1 });
});
