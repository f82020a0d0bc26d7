import { z } from 'zod';
import {
  idList,
  jsonObject,
  MAX_NAME_CHARACTERS,
  parseTimestamp,
  text,
  timestamp,
  usDollars,
  utcTimestamp,
} from '../bounds.ts';
import { invalid, MaestroError } from '../errors.ts';
import type { MaestroEvent, Stamp } from '../event/event.ts';

export const RunStatus = z
  .enum(['pending', 'running', 'succeeded', 'failed', 'cancelled'])
  .meta({ id: 'RunStatus', description: 'Where a run stands; the last three are final.', examples: ['succeeded'] });
export type RunStatus = z.infer<typeof RunStatus>;

export const Run = z
  .object({
    id: z.string().meta({
      description: 'Id of the run, a UUID version 7.',
      examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
    }),
    name: z.string().meta({ description: 'What was built or analysed.', examples: ['payment-api build 1042'] }),
    owner: z.string().meta({ description: 'Who answers for the run.', examples: ['team-payments'] }),
    started_at: utcTimestamp().meta({
      description: 'When the run was created, set by the server: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T10:00:00.000Z'],
    }),
    finished_at: utcTimestamp()
      .nullable()
      .meta({
        description: 'When the run finished: as reported, else when its final status arrived. Null until then.',
        examples: ['2026-01-31T10:30:00.000Z'],
      }),
    status: RunStatus,
    cost_estimate: z
      .number()
      .nullable()
      .meta({ description: 'Expected cost in US dollars, or null.', examples: [1.5] }),
    cost_actual: z
      .number()
      .nullable()
      .meta({ description: 'Real cost in US dollars, or null.', examples: [1.42] }),
    related_entity_ids: z
      .array(z.string())
      .meta({ description: 'Entities in IntelGraph that the run concerns.', examples: [['entity-42']] }),
    related_decision_ids: z
      .array(z.string())
      .meta({ description: 'Decisions in IntelGraph that the run follows.', examples: [['decision-7']] }),
    metadata: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Any JSON object, kept as sent.', examples: [{ commit: '4f2a9c1', pipeline: 'main' }] }),
  })
  .meta({ id: 'Run', description: 'One execution of a pipeline, as it reported itself.' });
export type Run = z.infer<typeof Run>;

export const CreateRunRequest = z
  .strictObject({
    name: text(MAX_NAME_CHARACTERS).meta({
      description: 'What is built or analysed.',
      examples: ['payment-api build 1042'],
    }),
    owner: text(MAX_NAME_CHARACTERS).meta({ description: 'Who answers for the run.', examples: ['team-payments'] }),
    cost_estimate: usDollars()
      .nullish()
      .meta({ description: 'Expected cost in US dollars. Null or absent: none.', examples: [1.5] }),
    related_entity_ids: idList()
      .nullish()
      .meta({ description: 'Entities in IntelGraph that the run concerns; not checked.', examples: [['entity-42']] }),
    related_decision_ids: idList()
      .nullish()
      .meta({ description: 'Decisions in IntelGraph that the run follows; not checked.', examples: [['decision-7']] }),
    metadata: jsonObject()
      .nullish()
      .meta({
        description: 'Any JSON object: at most 64 KiB and 32 levels.',
        examples: [{ commit: '4f2a9c1', pipeline: 'main' }],
      }),
  })
  .meta({ id: 'CreateRunRequest', description: 'A new run. It starts as `pending`.' });
export type CreateRunRequest = z.infer<typeof CreateRunRequest>;

export const UpdateRunRequest = z
  .strictObject({
    status: RunStatus.nullish().meta({ description: 'The new status.', examples: ['succeeded'] }),
    finished_at: timestamp()
      .nullish()
      .meta({
        description:
          'When the run finished: RFC 3339; without an offset it is UTC, digits finer than milliseconds are cut. At most 5 minutes from now. Only for a run that is or becomes final.',
        examples: ['2026-01-31T10:30:00.123456'],
      }),
    cost_actual: usDollars()
      .nullish()
      .meta({ description: 'Real cost in US dollars.', examples: [1.42] }),
    metadata: jsonObject()
      .nullish()
      .meta({
        description: 'Replaces the whole object: at most 64 KiB and 32 levels.',
        examples: [{ commit: '4f2a9c1', pipeline: 'main' }],
      }),
  })
  .meta({ id: 'UpdateRunRequest', description: 'What changes in a run. Null or absent: stays as it is.' });
export type UpdateRunRequest = z.infer<typeof UpdateRunRequest>;

/** What an update makes of a run and the event that tells of it; null when nothing changes. */
export type RunChange = { run: Run; event: MaestroEvent } | null;

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
  // Written out: spreading the stamp would take longer than all the rest.
  const { id: eventId, at, request_id, actor } = stamp;
  const event: MaestroEvent = { id: eventId, at, request_id, actor, type: 'run.created', run_id: id, data: run };
  return { run, event };
}

/**
 * Applies an update to the current row. Throws `invalid_status_transition`, `run_finished` (its `finished_at` is
 * settled) or `validation_failed` (`finished_at` on an unfinished run, or in the future).
 */
export function updateRun(run: Readonly<Run>, request: UpdateRunRequest, stamp: Stamp): RunChange {
  const status = request.status ?? run.status;
  if (status !== run.status && !NEXT[run.status].includes(status)) {
    throw new MaestroError('invalid_status_transition', `A run that is '${run.status}' cannot become '${status}'`);
  }
  const next: Run = {
    ...run,
    status,
    finished_at: finishedAt(run, status, request.finished_at ?? null, stamp.at),
    cost_actual: request.cost_actual ?? run.cost_actual,
    metadata: request.metadata ?? run.metadata,
  };
  const changed = UPDATABLE.filter((field) => !sameJson(next[field], run[field]));
  if (changed.length === 0) return null;
  return { run: next, event: { ...stamp, type: 'run.updated', run_id: run.id, data: next, changed } };
}

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  pending: ['running', 'succeeded', 'failed', 'cancelled'],
  running: ['succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** Whether a run with this status has ended for good. */
export function isFinal(status: RunStatus): boolean {
  return NEXT[status].length === 0;
}

const UPDATABLE = ['status', 'finished_at', 'cost_actual', 'metadata'] as const satisfies (keyof UpdateRunRequest)[];

function finishedAt(run: Readonly<Run>, status: RunStatus, reported: string | null, now: string): string | null {
  const finished = reported === null ? null : parseTimestamp(reported);
  if (isFinal(run.status)) {
    if (finished !== null && finished !== run.finished_at) {
      throw new MaestroError('run_finished', `The run finished at ${run.finished_at}; that cannot change any more`);
    }
    return run.finished_at;
  }
  if (finished === null) return isFinal(status) ? now : null;
  if (!isFinal(status)) throw badFinish(`is not taken while the run is '${status}'`);
  const latest = new Date(Date.parse(now) + MAX_CLOCK_SKEW_MS).toISOString();
  if (finished > latest) throw badFinish(`is in the future: ${finished} is after ${latest}`);
  return finished;
}

/** How far the clock of a pipeline may be ahead. */
const MAX_CLOCK_SKEW_MS = 5 * 60 * 1000;

const badFinish = (detail: string) => invalid([{ in: 'body', pointer: '/finished_at', detail }]);

// Key order counts as a difference: metadata is kept as sent, so a new order is a change.
function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
