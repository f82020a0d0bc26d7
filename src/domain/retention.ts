// Which runs may be deleted for their age, and the event that tells of it.
import type { MaestroEvent, Stamp } from './event.ts';
import { isFinal, type Run } from './run.ts';

/** The event of a deletion; null where the run may not go: it is not final, or finished at `before` or later. */
export function prune(run: Readonly<Run>, before: string, stamp: Stamp): MaestroEvent | null {
  if (!isFinal(run.status) || run.finished_at === null || run.finished_at >= before) return null;
  return { ...stamp, type: 'run.deleted', run_id: run.id, data: run };
}
