// The log of one tenant: an event for each write. Only a driver's ledger adds to it.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';

/** `cursors` are those after each of the events, `cursor` the one to continue from. */
export type EventBatch = {
  readonly events: readonly MaestroEvent[];
  readonly cursors: readonly string[];
  readonly cursor: string;
};

export interface EventStore {
  /**
   * Up to `limit` events after the cursor (null: from the first), and the cursor to continue from,
   * which stays the same while there is nothing new. Drivers that keep rows end a batch at 8 MiB,
   * too, after one event at least. Events of one run come in the order of their effects; none is
   * ever skipped. Waits for writes that are under way, and keeps none waiting.
   * Throws `validation_failed` for a cursor that it did not make, or after which events were cut
   * off (`EventArchiveStore`), and `store_unavailable` where a write does not end.
   */
  after(cursor: string | null, limit: number): Promise<EventBatch>;
}
