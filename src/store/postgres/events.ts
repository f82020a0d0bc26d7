import { storedActor } from '../../domain/event/actor.ts';
import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { cursorAt, positionOf } from '../../domain/page.ts';
import type { EventStore } from '../events.ts';
import { eventsCutOff } from '../refusals.ts';
import type { Ledger } from './ledger.ts';
import { type Body, rowOf } from './rows.ts';
import { settledNumber } from './settled-events.ts';
import { reads } from './statements.ts';

const EVENTS = reads(
  'events',
  // A standby has events without others before them, and answers with none of them.
  `SELECT number, body::text FROM events WHERE tenant = $1 AND number > $2 AND number <= $3
     AND (SELECT NOT pg_is_in_recovery()) ORDER BY number LIMIT $4`,
);

const CUT_OFF = reads(
  'events_cut_off',
  'SELECT last_number FROM event_archives WHERE tenant = $1 AND last_number > $2 ORDER BY last_number LIMIT 1',
);

/** `patienceMs` is how long a reader waits for writes that are under way. */
export function eventStore({ scan }: Ledger, patienceMs: number): EventStore {
  return {
    async after(cursor, limit) {
      const position = numberOf(cursor);
      const settled = await settledNumber(scan, position, patienceMs);
      const rows = settled === null ? [] : await scan<Body & { number: string }>(EVENTS, position, settled, limit);
      // Asked last, so that nothing that is missing from the rows was cut off before.
      const [cut] = await scan<{ last_number: string }>(CUT_OFF, position);
      if (cut !== undefined) throw eventsCutOff();
      return {
        events: rows.map(({ body }) => eventOf(body)),
        cursors: rows.map(({ number }) => cursorAfter(number)),
        cursor: cursorAfter(rows.at(-1)?.number ?? position),
      };
    },
  };
}

function eventOf(body: string): MaestroEvent {
  const event = rowOf<MaestroEvent>(body);
  return { ...event, actor: storedActor(event.actor) };
}

/** The cursor after the event of that number. */
export function cursorAfter(number: string): string {
  return cursorAt('events', number);
}

/** The number of the last event that a cursor has passed. */
export function numberOf(cursor: string | null): string {
  return cursor === null ? '0' : positionOf('events', cursor);
}
