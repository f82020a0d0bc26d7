// What Maestro expects of a driver. The interface of each small store is with its owner: those of
// the core beside this file, others in the folder of their feature. Each promise has a case in the
// contract test, which every driver runs.
import type { ArtifactStore } from './artifacts.ts';
import type { ContentStore } from './contents.ts';
import type { EventArchiveStore } from './event-archives.ts';
import type { EventCursorStore } from './event-cursors.ts';
import type { EventStore } from './events.ts';
import type { PackStore } from './packs.ts';
import type { RunStore } from './runs.ts';

export type StoreKind = 'memory' | 'embedded' | 'postgres';

/**
 * What an acknowledged write survives: `forgets` nothing; `durable` the end of every process and of
 * the machine; `unsafe` the end of a process but not of the machine, as the database was told not
 * to wait for its disk.
 */
export type Durability = 'forgets' | 'durable' | 'unsafe';

/**
 * The place that holds the content which the rows name: the id that its marker holds too, null
 * until one is made, and whether the marker was ever written.
 */
export type ContentPlace = { readonly id: string | null; readonly marked: boolean };

/** The stores of the core, for one tenant. Those of capabilities stand beside them. */
export type CoreStores = {
  readonly runs: RunStore;
  readonly artifacts: ArtifactStore;
  readonly packs: PackStore;
  readonly events: EventStore;
  readonly cursors: EventCursorStore;
  readonly contents: ContentStore;
  readonly archives: EventArchiveStore;
};

/**
 * The stores of all tenants.
 *
 * A write lands together with its event or not at all, and every read that begins after it resolves
 * sees it. Returned rows share no state that anyone can change. Ids are made by the caller; a
 * second row with the same id is refused and changes nothing. Lists are newest first, which is the
 * descending order of ids; a page ends at `limit` rows or at 8 MiB of JSON, whichever comes first,
 * but holds at least one row where any is left. A cursor that was made for another list or other
 * filters, or was altered, throws `validation_failed`. The cost of no call grows with the size of
 * the whole store.
 *
 * A create with an idempotency key acts once: where a create that landed used its scope within the
 * last 24 hours, nothing is written, and the call returns the row that was made then; with another
 * fingerprint it throws `idempotency_key_reused`. Two at the same time wait for each other; where
 * that takes too long, `idempotency_key_in_use` is thrown.
 */
export interface MaestroStores<Tenant = CoreStores, Instance extends object = object> {
  readonly kind: StoreKind;
  readonly durability: Durability;

  /** The stores of capabilities that belong to no tenant. */
  readonly instance: Instance;

  /** The stores of one tenant. No other tenant can read, count or collide with what it writes. */
  of(tenant: string): Tenant;

  /** The tenants that have or had runs, and perhaps others whose stores were asked for. */
  tenants(): Promise<readonly string[]>;

  /** The tenants that have events after the cursor of that name. */
  tenantsBehind(cursor: string): Promise<readonly string[]>;

  /** Resolves when the stores can read and write, else rejects. */
  ping(): Promise<void>;

  /**
   * Writes a row that means nothing, without an event. Resolves when it is as durable as any other,
   * else rejects.
   */
  probe(): Promise<void>;

  /** Which place holds the content that rows name. */
  contentPlace(): Promise<ContentPlace>;

  /**
   * Keeps the place that `change` returns, with no other such change in between. `namesContent`
   * says whether any artifact of any tenant has content. Where `change` rejects, nothing changes.
   * It may take no longer than a statement.
   */
  updateContentPlace(
    change: (place: ContentPlace, namesContent: boolean) => Promise<ContentPlace>,
  ): Promise<ContentPlace>;

  /** Releases what the driver holds. No method is called after it. */
  close(): Promise<void>;
}
