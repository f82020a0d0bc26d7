// Which runs may be deleted for their age, and the event that tells of it.
import type { MaestroEvent, Stamp } from '../event/event.ts';
import { isFinal, type Run } from './run.ts';

/**
 * The event of a deletion; null where the run may not go: it is not final, or the server saw it end at `before` or later, or never.
 * `finished_at` is not asked: it is the caller's word, and a run could be dated to be removed, or to be kept.
 */
export function prune(run: Readonly<Run>, endedAt: string | null, before: string, stamp: Stamp): MaestroEvent | null {
  if (!isFinal(run.status) || endedAt === null || endedAt >= before) return null;
  return { ...stamp, type: 'run.deleted', run_id: run.id, data: run };
}
