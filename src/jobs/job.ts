// What every background job offers, and how it reports what it does.
import { z } from 'zod';
import { utcTimestamp } from '../domain/bounds.ts';

/** `waiting` and `failed` are counted up to this number. */
export const MAX_COUNTED = 10_000;

export const JobProgress = z
  .object({
    name: z.string().meta({
      description:
        'Name of the job: `read_evidence`, `verify_evidence`, `find_lost_content` or `archive_events`. More may be added.',
      examples: ['read_evidence'],
    }),
    waiting: z
      .int()
      .min(0)
      .max(MAX_COUNTED)
      .meta({
        description: `How many items wait, those that are being worked on included; counted up to ${MAX_COUNTED}.`,
        examples: [3],
      }),
    oldest_waiting_at: utcTimestamp()
      .nullable()
      .meta({
        description: 'Since when the oldest of them has been waiting. Null if nothing waits, or if it is not known.',
        examples: ['2026-01-31T10:00:00.000Z'],
      }),
    running: z
      .int()
      .min(0)
      .meta({
        description: 'How many of them are being worked on now, across all processes of the service.',
        examples: [1],
      }),
    failed: z
      .int()
      .min(0)
      .max(MAX_COUNTED)
      .meta({
        description: `How many of them failed and will be tried again; counted up to ${MAX_COUNTED}.`,
        examples: [0],
      }),
    last_failure: z
      .object({
        at: utcTimestamp().meta({ description: 'When it failed.', examples: ['2026-01-31T10:00:05.000Z'] }),
        detail: z.string().meta({
          description: 'What failed, without details that belong in the log.',
          examples: ['The content store is unavailable'],
        }),
      })
      .nullable()
      .meta({
        description:
          'The last failure of what will be tried again, or why nothing can be begun now. Null if there is none.',
        examples: [null],
      }),
  })
  .meta({ id: 'JobProgress', description: 'What a background job does for a tenant.' });
export type JobProgress = z.infer<typeof JobProgress>;

/** A background job, as seen by those who start, wake, watch and close it. */
export type Job = {
  readonly name: string;
  /** Looks now whether something of the tenant waits. Missed wake-ups are caught by the next poll. */
  wake(tenant: string): void;
  /** What the job does for a tenant. Rejects where a store does. */
  progress(tenant: string): Promise<JobProgress>;
  /** Begins nothing more. Resolves when all that was begun has ended or was given back. */
  close(): Promise<void>;
};
