import { isPending, readingDue } from '../../domain/evidence/pending.ts';
import { isLost } from '../../domain/evidence/reading.ts';
import type { Leased, ReadingStore } from '../../evidence/store.ts';
import { type DueList, dueList } from './due-list.ts';
import { countLeases, extend, fail, isLeased, type Lease, lease, neverLeased, refund } from './leases.ts';
import type { MemoryTenant } from './memory.ts';
import { staleReadings } from './stale-readings.ts';
import { found } from './table.ts';
import type { Tables } from './tables.ts';

export const stores = { readings: readingStore };

function readingStore({ tables: { artifacts, readings } }: MemoryTenant): ReadingStore {
  const waiting = waitingIn(artifacts);
  const lost = lostIn(readings);
  const stale = staleReadings(readings);
  const onLease = (id: string, change: (one: Lease) => void) => {
    const one = waiting.get(id) ?? stale.leaseOf(id);
    if (one !== undefined) change(one);
  };
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
    countLost: async (max) => Math.min(lost.size, max),
    leaseWaiting: async (limit, ms) => leased(artifacts, waiting, limit, ms),
    leaseStale: async (limit, now, runs, ms) => leased(artifacts, stale.leases(now, runs), limit, ms),
    countStale: async (now, max) => stale.count(now, max),
    extendLease: async (id, ms) => onLease(id, (one) => extend(one, ms)),
    refundAttempt: async (id) => onLease(id, refund),
    failAttempt: async (id, failure, ms) => onLease(id, (one) => fail(one, failure, ms)),
    async waiting(max) {
      const first = [...firstOf(waiting, max)];
      const since = first.map((one) => one.since).sort();
      return { waiting: first.length, oldest_waiting_at: since[0] ?? null, ...countLeases(first) };
    },
    async stale(now, max) {
      const first = [...firstOf(stale.all(now), max)];
      return { waiting: first.length, oldest_waiting_at: null, ...countLeases(first) };
    },
  };
}

function* firstOf<One>(all: Iterable<[id: string, One]>, max: number): Generator<One> {
  let count = 0;
  for (const [, one] of all) {
    if (count >= max) return;
    count += 1;
    yield one;
  }
}

/** Leases the first that nobody has leased. */
function leased(
  artifacts: Tables['artifacts'],
  candidates: Iterable<[id: string, Lease]>,
  limit: number,
  ms: number,
): Leased[] {
  const taken: Leased[] = [];
  for (const [id, one] of candidates) {
    if (taken.length >= limit) break;
    if (isLeased(one)) continue;
    lease(one, ms);
    const { attempts, failures } = one;
    taken.push({ artifact: found(artifacts, id, 'artifact_not_found'), attempts, failures });
  }
  return taken;
}

type Waiting = Lease & { readonly since: string };

function waitingIn(artifacts: Tables['artifacts']): DueList<Waiting> {
  const waiting = dueList<Waiting>();
  artifacts.follow(({ before, after, event }) => {
    if (after === null) waiting.delete(before?.id ?? '');
    else if (!isPending(after)) waiting.delete(after.id);
    else if (before === null || !isPending(before))
      waiting.put(after.id, readingDue(after, event.at), { ...neverLeased(), since: event.at });
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
