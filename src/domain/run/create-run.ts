import type { Stamp } from '../event/event.ts';
import type { CreateRunRequest, Run } from './run.ts';
import type { RunEvent } from './run-events.ts';

/** A new pending run and its event. */
export function createRun(request: CreateRunRequest, id: string, stamp: Stamp) {
  const run: Run = {
    id,
    name: request.name,
    owner: request.owner,
    started_at: stamp.at,
    finished_at: null,
    status: 'pending',
    cost_estimate: request.cost_estimate ?? null,
    cost_actual: null,
    related_entity_ids: request.related_entity_ids ?? [],
    related_decision_ids: request.related_decision_ids ?? [],
    metadata: request.metadata ?? {},
  };
  // Spelt out: spreading the stamp takes longer than the rest of the function.
  const { id: eventId, at, request_id, actor } = stamp;
  const event: RunEvent = { id: eventId, at, request_id, actor, type: 'run.created', run_id: id, data: run };
  return { run, event };
}
