import { isPending, readingDue } from '../../domain/evidence/pending.ts';
import { isLost } from '../../domain/evidence/reading.ts';
import type { LeaseDuration, Leased, ReadingStore } from '../../evidence/store.ts';
import { type DueList, dueList } from './due-list.ts';
import type { MemoryTenant } from './memory.ts';
import { type Lease, staleReadings } from './stale-readings.ts';
import { found } from './table.ts';
import type { Tables } from './tables.ts';

export const stores = { readings: readingStore };

function readingStore({ tables: { artifacts, readings } }: MemoryTenant): ReadingStore {
  const waiting = waitingIn(artifacts);
  const lost = lostIn(readings);
  const stale = staleReadings(readings);
  const leaseOf = (id: string) => waiting.get(id) ?? stale.leaseOf(id);
  return {
    async get(id) {
      const artifact = found(artifacts, id, 'artifact_not_found');
      return { artifact, reading: readings.get(id)?.details ?? null };
    },
    lost: async (after, limit) =>
      [...lost]
        .filter((id) => id > after)
        .sort()
        .slice(0, limit)
        .map((id) => found(artifacts, id, 'artifact_not_found')),
    leaseWaiting: async (limit, lease) => leased(artifacts, waiting, limit, lease),
    leaseStale: async (limit, now, runs, lease) => leased(artifacts, stale.leases(now, runs), limit, lease),
    countStale: async (now, max) => stale.count(now, max),
    async extendLease(id, { ms, at }) {
      const lease = leaseOf(id);
      if (lease !== undefined && lease.until > at) lease.until = later(at, ms);
    },
    async refundAttempt(id) {
      const lease = leaseOf(id);
      if (lease !== undefined && lease.attempts > 0) lease.attempts -= 1;
    },
  };
}

/** Leases the first that nobody has leased. */
function leased(
  artifacts: Tables['artifacts'],
  candidates: Iterable<[id: string, Lease]>,
  limit: number,
  { ms, at }: LeaseDuration,
): Leased[] {
  const until = later(at, ms);
  const taken: Leased[] = [];
  for (const [id, lease] of candidates) {
    if (taken.length >= limit) break;
    if (lease.until > at) continue;
    lease.until = until;
    lease.attempts += 1;
    taken.push({ artifact: found(artifacts, id, 'artifact_not_found'), attempts: lease.attempts });
  }
  return taken;
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

function waitingIn(artifacts: Tables['artifacts']): DueList<Lease> {
  const waiting = dueList<Lease>();
  artifacts.follow(({ before, after, event }) => {
    if (after === null) waiting.delete(before?.id ?? '');
    else if (!isPending(after)) waiting.delete(after.id);
    else if (before === null || !isPending(before))
      waiting.put(after.id, readingDue(after, event.at), { until: '', attempts: 0 });
  });
  return waiting;
}

function lostIn(readings: Tables['readings']): ReadonlySet<string> {
  const lost = new Set<string>();
  readings.follow(({ before, after }) => {
    if (after !== null && isLost(after.details)) lost.add(after.id);
    else lost.delete((after ?? before)?.id ?? '');
  });
  return lost;
}
