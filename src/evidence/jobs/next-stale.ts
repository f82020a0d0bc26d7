// One pass over what is stale: first the runs that a caller asked about, then unfinished runs, then
// the others.
import { READER_NUMBER } from '../../domain/evidence/reader.ts';
import type { Current } from '../store.ts';
import type { askedRuns } from './asked-runs.ts';
import { withLease } from './lease.ts';
import { LEASE_MS } from './settings.ts';
import { type VerifyingJob, verifyLeased } from './verify-leased.ts';

/** How many runs are listed at a time. */
const PAGE = 200;

export type StaleSweep = VerifyingJob & {
  readonly asked: Pick<ReturnType<typeof askedRuns>, 'take'>;
  /** Whether nothing more is to be begun. */
  isClosed(): boolean;
};

/**
 * Reads and verifies again what is stale, as many documents at a time as there are workers. Rejects
 * where a store does.
 */
export async function sweepStale(sweep: StaleSweep): Promise<void> {
  const { stores, ready } = sweep.settings;
  for (const tenant of await stores.tenants()) {
    // Counted first: where nothing is stale, the content store is not asked whether it is ready.
    if ((await stores.of(tenant).readings.countStale(current(sweep), 1)) === 0) continue;
    await ready?.();
    for await (const runs of unfinishedRuns(sweep, tenant)) await drain(sweep, tenant, runs);
    await drain(sweep, tenant, null);
  }
}

async function* unfinishedRuns({ settings, isClosed }: StaleSweep, tenant: string): AsyncGenerator<string[]> {
  for (const status of ['running', 'pending'] as const) {
    let cursor: string | null = null;
    do {
      const page = await settings.stores.of(tenant).runs.list({ status }, { limit: PAGE, cursor });
      yield page.rows.map(({ id }) => id);
      cursor = page.next;
    } while (cursor !== null && !isClosed());
  }
}

/** Until nothing in `runs` is stale any more; null stands for all runs of the tenant. */
async function drain(sweep: StaleSweep, tenant: string, runs: string[] | null): Promise<void> {
  if (runs?.length === 0) return;
  for (;;) {
    await drainAsked(sweep, tenant);
    if ((await verifySome(sweep, tenant, runs)) === 0) return;
  }
}

// A caller waits for these: they come before all others, each time before more is leased.
async function drainAsked(sweep: StaleSweep, tenant: string): Promise<void> {
  const { asked } = sweep;
  for (let runs = asked.take(tenant); runs.length > 0; runs = asked.take(tenant))
    while ((await verifySome(sweep, tenant, runs)) > 0);
}

/** How many were leased. */
async function verifySome(sweep: StaleSweep, tenant: string, runs: string[] | null): Promise<number> {
  if (sweep.isClosed()) return 0;
  const { stores, ready, readers, now, leaseMs = LEASE_MS } = sweep.settings;
  await ready?.();
  const { readings } = stores.of(tenant);
  const lease = { ms: leaseMs, at: now().toISOString() };
  const leased = await readings.leaseStale(readers.workers, current(sweep), runs, lease);
  const holder = { readings, leaseMs, now };
  await Promise.all(leased.map((one) => withLease(one.artifact.id, holder, () => verifyLeased(sweep, tenant, one))));
  return leased.length;
}

function current({ settings }: StaleSweep): Current {
  const { digest, since } = settings.trust();
  return { reader: READER_NUMBER, digest, since };
}
