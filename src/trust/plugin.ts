// The route of trust: what is trusted.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { READER_NUMBER } from '../domain/evidence/evidence.ts';
import type { Judging } from '../domain/gate/flags.ts';
import { answers, refusals } from '../http/responses.ts';
import type { Trust } from './trust.ts';
import { MAX_STALE_COUNTED, TrustReport, trustReport } from './trust-report.ts';

export type TrustRoutes = {
  /** The stores of the tenant that the request belongs to. */
  storesFor(request: FastifyRequest): {
    readings: { countStale(now: { reader: number; digest: string }, max: number): Promise<number> };
  };
  /** What is trusted, and how flags are judged by it. */
  trust: {
    current(): Trust;
    /** Why it could not be read again; null where it could. */
    lastError(): string | null;
    judging(): Judging;
    /** How many documents were verified again here since it was loaded, and whether some are on their way. */
    progress(): { done: number; running: boolean };
  };
};

export const trust =
  (deps: TrustRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/trust',
      {
        schema: {
          operationId: 'getTrust',
          summary: 'What is trusted',
          description:
            'Roots, keys, identities, builders and sources of the trust file (`TRUST_FILE`), with digests and no keys; and how far what was verified before is verified again.',
          tags: ['Trust'],
          response: { ...answers(200, 'What is trusted now.', TrustReport), ...refusals() },
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
