import type { EventOf } from '../event/event.ts';
import type { Run } from './run.ts';

type RunPayloads = {
  'run.created': { run_id: string; data: Readonly<Run> };
  'run.updated': { run_id: string; data: Readonly<Run>; changed: readonly (keyof Run)[] };
  'run.deleted': { run_id: string; data: Readonly<Run> };
};

export type RunEvent = EventOf<RunPayloads>;

export const RUN_EVENT_TYPES = [
  'run.created',
  'run.updated',
  'run.deleted',
] as const satisfies readonly RunEvent['type'][];
