// The route that reports the trust policy.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { READER_NUMBER } from '../domain/evidence/reader.ts';
import type { Judging } from '../domain/gate/flag.ts';
import { answers, refusals } from '../http/responses.ts';
import type { TrustPolicy } from './trust-policy.ts';
import { trustReport } from './trust-report.ts';
import { MAX_STALE_COUNTED, TrustReport } from './trust-report-schema.ts';

export type TrustRoutes = {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): {
    readings: { countStale(now: { reader: number; digest: string }, max: number): Promise<number> };
  };
  /** The trust policy, and how flags are judged by it. */
  trust: {
    current(): TrustPolicy;
    /** Why the last reload failed; null if it did not. */
    lastError(): string | null;
    judging(): Judging;
    /**
     * How many documents this process has verified again since the policy was loaded, and whether
     * some are in progress.
     */
    progress(): { done: number; running: boolean };
  };
};

export const trust =
  (deps: TrustRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/trust',
      {
        config: { permission: 'trust:read' },
        schema: {
          operationId: 'getTrust',
          summary: 'What is trusted',
          description:
            'Roots, keys, identities, builders and sources of the trust file (`TRUST_FILE`), with digests but ' +
            'without the keys themselves; and the progress of reading and verifying documents again.',
          tags: ['Trust'],
          response: { ...answers(200, 'The current trust policy.', TrustReport), ...refusals() },
        },
      },
      async (request) => {
        const { current, lastError, judging, progress } = deps.trust;
        const now = current();
        const stale = await deps
          .storesFor(request)
          .readings.countStale({ reader: READER_NUMBER, digest: now.digest }, MAX_STALE_COUNTED);
        return trustReport(now, lastError(), judging(), { stale, ...progress() });
      },
    );
  };
