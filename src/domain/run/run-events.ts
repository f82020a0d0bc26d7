import type { EventOf } from '../event/event.ts';
import type { Run } from './run.ts';

type UpdatedRun = { run_id: string; data: Readonly<Run>; changed: readonly (keyof Run)[] };

type RunPayloads = {
  'run.created': { run_id: string; data: Readonly<Run> };
  /**
   * An update that leaves the run unfinished, or changes a finished one. Rows written before
   * `run.finished` existed use it for the update that finished the run, too.
   */
  'run.updated': UpdatedRun;
  /** The update that made the run final, with all else that it changed. */
  'run.finished': UpdatedRun;
  'run.deleted': { run_id: string; data: Readonly<Run> };
};

export type RunEvent = EventOf<RunPayloads>;

export const RUN_EVENT_TYPES = [
  'run.created',
  'run.updated',
  'run.finished',
  'run.deleted',
] as const satisfies readonly RunEvent['type'][];
