// The log of one tenant: an event for each write. Only a driver's ledger adds to it.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';

export type EventBatch = { readonly events: readonly MaestroEvent[]; readonly cursor: string };

export interface EventStore {
  /**
   * Up to `limit` events after the cursor (null: from the first), and the cursor to continue from,
   * which stays the same while there is nothing new. Events of one run come in the order of their
   * effects; none is ever skipped. Throws `validation_failed` for a cursor that it did not make.
   */
  after(cursor: string | null, limit: number): Promise<EventBatch>;
}
