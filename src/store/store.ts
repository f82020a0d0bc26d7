// What Maestro asks of a store. Every promise below has a case in the contract test, which every driver runs.
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../domain/artifact/artifact-events.ts';
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { ReadingDetails } from '../domain/evidence/reading.ts';
import type { RunSnapshot } from '../domain/gate/run-manifest.ts';
import type { Once } from '../domain/idempotency.ts';
import type { DisclosurePack } from '../domain/pack/disclosure-pack.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Run, RunStatus } from '../domain/run/run.ts';
import type { RunChange } from '../domain/run/update-run.ts';

/** Bytes of the artifacts of one run, as UTF-8 JSON: what keeps a manifest readable. */
export const MAX_RUN_BYTES = 64 * 1024 * 1024;

export type StoreKind = 'memory' | 'embedded' | 'postgres';

/**
 * What an acknowledged write outlives: `forgets` nothing, `durable` the end of every process and of the machine, `unsafe` not
 * the latter, as the database was told not to wait for its disk.
 */
export type Durability = 'forgets' | 'durable' | 'unsafe';

/** What a process reads and verifies with: the number of its reader, the digest of what it trusts, and when that was loaded. */
export type Current = { readonly reader: number; readonly digest: string; readonly since: string };

/**
 * The place that holds the content which the rows name: the id that its marker holds as well, null until one is made, and whether the marker
 * was ever written.
 */
export type ContentPlace = { readonly id: string | null; readonly marked: boolean };

/** The stores of all tenants. */
export interface MaestroStores {
  readonly kind: StoreKind;
  readonly durability: Durability;

  /** The store of one tenant. What one tenant writes, no other can read, count or collide with. */
  open(tenant: string): MaestroStore;

  /** The tenants that have or had runs, and perhaps others that have been opened. */
  tenants(): Promise<readonly string[]>;

  /** Resolves when the stores can read and write, else rejects. */
  ping(): Promise<void>;

  /** Writes a row that says nothing, without an event. Resolves when it is as durable as any other, else rejects. */
  probe(): Promise<void>;

  /** Which place holds the content that rows name. */
  contentPlace(): Promise<ContentPlace>;

  /**
   * Keeps the place that `change` returns, with no other such change in between. `namesContent` says whether any artifact of any tenant has
   * content. Where `change` rejects, nothing changes. It may take no longer than a statement.
   */
  updateContentPlace(
    change: (place: ContentPlace, namesContent: boolean) => Promise<ContentPlace>,
  ): Promise<ContentPlace>;

  /** Lets go of what the driver holds. No method is called after it. */
  close(): Promise<void>;
}

/**
 * One tenant's runs, artifacts, packs and events.
 *
 * A create with `once` acts once: where its scope was used within the last 24 hours by a create that landed, nothing is
 * written, and the row comes back that was made then; with another fingerprint it throws `idempotency_key_reused`. Two at
 * the same time wait for each other; `idempotency_key_in_use` where that takes too long.
 *
 * A write lands together with its event or not at all, and is seen by every read that begins after it resolves. Rows
 * handed out share no state that anyone can change. Ids are made by the caller; a second row with the same id is
 * refused and changes nothing. Lists are newest first, which is the descending order of ids; a page ends at `limit` rows or at 8 MiB of
 * JSON, whichever comes first, but holds at least one row where any is left. A cursor made for another list or other
 * filters, or changed on the way, throws `validation_failed`. No call's cost grows with the size of the whole store.
 */
export interface MaestroStore {
  createRun(run: Run, event: MaestroEvent, once?: Once | null): Promise<Readonly<Run>>;

  /** Throws `run_not_found`. */
  getRun(id: string): Promise<Readonly<Run>>;

  /** Runs that fit every filter given. */
  listRuns(
    filter: { owner?: string | undefined; status?: RunStatus | undefined },
    page: PageRequest,
  ): Promise<Page<Run>>;

  /**
   * Applies `change` to the current row, with no other write to the run in between, and returns the row that stands
   * afterwards. Where `change` returns null, nothing is written and no event recorded. Throws `run_not_found`, and what
   * `change` throws, having changed nothing. `change` may be called more than once.
   */
  updateRun(id: string, change: (run: Readonly<Run>) => RunChange): Promise<Readonly<Run>>;

  /**
   * Deletes the run with its artifacts and packs, and records the event that `decide` returns for the current row, with no
   * other write to the run in between. Where `decide` returns null, nothing is deleted. Its events stay. Returns whether
   * it was deleted. Throws `run_not_found`, and what `decide` throws, having changed nothing. `decide` may be called more than once.
   * `endedAt` is the time of the event that made the run final, whatever it says of itself; null where none did.
   */
  deleteRun(id: string, decide: (run: Readonly<Run>, endedAt: string | null) => MaestroEvent | null): Promise<boolean>;

  /** The run, all its artifacts (newest first), what is known of their content, and its latest pack, at one moment. Throws `run_not_found`. */
  runSnapshot(id: string): Promise<RunSnapshot>;

  /**
   * Throws `run_not_found`, `run_full` where the run holds the greatest number of artifacts or 64 MiB of them, and
   * `validation_failed` where the artifact is about one that is not of the run.
   */
  createArtifact(artifact: Artifact, event: MaestroEvent, once?: Once | null): Promise<Readonly<Artifact>>;

