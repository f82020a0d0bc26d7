// What was cut off the beginning of the log of one tenant. Its events lie in files elsewhere; the
// store knows which file holds what. The newest event of a tenant is never cut off: by it the store
// knows the tenant, and a reader that anything is there.
import type { EventBatch } from './events.ts';

/** A file of events that are next to each other in the log. */
export type EventArchive = {
  /** SHA-256 of the file, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly events: number;
  /** The cursor after its last event. */
  readonly cursor: string;
  /** When its first and its last event happened. */
  readonly first_at: string;
  readonly last_at: string;
};

export interface EventArchiveStore {
  /**
   * Up to `limit` of the oldest events after the cursor, and after what was cut off, that may be
   * cut off: those that every reader's cursor has passed but `archivist`, which is the lease on
   * this work, and not the newest.
   */
  archivable(archivist: string, cursor: string | null, limit: number): Promise<EventBatch>;

  /**
   * Of the first `max` events that may be cut off: how many there are at the beginning that happened
   * before `moment`, and when the first of them did. Waits for no write that is under way.
   */
  waiting(archivist: string, moment: string, max: number): Promise<{ count: number; first_at: string | null }>;

  /**
   * Cuts off the events up to the cursor of `archive`, and remembers the archive in their place.
   * Returns false, having changed nothing, where there are not exactly so many, or where a reader
   * has yet to pass them.
   */
  cut(archivist: string, archive: EventArchive): Promise<boolean>;

  /** The first archive with an event after the cursor (null: the first of all), or null. */
  next(cursor: string | null): Promise<EventArchive | null>;
}
