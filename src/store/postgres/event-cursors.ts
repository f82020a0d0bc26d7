import type { CursorProgress, CursorTurn, EventCursorStore } from '../event-cursors.ts';
import { cursorAfter, numberOf } from './events.ts';
import type { Ledger } from './ledger.ts';
import { rowOf } from './rows.ts';
import { cursors, owns, reads } from './statements.ts';

// The clock is the server's: those of several processes may differ.
const inMs = (parameter: string) => `clock_timestamp() + ${parameter} * interval '1 millisecond'`;
const HELD = 'tenant = $1 AND name = $2 AND holder = $3 AND leased_until > clock_timestamp()';

// The first event is asked for in order, as EXISTS would let the planner go through the whole log.
// Writes nothing where nothing waits or the cursor is not free. Of several that ask at the same
// time, the others find the row changed and are refused by the last condition.
const TAKE = cursors(
  'take_cursor',
  `WITH known AS (
     SELECT position, (leased_until > clock_timestamp() AND holder <> $3) OR retry_at > clock_timestamp() AS busy
     FROM event_cursors WHERE tenant = $1 AND name = $2
   ), log AS (
     SELECT (
       SELECT number FROM events WHERE tenant = $1 AND number > coalesce((SELECT position FROM known), 0)
       ORDER BY number LIMIT 1
     ) IS NOT NULL AS waits
   ), taken AS (
     INSERT INTO event_cursors AS kept (tenant, name, holder, leased_until)
     SELECT $1, $2, $3, ${inMs('$4')} FROM log WHERE waits AND NOT coalesce((SELECT busy FROM known), false)
     ON CONFLICT (tenant, name) DO UPDATE SET holder = excluded.holder, leased_until = ${inMs('$4')}
     WHERE (kept.leased_until <= clock_timestamp() OR kept.holder = excluded.holder) AND kept.retry_at <= clock_timestamp()
     RETURNING position, failures
   )
   SELECT waits, position, failures FROM log LEFT JOIN taken ON true`,
);
const EXTEND = cursors(
  'extend_cursor',
  `UPDATE event_cursors SET leased_until = ${inMs('$4')} WHERE ${HELD} RETURNING true AS held`,
);
const ADVANCE = cursors(
  'advance_cursor',
  `UPDATE event_cursors SET position = greatest(position, $5), advanced_at = clock_timestamp(), failures = 0,
     leased_until = ${inMs('$4')} WHERE ${HELD} RETURNING true AS held`,
);
const FAIL = cursors(
  'fail_cursor',
  `UPDATE event_cursors SET failures = failures + 1, failed_at = clock_timestamp(), failure = $5,
     leased_until = clock_timestamp(), retry_at = ${inMs('$4')} WHERE ${HELD} RETURNING true AS held`,
);
const PROGRESS = reads(
  'cursor_progress',
  `WITH known AS (SELECT * FROM event_cursors WHERE tenant = $1 AND name = $2),
   start AS (SELECT coalesce((SELECT position FROM known), 0) AS position)
   SELECT start.position, advanced_at, failures, failed_at, failure, leased_until > clock_timestamp() AS is_held,
     (SELECT count(*)::integer FROM (
        SELECT FROM events WHERE tenant = $1 AND number > start.position ORDER BY number LIMIT $3
      ) AS counted) AS waiting,
     (SELECT body::text FROM events WHERE tenant = $1 AND number > start.position ORDER BY number LIMIT 1) AS body
   FROM start LEFT JOIN known ON true`,
);
/** One step through the index for each tenant, and one to the end of its log. */
export const TENANTS_BEHIND = owns(
  'tenants_behind',
  `WITH RECURSIVE known AS (
     (SELECT tenant FROM events ORDER BY tenant LIMIT 1)
     UNION ALL SELECT (SELECT tenant FROM events WHERE tenant > known.tenant ORDER BY tenant LIMIT 1)
     FROM known WHERE known.tenant IS NOT NULL
   ) SELECT tenant FROM known WHERE tenant IS NOT NULL AND (
     SELECT number FROM events WHERE events.tenant = known.tenant AND number > coalesce(
       (SELECT position FROM event_cursors WHERE event_cursors.tenant = known.tenant AND name = $1), 0
     ) ORDER BY number LIMIT 1
   ) IS NOT NULL`,
);

export function eventCursorStore({ read, cursor }: Ledger): EventCursorStore {
  const isHeld = (rows: readonly object[]) => rows.length > 0;
  return {
    take: async (name, { holder, ms }) => turnOf((await cursor<Taken>(TAKE, name, holder, ms))[0]),
    extend: async (name, { holder, ms }) => isHeld(await cursor(EXTEND, name, holder, ms)),
    advance: async (name, position, { holder, ms }) =>
      isHeld(await cursor(ADVANCE, name, holder, ms, numberOf(position))),
    fail: async (name, { detail, retryMs }, { holder }) =>
      isHeld(await cursor(FAIL, name, holder, retryMs, detail.replaceAll('\0', ''))),
    progress: async (name, max) => progressOf((await read<Kept>(PROGRESS, name, max))[0] as Kept),
  };
}

type Taken = { waits: boolean; position: string | null; failures: number | null };

function turnOf(taken: Taken | undefined): CursorTurn {
  if (taken?.waits !== true) return { kind: 'nothing_new' };
  if (taken.position === null) return { kind: 'not_free' };
  return { kind: 'turn', position: positionOf(taken.position), failures: taken.failures ?? 0 };
}

type Kept = {
  position: string;
  advanced_at: Date | null;
  failures: number | null;
  failed_at: Date | null;
  failure: string | null;
  is_held: boolean | null;
  waiting: number;
  body: string | null;
};

function progressOf({
  position,
  advanced_at,
  failures,
  failed_at,
  failure,
  is_held,
  waiting,
  body,
}: Kept): CursorProgress {
  return {
    position: positionOf(position),
    advanced_at: advanced_at?.toISOString() ?? null,
    waiting,
    oldest_waiting_at: body === null ? null : rowOf<{ at: string }>(body).at,
    is_held: is_held ?? false,
    failures: failures ?? 0,
    last_failure: failed_at === null ? null : { at: failed_at.toISOString(), detail: failure ?? '' },
  };
}

function positionOf(number: string): string | null {
  return number === '0' ? null : cursorAfter(number);
}
