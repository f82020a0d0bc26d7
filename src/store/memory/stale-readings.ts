// Readings by reader and trust, so that nothing is searched where everything was read and verified
// with those of today.
import type { Current } from '../../evidence/store.ts';
import { type Lease, neverLeased } from './leases.ts';
import { ofRun, type ReadingRow, type Tables } from './tables.ts';

type Kept = Lease & { readonly since: string };

/**
 * What the same reader read and verified with the same trust, which is null where nothing was
 * verified.
 */
type Group = { readonly reader: number; readonly trust: string | null; readonly members: Map<string, Kept> };

export type StaleReadings = {
  /**
   * What an older reader read, or that of `now` verified with another trust, which was not loaded
   * later; only of `runs`, unless null.
   */
  leases(now: Current, runs: readonly string[] | null): Iterable<[id: string, Lease]>;
  /** All of these, whenever their trust was loaded. */
  all(now: Omit<Current, 'since'>): Iterable<[id: string, Lease]>;
  /** How many of these there are, whenever their trust was loaded, counted up to `max`. */
  count(now: Omit<Current, 'since'>, max: number): number;
  /** The lease of a reading, be it stale or not. */
  leaseOf(id: string): Lease | undefined;
};

export function staleReadings(readings: Tables['readings']): StaleReadings {
  const { groups, groupOf } = groupsOf(readings);
  return {
    *leases(now, runs) {
      for (const group of groups.values()) {
        if (!isStale(group, now)) continue;
        const { reader, members } = group;
        for (const [id, one] of runs === null ? members : membersOfRuns(members, readings, runs))
          if (reader < now.reader || one.since <= now.since) yield [id, one];
      }
    },
    *all(now) {
      for (const group of groups.values()) if (isStale(group, now)) yield* group.members;
    },
    count(now, max) {
      let count = 0;
      for (const group of groups.values()) if (isStale(group, now)) count += group.members.size;
      return Math.min(count, max);
    },
    leaseOf: (id) => groupOf.get(id)?.members.get(id),
  };
}

function groupsOf(readings: Tables['readings']) {
  const groups = new Map<string, Group>();
  const groupOf = new Map<string, Group>();
  readings.follow(({ before, after }) => {
    if (before !== null) leave(before.id);
    if (after !== null) join(after);
  });

  function leave(id: string): void {
    const group = groupOf.get(id);
    group?.members.delete(id);
    if (group?.members.size === 0) groups.delete(groupKey(group));
    groupOf.delete(id);
  }

  // What was just read is leased to nobody.
  function join({ id, reader, details }: Readonly<ReadingRow>): void {
    const { trust = null, trust_since: since = '' } = details.verification ?? {};
    const key = groupKey({ reader, trust });
    const group = groups.get(key) ?? { reader, trust, members: new Map() };
    group.members.set(id, { ...neverLeased(), since });
    groups.set(key, group);
    groupOf.set(id, group);
  }

  return { groups, groupOf };
}

function* membersOfRuns(
  members: ReadonlyMap<string, Kept>,
  readings: Tables['readings'],
  runs: readonly string[],
): Generator<[id: string, Kept]> {
  for (const run of new Set(runs)) {
    for (const { id } of readings.rows(ofRun(run))) {
      const one = members.get(id);
      if (one !== undefined) yield [id, one];
    }
  }
}

function groupKey({ reader, trust }: Pick<Group, 'reader' | 'trust'>): string {
  return JSON.stringify([reader, trust]);
}

function isStale({ reader, trust }: Group, now: Omit<Current, 'since'>): boolean {
  return reader < now.reader || (reader === now.reader && trust !== null && trust !== now.digest);
}
