import { storedActor } from '../../domain/event/actor.ts';
import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { cursorAt, positionOf } from '../../domain/page.ts';
import type { EventStore } from '../events.ts';
import type { Ledger } from './ledger.ts';
import { type Body, rowOf } from './rows.ts';
import { reads } from './statements.ts';

// Waits until every number drawn so far was committed or given up. The tenant is of no account.
const LAST_SETTLED = reads('last_settled', 'SELECT last_settled_event() AS number WHERE $1::text IS NOT NULL');
const EVENTS = reads(
  'events',
  'SELECT number, body::text FROM events WHERE tenant = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4',
);

export function eventStore({ scan }: Ledger): EventStore {
  return {
    async after(cursor, limit) {
      const position = cursor === null ? '0' : positionOf('events', cursor);
      const [settled] = await scan<{ number: string }>(LAST_SETTLED);
      const rows = await scan<Body & { number: string }>(EVENTS, position, settled?.number ?? '0', limit);
      const last = rows.at(-1)?.number ?? position;
      return { events: rows.map(({ body }) => eventOf(body)), cursor: cursorAt('events', last) };
    },
  };
}

function eventOf(body: string): MaestroEvent {
  const event = rowOf<MaestroEvent>(body);
  return { ...event, actor: storedActor(event.actor) };
}
