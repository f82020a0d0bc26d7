// Up to which number the log is settled: all numbers up to it were committed or given up, so that a
// reader skips none. A reader never takes the lock of the writers. It notes the last number drawn,
// then who holds the lock, and waits until each of those has ended. Writers that come later draw
// higher numbers, and neither side waits for the other. A standby shows no locks of writers, and what
// they commit in the order of their commits: it is never read, wherever a connection may lead.
import { setTimeout as sleep } from 'node:timers/promises';
import { MaestroError } from '../../domain/errors.ts';
import type { Ledger } from './ledger.ts';
import { reads } from './statements.ts';

const DRAWN = reads('drawn_events', 'SELECT last, writers, pg_is_in_recovery() AS standby FROM drawn_events($1, $2)');
const WRITERS = reads(
  'event_writers',
  'SELECT event_writers() AS writers, pg_is_in_recovery() AS standby WHERE $1::text IS NOT NULL',
);

const FIRST_PAUSE_MS = 1;
const MAX_PAUSE_MS = 50;

type Writers = { writers: readonly string[] | null; standby: boolean };

/**
 * A number up to which all events of the log are settled, and which is not before any event of the
 * tenant that was committed when the call began; null where the tenant has none after `position`.
 * A statement that begins after this resolves sees them all. Throws `store_unavailable` where a
 * writer does not end within `patienceMs`.
 */
export async function settledNumber(
  scan: Ledger['scan'],
  position: string,
  patienceMs: number,
): Promise<string | null> {
  const [drawn] = await scan<Writers & { last: string | null }>(DRAWN, position);
  const drawers = writersOf(drawn);
  const last = drawn?.last ?? null;
  if (last === null) return null;
  const began = performance.now();
  let open = new Set(drawers);
  for (let pause = FIRST_PAUSE_MS; open.size > 0; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    if (performance.now() - began > patienceMs) throw stuck(open, patienceMs);
    await sleep(pause);
    const [now] = await scan<Writers>(WRITERS);
    open = new Set(writersOf(now).filter((writer) => open.has(writer)));
  }
  return last;
}

function writersOf(answer: Writers | undefined): readonly string[] {
  if (answer?.standby !== false) throw new MaestroError('store_unavailable', 'The store is read-only');
  return answer.writers ?? [];
}

function stuck(open: ReadonlySet<string>, ms: number): MaestroError {
  const cause = new Error(`Transactions that record events have not ended for ${ms} ms: ${[...open].join(', ')}`);
  return new MaestroError('store_unavailable', 'The store does not answer; try again', [], cause);
}
