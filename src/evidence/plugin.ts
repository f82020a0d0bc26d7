// The routes of evidence: reports on the content of an artifact, and on any file.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Artifact } from '../domain/artifact/artifact.ts';
import { MaestroError } from '../domain/errors.ts';
import type { Stamp } from '../domain/event/event.ts';
import { PENDING } from '../domain/evidence/evidence.ts';
import { readAgain, requireContent } from '../domain/evidence/evidence-changes.ts';
import { isOutdated, isPending } from '../domain/evidence/pending.ts';
import type { Judging } from '../domain/gate/flag.ts';
import { answers, refusals } from '../http/responses.ts';
import type { Readiness } from '../http/stopping.ts';
import { preferredWait, settled } from '../http/waiting.ts';
import type { CoreStores } from '../store/store.ts';
import { EvidenceReport, evidenceReport } from './evidence-report.ts';
import { type InspectRoutes, inspection } from './inspect.ts';
import type { ReadingStore } from './store.ts';

export type EvidenceRoutes = InspectRoutes & {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'runs' | 'artifacts'> & { readings: Pick<ReadingStore, 'get'> };
  /** The stamp of an event that the request causes. */
  stampOf(request: FastifyRequest): Stamp;
  evidence: {
    /**
     * Called when something of the tenant waits to be read. Missed wake-ups are caught by the next
     * poll.
     */
    wake(request: FastifyRequest): void;
  };
  trust: {
    judging(): Judging;
    /** Called when the gate of a run was asked while something of it must be verified again. */
    asked(request: FastifyRequest, runId: string): void;
  };
  /**
   * Resolves when something of the run was written in this process, at the latest after some hundred
   * milliseconds or `ms`, whichever is less.
   */
  nextChange(request: FastifyRequest, runId: string, ms: number): Promise<void>;
  /** Whether the process accepts work now. */
  readiness(): Readiness;
};

const EvidenceParams = z.object({
  artifact_id: z
    .string()
    .meta({ description: 'Id of the artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
});

const DEFAULT_WAIT_SECONDS = 2;

export const evidence =
  (deps: EvidenceRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Evidence'];
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    app.get(
      '/artifacts/:artifact_id/evidence',
      {
        config: { permission: 'evidence:read', waits: true },
        schema: {
          operationId: 'getEvidence',
          summary: 'What the content of an artifact is and contains',
          description:
            'Facts, findings, what is signed in it and the results of verifying that, and what in its run names it. ' +
            'With `Prefer: wait=N` (RFC 7240, 0 to 60 seconds) the call waits until the content has been read, and ' +
            'read again if an older version of Maestro read it, or until the time is up.',
          tags,
          params: EvidenceParams,
          response: {
            ...answers(200, 'The report; `state` says whether the content was read.', EvidenceReport),
            ...refusals('artifact_not_found', 'content_not_found'),
          },
        },
      },
      (request) => look(deps, request, preferredWait(request.headers) ?? 0),
    );

    app.post(
      '/artifacts/:artifact_id/evidence',
      {
        config: { permission: 'evidence:write', waits: true, takesMs: DEFAULT_WAIT_SECONDS * 1_000 },
        // The route takes no body; by default it would buffer as much as a file.
        bodyLimit: 1_024,
        schema: {
          operationId: 'readEvidenceAgain',
          summary: 'Read and verify the content of an artifact again',
          description:
            'Uses the current readers and the current trust policy. The call waits up to 2 seconds for the result, ' +
            'or as long as `Prefer: wait=N` says (RFC 7240, 0 to 60 seconds).',
          tags,
          params: EvidenceParams,
          response: {
            ...answers(200, 'The report as it is now.', EvidenceReport),
            ...answers(202, 'The content is still waiting to be read.', EvidenceReport),
            ...refusals(
              'cross_site_request',
              'owner_not_granted',
              'artifact_not_found',
              'content_not_found',
              'run_full',
              'body_too_large',
              'unsupported_media_type',
            ),
          },
        },
      },
      async (request, reply) => {
        requireNoBody(request);
        const seconds = preferredWait(request.headers) ?? DEFAULT_WAIT_SECONDS;
        const { artifact_id } = request.params;
        const stamp = deps.stampOf(request);
        await deps.storesFor(request).artifacts.update(artifact_id, (row) => readAgain(row, stamp));
        deps.evidence.wake(request);
        const report = await look(deps, request, seconds);
        reply.code(report.state === 'pending' ? 202 : 200);
        return report;
      },
    );
    await app.register(inspection(deps));
  };

async function look(deps: EvidenceRoutes, request: FastifyRequest, seconds: number): Promise<EvidenceReport> {
  const stores = deps.storesFor(request);
  const { artifact_id } = request.params as z.infer<typeof EvidenceParams>;
  if (seconds > 0) await untilRead(deps, request, artifact_id, seconds);
  const { artifact, reading } = await stores.readings.get(artifact_id);
  if (isOutdated(artifact)) deps.trust.asked(request, artifact.run_id);
  requireContent(artifact);
  const { artifacts, readings } = await stores.runs.snapshot(artifact.run_id);
  const run = { artifacts, readings, trust: deps.trust.judging().trust };
  return isPending(artifact)
    ? evidenceReport(artifact, PENDING, null, run)
    : evidenceReport(artifact, artifact.evidence ?? PENDING, reading, run);
}

/** Looks at the row alone while it waits: what was read of a document may be large. */
async function untilRead(deps: EvidenceRoutes, request: FastifyRequest, id: string, seconds: number): Promise<void> {
  const { artifacts } = deps.storesFor(request);
  const { run_id } = await artifacts.get(id);
  const nextChange = (ms: number) => deps.nextChange(request, run_id, ms);
  const row = async () => {
    const artifact = await artifacts.get(id);
    if (isOutdated(artifact)) deps.trust.asked(request, run_id);
    return artifact;
  };
  const waits = (artifact: Readonly<Artifact>) => isPending(artifact) || isOutdated(artifact);
  await settled({ nextChange, readiness: deps.readiness }, request, seconds, row, waits);
}

function requireNoBody({ body }: FastifyRequest): void {
  if (Buffer.isBuffer(body) && body.length > 0)
    throw new MaestroError('unsupported_media_type', 'This call takes no body: it reads the stored content');
}
