// What is known of the content of one tenant's artifacts, and which of it waits to be read or
// verified again. Readings are written together with their artifact, by the store of artifacts.
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { ReadingDetails } from '../domain/evidence/reading.ts';
import type { Failure, Item, Waiting } from '../jobs/work.ts';

/**
 * What a process reads and verifies with: the number of its reader, the digest of what it trusts,
 * and when that was loaded.
 */
export type Current = { readonly reader: number; readonly digest: string; readonly since: string };

/**
 * An artifact that is leased to the caller; `attempts` counts its leases, this one included, and
 * `failures` how often it failed.
 */
export type Leased = Item & { readonly artifact: Readonly<Artifact> };

/**
 * Leases last so many milliseconds by a clock of the store's own: those of several processes may
 * differ, and the clock of one may jump.
 */
export interface ReadingStore {
  /**
   * What is known of the content of an artifact, null where nothing is, with the row that belongs
   * to it. Throws `artifact_not_found`.
   */
  get(id: string): Promise<{ artifact: Readonly<Artifact>; reading: Readonly<ReadingDetails> | null }>;

  /**
   * Up to `limit` artifacts whose content was missing or damaged when it was last read or verified
   * (`isLost`), in ascending order of their ids, from beyond `after`; an empty `after` is before
   * all.
   */
  lost(after: string, limit: number): Promise<readonly Readonly<Artifact>[]>;

  /** How many artifacts `lost` returns in all, counted up to `max`. */
  countLost(max: number): Promise<number>;

  /**
   * Up to `limit` artifacts whose content waits to be read. Small content goes before large, with
   * aging: the order is that of the time at which each began to wait, plus 10 µs for each byte, up
   * to 32 MiB. So the largest content is overtaken only by what comes within 336 s after it. Each
   * is leased to the caller: no other call returns it before the lease has ended, or it was read
   * and waits again. `attempts` counts its leases since it began to wait.
   */
  leaseWaiting(limit: number, leaseMs: number): Promise<readonly Leased[]>;

  /**
   * Up to `limit` artifacts whose content an older reader read, or that of `now` verified with
   * another trust, which was not loaded later than `now.since`: a process with older readers, or
   * with the same and an older trust, never undoes the work of a newer one. Only those of the runs
   * named, where `runs` is not null. None that waits to be read, as nothing is known of it. Each is
   * leased to the caller: no other call returns it before the lease has ended, or it was read or
   * verified again and is stale again. `attempts` counts its leases since that reading was written.
   * Fewer may be returned while more than 1,000 others are leased or were verified with a newer
   * trust.
   */
  leaseStale(limit: number, now: Current, runs: readonly string[] | null, leaseMs: number): Promise<readonly Leased[]>;

  /**
   * How many artifacts have content that an older reader read, or that of `now` verified with
   * another trust, whenever that was loaded; counted up to `max`.
   */
  countStale(now: Omit<Current, 'since'>, max: number): Promise<number>;

  /**
   * Lets the current lease of an artifact, to be read or to be verified again, end after that
   * duration: at once where it is 0. Does nothing where it is not leased.
   */
  extendLease(id: string, ms: number): Promise<void>;

  /**
   * Takes one attempt off the count of an artifact that waits to be read or, where it does not, to
   * be verified again; its lease continues. Does nothing where none was counted.
   */
  refundAttempt(id: string): Promise<void>;

  /**
   * The same for an artifact that failed, whether or not its lease has ended: it is not leased
   * again within so many milliseconds, and its failure is counted and kept until it is read or
   * verified again. `at` is the clock of a store that has none to tell the time.
   */
  failAttempt(id: string, failure: Failure, ms: number): Promise<void>;

  /**
   * What waits to be read: of the first `max` to be leased, how many there are, when the first
   * began to wait, how many are leased and did not fail since, how many failed, and the last
   * failure.
   */
  waiting(max: number): Promise<Waiting>;

  /**
   * The same for what `countStale` counts. Since when it has been stale is not known.
   */
  stale(now: Omit<Current, 'since'>, max: number): Promise<Waiting>;
}
