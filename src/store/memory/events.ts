import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { cursorAt, positionOf } from '../../domain/page.ts';
import type { EventStore } from '../events.ts';
import { eventsCutOff } from '../refusals.ts';
import type { Ledger } from './ledger.ts';

export function eventStore({ log }: Ledger): EventStore {
  return {
    async after(cursor, limit) {
      const start = eventsUpTo(cursor);
      if (start < log.cut()) throw eventsCutOff();
      // Readers skip types that they do not know: those of capabilities are not named here.
      const some = log.slice(start, start + limit) as MaestroEvent[];
      const cursors = some.map((_, index) => cursorAfter(start + index + 1));
      return { events: some, cursors, cursor: cursorAfter(start + some.length) };
    },
  };
}

/** The cursor after so many events. */
export function cursorAfter(count: number): string {
  return cursorAt('events', String(count));
}

/** How many events a cursor has passed. */
export function eventsUpTo(cursor: string | null): number {
  return cursor === null ? 0 : Number(positionOf('events', cursor));
}
