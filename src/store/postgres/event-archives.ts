import { MaestroError } from '../../domain/errors.ts';
import type { EventArchive, EventArchiveStore } from '../event-archives.ts';
import type { EventStore } from '../events.ts';
import { cursorAfter, numberOf } from './events.ts';
import type { Ledger } from './ledger.ts';
import { cuts, reads } from './statements.ts';

// All events up to `slowest` may be cut off. It is null where no other reader has a cursor.
const BOUNDS = reads(
  'archive_bounds',
  `SELECT (SELECT min(position) FROM event_cursors WHERE tenant = $1 AND name <> $2) AS slowest,
     (SELECT number FROM events WHERE tenant = $1 ORDER BY number DESC LIMIT 1) AS newest,
     coalesce((SELECT last_number FROM event_archives WHERE tenant = $1 ORDER BY last_number DESC LIMIT 1), 0) AS cut`,
);
// Until the first event that is too young, as an archive ends there.
const WAITING = reads(
  'waiting_for_archive',
  `WITH oldest AS (
     SELECT number, body->>'at' AS at FROM events WHERE tenant = $1
       AND number <= coalesce((SELECT min(position) FROM event_cursors WHERE tenant = $1 AND name <> $2), 9223372036854775807)
       AND number < (SELECT number FROM events WHERE tenant = $1 ORDER BY number DESC LIMIT 1)
     ORDER BY number LIMIT $4
   ), young AS (SELECT min(number) AS number FROM oldest WHERE at >= $3)
   SELECT count(*)::integer AS count, (array_agg(at ORDER BY number))[1] AS first_at FROM oldest
   WHERE number < coalesce((SELECT number FROM young), 9223372036854775807)`,
);
const NEXT = reads(
  'next_archive',
  `SELECT last_number, sha256, events, first_at, last_at FROM event_archives
   WHERE tenant = $1 AND last_number > $2 ORDER BY last_number LIMIT 1`,
);
const CUT = cuts(
  'cut_events',
  `SELECT cut_events(json_build_object('tenant', $1::text, 'archivist', $2::text, 'last_number', $3::bigint,
     'sha256', $4::text, 'events', $5::integer, 'first_at', $6::text, 'last_at', $7::text)) AS cut`,
);

type Bounds = { slowest: string | null; newest: string | null; cut: string };
type Row = Omit<EventArchive, 'cursor'> & { last_number: string };

export function eventArchiveStore({ read, cut }: Ledger, events: EventStore): EventArchiveStore {
  /** The events after the number that are still in the log, which others may be cutting off. */
  async function uncut(archivist: string, number: string, limit: number) {
    for (let last = ''; ; ) {
      const [bounds] = await read<Bounds>(BOUNDS, archivist);
      if (bounds === undefined) throw new Error('The bounds of the archives have no row');
      const start = BigInt(number) > BigInt(bounds.cut) ? number : bounds.cut;
      try {
        return { bounds, start, batch: await events.after(cursorAfter(start), limit) };
      } catch (error) {
        // Where nothing was cut off since, that is not why.
        if (!(error instanceof MaestroError && error.code === 'validation_failed') || bounds.cut === last) throw error;
        last = bounds.cut;
      }
    }
  }
  return {
    async archivable(archivist, cursor, limit) {
      const { bounds, start, batch } = await uncut(archivist, numberOf(cursor), limit);
      const { slowest, newest } = bounds;
      const isCuttable = (at: string) =>
        BigInt(numberOf(at)) < BigInt(newest ?? 0) && (slowest === null || BigInt(numberOf(at)) <= BigInt(slowest));
      const found = batch.cursors.findIndex((at) => !isCuttable(at));
      const count = found < 0 ? batch.cursors.length : found;
      const some = batch.cursors.slice(0, count);
      return {
        events: batch.events.slice(0, count),
        cursors: some,
        cursor: some.at(-1) ?? cursorAfter(start),
      };
    },
    async waiting(archivist, moment, max) {
      const [row] = await read<{ count: number; first_at: string | null }>(WAITING, archivist, moment, max);
      return row ?? { count: 0, first_at: null };
    },
    async cut(archivist, { sha256, events: count, cursor, first_at, last_at }) {
      const values = [archivist, numberOf(cursor), sha256, count, first_at, last_at];
      return (await cut<{ cut: boolean }>(CUT, ...values))[0]?.cut === true;
    },
    async next(cursor) {
      const [row] = await read<Row>(NEXT, numberOf(cursor));
      if (row === undefined) return null;
      const { last_number, ...archive } = row;
      return { ...archive, cursor: cursorAfter(last_number) };
    },
  };
}