  /** Throws `artifact_not_found`. */
  getArtifact(id: string): Promise<Readonly<Artifact>>;

  /**
   * Applies `change` to the current row, with no other write to its run in between, and returns the row that stands
   * afterwards. Where `change` returns null, nothing is written and no event recorded. Throws `artifact_not_found`, `run_full`
   * where the run would hold more than 64 MiB of artifacts with their subjects, facts and verifications, but not where the artifact could
   * not be read; and what `change` throws, having changed nothing.
   * `change` may be called more than once. What `change` returns as the reading is kept together with the row.
   */
  updateArtifact(id: string, change: (artifact: Readonly<Artifact>) => ArtifactChange): Promise<Readonly<Artifact>>;

  /** What is known of the content of an artifact, null where nothing is, with the row that belongs to it. Throws `artifact_not_found`. */
  getReading(id: string): Promise<{ artifact: Readonly<Artifact>; reading: Readonly<ReadingDetails> | null }>;

  /**
   * Up to `limit` artifacts whose content waits to be read. Small content goes before large, with aging: the order is that of the time at
   * which each began to wait, plus 10 µs for each byte, up to 32 MiB. So the largest content is overtaken only by what comes within 336 s after
   * it. Each is the caller's for `lease.ms` milliseconds: no other call returns it before that time has passed, or it was read and waits
   * again. `attempts` counts how often it was handed out since it began to wait. `lease.at` is the clock of a store that has none of its own.
   */
  leaseReadings(
    limit: number,
    lease: { ms: number; at: string },
  ): Promise<readonly { artifact: Readonly<Artifact>; attempts: number }[]>;

  /**
   * Up to `limit` artifacts whose content an older reader read, or that of `now` verified with another trust, which was not loaded later
   * than `now.since`: a process with older readers, or with the same and an older trust, never undoes the work of a newer one. Only those of
   * the runs named, where `runs` is not null. None that waits to be read, as nothing is known of it. Each is the caller's for `lease.ms`
   * milliseconds: no other call returns it before that time has passed, or it was read or verified again and is stale again. `attempts`
   * counts how often it was handed out since that reading was written. `lease.at` is the clock of a store that has none of its own. Fewer may
   * come while more than 1,000 others are leased or were verified with a newer trust.
   */
  leaseStale(
    limit: number,
    now: Current,
    runs: readonly string[] | null,
    lease: { ms: number; at: string },
  ): Promise<readonly { artifact: Readonly<Artifact>; attempts: number }[]>;

  /**
   * How many artifacts have content that an older reader read, or that of `now` verified with another trust, whenever that was loaded; counted
   * up to `most`.
   */
  countStale(now: Omit<Current, 'since'>, most: number): Promise<number>;

  /**
   * Lets the lease of an artifact, to be read or to be verified again, end in `lease.ms` milliseconds: at once where that is 0. Nothing where
   * nobody has it. `lease.at` is the clock of a store that has none of its own.
   */
  extendLease(id: string, lease: { ms: number; at: string }): Promise<void>;

  /**
   * Takes one attempt off the count of an artifact that waits to be read or, where it does not, to be verified again; its lease goes on.
   * Nothing where none was counted.
   */
  forgiveAttempt(id: string): Promise<void>;

  /** Whether any artifact has content with this SHA-256. */
  holdsContent(sha256: string): Promise<boolean>;

  /** The SHA-256 of up to `limit` contents that artifacts have, each once, in no order. */
  namedContents(limit: number): Promise<readonly string[]>;

  /**
   * Up to `limit` artifacts whose content was not there, or was damaged, when it was last read or verified (`isLost`), in ascending order of
   * their ids, from beyond `after`; an empty `after` is before all.
   */
  lostReadings(after: string, limit: number): Promise<readonly Readonly<Artifact>[]>;

  /** Artifacts that fit the filter; none for an unknown run. */
  listArtifacts(filter: { run_id?: string | undefined }, page: PageRequest): Promise<Page<Artifact>>;

  /**
   * Calls `make` with the artifacts named, in that order, or with all of the run (oldest first) where `artifactIds` is null, and
   * writes the pack that it returns, with no other write to the run in between. Throws `run_not_found`,
   * `artifact_not_found`, and what `make` throws, having changed nothing. `make` may be called more than once.
   */
  createDisclosurePack(
    runId: string,
    artifactIds: readonly string[] | null,
    make: (artifacts: readonly Readonly<Artifact>[]) => { pack: DisclosurePack; event: MaestroEvent },
    once?: Once | null,
  ): Promise<Readonly<DisclosurePack>>;

  /** Throws `disclosure_pack_not_found`. */
  getDisclosurePack(id: string): Promise<Readonly<DisclosurePack>>;

  /** Packs that fit the filter; none for an unknown run. */
  listDisclosurePacks(filter: { run_id?: string | undefined }, page: PageRequest): Promise<Page<DisclosurePack>>;

  /**
   * Up to `limit` events after the cursor (null: from the first), and the cursor to go on from, which stands still while
   * there is nothing new. Events of one run come in the order of their effects; none is ever skipped. Throws
   * `validation_failed` for a cursor that it did not make.
   */
  eventsAfter(cursor: string | null, limit: number): Promise<{ events: readonly MaestroEvent[]; cursor: string }>;
}
