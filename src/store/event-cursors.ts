// The cursors of one tenant: how far each reader has read the log. A cursor belongs to one holder
// at a time, so that the events of a tenant are handled in order, whichever process reads them.

/**
 * Who holds a cursor, and for how many milliseconds from now, by a clock of the store; 0 gives it
 * back. `holder` is unique to a turn of a reader. `at` is the time of the caller: a store that has no
 * time of day of its own reports it.
 */
export type CursorLease = { readonly holder: string; readonly ms: number; readonly at: string };

/**
 * What a reader gets: `turn` with the cursor, where `position` is null at the beginning of the log
 * and `failures` is how often the event after it has failed; `nothing_new`; or `not_free`, as
 * another holds the cursor or it is too early to try again.
 */
export type CursorTurn =
  | { readonly kind: 'turn'; readonly position: string | null; readonly failures: number }
  | { readonly kind: 'nothing_new' }
  | { readonly kind: 'not_free' };

/** What failed, and how long nobody gets the cursor after it. */
export type CursorFailure = { readonly detail: string; readonly retryMs: number };

export type CursorProgress = {
  /** The cursor after the last event that was handled; null where none was. */
  readonly position: string | null;
  readonly advanced_at: string | null;
  /** Events after it, counted up to the maximum asked for, and when the first of them happened. */
  readonly waiting: number;
  readonly oldest_waiting_at: string | null;
  readonly is_held: boolean;
  /** How often the event after the cursor has failed since it last advanced. */
  readonly failures: number;
  /** The last failure of all; null where there was none. */
  readonly last_failure: { readonly at: string; readonly detail: string } | null;
};

export interface EventCursorStore {
  /**
   * Leases the cursor of that name to `lease.holder`, if there are events after it and it is free.
   * Writes nothing otherwise. A name that is not known yet stands at the beginning of the log. Its
   * own holder may take it again. Where several ask at the same time, one gets it.
   */
  take(name: string, lease: CursorLease): Promise<CursorTurn>;

  /**
   * Whether the holder had the lease, which ends `lease.ms` from now. An expired lease is not
   * revived.
   */
  extend(name: string, lease: CursorLease): Promise<boolean>;

  /**
   * Moves the cursor to `position`, which `EventStore.after` returned, forgets the failures, and
   * extends the lease. Returns false, having changed nothing, where the lease was lost. A cursor
   * never goes back.
   */
  advance(name: string, position: string, lease: CursorLease): Promise<boolean>;

  /**
   * Counts a failure of the event after the cursor and gives the cursor back: nobody gets it for
   * `retryMs`. Returns false, having changed nothing, where the lease was lost.
   */
  fail(name: string, failure: CursorFailure, lease: Omit<CursorLease, 'ms'>): Promise<boolean>;

  /** How far the cursor is, counting up to `max` events that wait. */
  progress(name: string, max: number): Promise<CursorProgress>;
}
