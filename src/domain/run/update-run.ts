import { parseTimestamp } from '../bounds.ts';
import { invalid, MaestroError } from '../errors.ts';
import type { Stamp } from '../event/event.ts';
import { isFinal, mayBecome, type Run, type RunStatus, type UpdateRunRequest } from './run.ts';
import type { RunEvent } from './run-events.ts';

/** An updated run and its event; null where nothing changes. */
export type RunChange = { run: Run; event: RunEvent } | null;

/**
 * Applies an update to the current row. Throws `invalid_status_transition`, `run_finished` (another
 * `finished_at` for a final run) or `validation_failed` (`finished_at` on an unfinished run, or in
 * the future).
 */
export function updateRun(run: Readonly<Run>, request: UpdateRunRequest, stamp: Stamp): RunChange {
  const status = request.status ?? run.status;
  if (status !== run.status && !mayBecome(run.status, status)) {
    throw new MaestroError('invalid_status_transition', `A run that is '${run.status}' cannot become '${status}'`);
  }
  // Spelt out: spreading a frozen row takes as long as the rest of the function.
  const next: Run = {
    id: run.id,
    name: run.name,
    owner: run.owner,
    started_at: run.started_at,
    finished_at: finishedAt(run, status, request.finished_at ?? null, stamp.at),
    status,
    cost_estimate: run.cost_estimate,
    cost_actual: request.cost_actual ?? run.cost_actual,
    related_entity_ids: run.related_entity_ids,
    related_decision_ids: run.related_decision_ids,
    metadata: request.metadata ?? run.metadata,
  };
  const changed = UPDATABLE.filter((field) => !sameJson(next[field], run[field]));
  if (changed.length === 0) return null;
  const type = isFinal(status) && !isFinal(run.status) ? 'run.finished' : 'run.updated';
  // Spelt out, as in `createRun`.
  const { id, at, request_id, actor } = stamp;
  return { run: next, event: { id, at, request_id, actor, type, run_id: run.id, data: next, changed } };
}

const UPDATABLE = ['status', 'finished_at', 'cost_actual', 'metadata'] as const satisfies (keyof UpdateRunRequest)[];

function finishedAt(run: Readonly<Run>, status: RunStatus, reported: string | null, now: string): string | null {
  const finished = reported === null ? null : parseTimestamp(reported);
  if (isFinal(run.status)) {
    if (finished !== null && finished !== run.finished_at) {
      throw new MaestroError('run_finished', `The run finished at ${run.finished_at}; this can no longer change`);
    }
    return run.finished_at;
  }
  if (finished === null) return isFinal(status) ? now : null;
  if (!isFinal(status)) throw badFinish(`must not be set while the run is '${status}'`);
  const latest = new Date(Date.parse(now) + MAX_CLOCK_SKEW_MS).toISOString();
  if (finished > latest) throw badFinish(`is in the future: ${finished} is after ${latest}`);
  return finished;
}

/** How far the clock of a pipeline may be ahead of ours. */
const MAX_CLOCK_SKEW_MS = 5 * 60 * 1000;

const badFinish = (detail: string) => invalid([{ in: 'body', pointer: '/finished_at', detail }]);

// Key order counts: metadata is kept as sent, so a new order is a change.
function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
