// The route of trust: what is trusted.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Deps } from '../deps.ts';
import { READER_NUMBER } from '../domain/evidence/evidence.ts';
import { answers, refusals } from '../http/responses.ts';
import { trustReport } from './trust-report.ts';
import { MAX_STALE_COUNTED, TrustReport } from './trust-report-schema.ts';

export const trust =
  (deps: Deps): FastifyPluginAsyncZod =>
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
          .storeFor(request)
          .countStale({ reader: READER_NUMBER, digest: now.digest }, MAX_STALE_COUNTED);
        return trustReport(now, lastError(), judging(), { stale, ...progress() });
      },
    );
  };
