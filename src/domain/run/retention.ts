// Which runs retention may delete.
import type { Stamp } from '../event/event.ts';
import { isFinal, type Run } from './run.ts';
import type { RunEvent } from './run-events.ts';

/**
 * The event of a deletion; null where the run must stay: it is not final, or the server did not see
 * it end before `before`. `endedAt` is the time of the server. `finished_at` is not used: the
 * caller reports it, and could date a run so that it is deleted, or kept.
 */
export function prune(run: Readonly<Run>, endedAt: string | null, before: string, stamp: Stamp): RunEvent | null {
  if (!isFinal(run.status) || endedAt === null || endedAt >= before) return null;
  return { ...stamp, type: 'run.deleted', run_id: run.id, data: run };
}
