// Leases on documents, which the store keeps.
import type { Leases } from '../../jobs/work.ts';
import type { Leased } from '../store.ts';
import type { JobSettings } from './settings.ts';

export function documentLeases({ stores }: Pick<JobSettings, 'stores'>): Leases<Leased> {
  const readingsOf = (tenant: string) => stores.of(tenant).readings;
  return {
    extend: (tenant, { artifact }, ms) => readingsOf(tenant).extendLease(artifact.id, ms),
    refund: (tenant, { artifact }) => readingsOf(tenant).refundAttempt(artifact.id),
    fail: (tenant, { artifact }, failure, ms) => readingsOf(tenant).failAttempt(artifact.id, failure, ms),
  };
}
