import { storedActor } from '../../domain/event/actor.ts';
import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { cursorAt, MAX_PAGE_BYTES, positionOf } from '../../domain/page.ts';
import type { EventStore } from '../events.ts';
import { eventsCutOff } from '../refusals.ts';
import type { Ledger } from './ledger.ts';
import { type Body, rowOf } from './rows.ts';
import { settledNumber } from './settled-events.ts';
import { reads } from './statements.ts';

// One row at least: whether events after the cursor were cut off is seen by the same snapshot as the
// events, so that none that is missing from them was cut off before. The first one always fits. A
// standby has events without others before them, and answers with none of them.
const EVENTS = reads(
  'events',
  `SELECT cut, number, body FROM (SELECT (
     SELECT last_number FROM event_archives WHERE tenant = $1 AND last_number > $2 ORDER BY last_number LIMIT 1
   ) AS cut) AS archived LEFT JOIN (
     SELECT number, body, sum(octet_length(body)) OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS bytes,
       row_number() OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS place
     FROM (
       SELECT number, body::text AS body FROM events WHERE tenant = $1 AND number > $2 AND number <= $3
         AND (SELECT NOT pg_is_in_recovery()) ORDER BY number LIMIT $4
     ) AS log
   ) AS weighed ON bytes <= $5 OR place = 1 ORDER BY number`,
);

type Event = Body & { readonly number: string };
type Row = { readonly cut: string | null } & (Event | { readonly number: null });

const isEvent = (row: Row): row is Row & Event => row.number !== null;

/** `patienceMs` is how long a reader waits for writes that are under way. */
export function eventStore({ scan }: Ledger, patienceMs: number): EventStore {
  return {
    async after(cursor, limit) {
      const position = numberOf(cursor);
      const settled = await settledNumber(scan, position, patienceMs);
      const found = await scan<Row>(EVENTS, position, settled ?? position, limit, MAX_PAGE_BYTES);
      if (found.some(({ cut }) => cut !== null)) throw eventsCutOff();
      const rows = found.filter(isEvent);
      return {
        events: rows.map(({ body }) => eventOf(body)),
        // Few readers need them all, and making them costs as much as parsing the events.
        get cursors() {
          return rows.map(({ number }) => cursorAfter(number));
        },
        cursor: cursorAfter(rows.at(-1)?.number ?? position),
      };
    },
  };
}

function eventOf(body: string): MaestroEvent {
  const event = rowOf<MaestroEvent>(body);
  const actor = storedActor(event.actor);
  return actor === event.actor ? event : { ...event, actor };
}

/** The cursor after the event of that number. */
export function cursorAfter(number: string): string {
  return cursorAt('events', number);
}

/** The number of the last event that a cursor has passed. */
export function numberOf(cursor: string | null): string {
  return cursor === null ? '0' : positionOf('events', cursor);
}
