import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { cursorAt, positionOf } from '../../domain/page.ts';
import type { EventStore } from '../events.ts';
import type { Ledger } from './ledger.ts';

export function eventStore({ events }: Ledger): EventStore {
  return {
    async after(cursor, limit) {
      const start = cursor === null ? 0 : Number(positionOf('events', cursor));
      // Readers skip types that they do not know: those of capabilities are not named here.
      const some = events.slice(start, start + limit) as readonly MaestroEvent[];
      return { events: some, cursor: cursorAt('events', String(start + some.length)) };
    },
  };
}
