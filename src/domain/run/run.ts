import { z } from 'zod';
import { idList, jsonObject, MAX_NAME_CHARACTERS, text, timestamp, usDollars, utcTimestamp } from '../bounds.ts';

export const RunStatus = z
  .enum(['pending', 'running', 'succeeded', 'failed', 'cancelled'])
  .meta({ id: 'RunStatus', description: 'The status of a run; the last three are final.', examples: ['succeeded'] });
export type RunStatus = z.infer<typeof RunStatus>;

export const Run = z
  .object({
    id: z.string().meta({
      description: 'Id of the run, a UUID version 7.',
      examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
    }),
    name: z.string().meta({ description: 'What was built or analysed.', examples: ['payment-api build 1042'] }),
    owner: z.string().meta({ description: 'Who is responsible for the run.', examples: ['team-payments'] }),
    started_at: utcTimestamp().meta({
      description: 'When the run was created, set by the server: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T10:00:00.000Z'],
    }),
    finished_at: utcTimestamp()
      .nullable()
      .meta({
        description:
          'When the run finished: the reported time, or else when its final status arrived. Null until then.',
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
      .meta({ description: 'Actual cost in US dollars, or null.', examples: [1.42] }),
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
  .meta({ id: 'Run', description: 'One execution of a pipeline, as the pipeline reported it.' });
export type Run = z.infer<typeof Run>;

export const CreateRunRequest = z
  .strictObject({
    name: text(MAX_NAME_CHARACTERS).meta({
      description: 'What is built or analysed.',
      examples: ['payment-api build 1042'],
    }),
    owner: text(MAX_NAME_CHARACTERS).meta({
      description: 'Who is responsible for the run.',
      examples: ['team-payments'],
    }),
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
          'When the run finished: RFC 3339; without an offset it is UTC. Digits finer than milliseconds are ' +
          'cut. At most 5 minutes in the future. Only for a run that is or becomes final.',
        examples: ['2026-01-31T10:30:00.123456'],
      }),
    cost_actual: usDollars()
      .nullish()
      .meta({ description: 'Actual cost in US dollars.', examples: [1.42] }),
    metadata: jsonObject()
      .nullish()
      .meta({
        description: 'Replaces the whole object: at most 64 KiB and 32 levels.',
        examples: [{ commit: '4f2a9c1', pipeline: 'main' }],
      }),
  })
  .meta({ id: 'UpdateRunRequest', description: 'Changes to a run. Null or absent: the field stays as it is.' });
export type UpdateRunRequest = z.infer<typeof UpdateRunRequest>;

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  pending: ['running', 'succeeded', 'failed', 'cancelled'],
  running: ['succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** Whether a run may move from one status to another. Keeping its status is no move. */
export function mayBecome(from: RunStatus, to: RunStatus): boolean {
  return NEXT[from].includes(to);
}

/** Whether no status follows this one. */
export function isFinal(status: RunStatus): boolean {
  return NEXT[status].length === 0;
}
