import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MAX_NAME_CHARACTERS, storableText, text } from '../domain/bounds.ts';
import type { Stamp } from '../domain/event/event.ts';
import { DEFAULT_RULES } from '../domain/gate/default-rules.ts';
import type { Judging } from '../domain/gate/flag.ts';
import { RunManifest, runManifest } from '../domain/gate/run-manifest.ts';
import { createRun } from '../domain/run/create-run.ts';
import { CreateRunRequest, Run, RunStatus, UpdateRunRequest } from '../domain/run/run.ts';
import { updateRun } from '../domain/run/update-run.ts';
import { ifMatch, type Preconditions, sendRow } from '../http/entity-tag.ts';
import { type Once, onceOf } from '../http/idempotency.ts';
import { PageQuery, pageRequest, rowsOf } from '../http/page.ts';
import { type PublicUrl, publicPath } from '../http/public-url.ts';
import { answers, BODY_REFUSALS, CREATE_REFUSALS, refusals } from '../http/responses.ts';
import type { CoreStores } from '../store/store.ts';
import { ruleFailed } from './rule-failed.ts';

export type RunRoutes = Preconditions & {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'runs'>;
  /** The stamp of an event that the request causes. */
  stampOf(request: FastifyRequest): Stamp;
  trust: { judging(): Judging };
  keyScope: Once['keyScope'];
  now(): Date;
  newId(): string;
  publicUrl: PublicUrl | null;
};

export const RunParams = z.object({
  run_id: z.string().meta({ description: 'Id of the run.', examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'] }),
});

/** The query parameters of lists of things that belong to a run. */
export const OfRunQuery = PageQuery.extend({
  run_id: storableText()
    .optional()
    .meta({
      description: 'Only those of this run. For an unknown run, the list is empty.',
      examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
    }),
});

const ListRunsQuery = PageQuery.extend({
  owner: text(MAX_NAME_CHARACTERS)
    .optional()
    .meta({ description: 'Only runs of this owner.', examples: ['team-payments'] }),
  status: RunStatus.optional().meta({ description: 'Only runs with this status.', examples: ['succeeded'] }),
});

export const runs =
  (deps: RunRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Runs'];

    app.post(
      '/runs',
      {
        config: { permission: 'runs:write' },
        schema: {
          operationId: 'createRun',
          summary: 'Create a run',
          description: 'A new run is `pending`. The server assigns its id.',
          tags,
          body: CreateRunRequest,
          response: {
            ...answers(201, 'The run. `Location` is its path.', Run),
            ...refusals('owner_not_granted', ...CREATE_REFUSALS),
          },
        },
      },
      async (request, reply) => {
        const { run, event } = createRun(request.body, deps.newId(), deps.stampOf(request));
        const created = await deps.storesFor(request).runs.create(run, event, onceOf(deps, request));
        reply.code(201).header('location', publicPath(deps.publicUrl, `/maestro/runs/${created.id}`));
        return sendRow(deps, Run, created, request, reply);
      },
    );

    app.get(
      '/runs',
      {
        config: { permission: 'runs:read' },
        schema: {
          operationId: 'listRuns',
          summary: 'List runs, newest first',
          description: 'A run must match all filters. A page holds up to 1,000 runs; follow `Link` for the rest.',
          tags,
          querystring: ListRunsQuery,
          response: {
            ...answers(200, 'One page of runs. `Link` points to the next page.', z.array(Run)),
            ...refusals(),
          },
        },
      },
      async (request, reply) => {
        const { owner, status } = request.query;
        const page = await deps.storesFor(request).runs.list({ owner, status }, pageRequest(request.query));
        return rowsOf(deps, page, request, reply);
      },
    );

    app.get(
      '/runs/:run_id',
      {
        config: { permission: 'runs:read' },
        schema: {
          operationId: 'getRun',
          summary: 'Get a run',
          description:
            'Send the `ETag` of an earlier response as `If-None-Match` to fetch the run only if it has changed.',
          tags,
          params: RunParams,
          response: { ...answers(200, 'The run.', Run), ...refusals('run_not_found') },
        },
      },
      async (request, reply) => {
        const run = await deps.storesFor(request).runs.get(request.params.run_id);
        return sendRow(deps, Run, run, request, reply);
      },
    );

    app.patch(
      '/runs/:run_id',
      {
        config: { permission: 'runs:write' },
        schema: {
          operationId: 'updateRun',
          summary: 'Update a run',
          description:
            'The status goes pending → running → succeeded, failed or cancelled, or from pending straight to one ' +
            'of these three, which are final. After that, only `cost_actual` and `metadata` can change.',
          tags,
          params: RunParams,
          body: UpdateRunRequest,
          response: {
            ...answers(200, 'The run after the update.', Run),
            ...refusals(
              'owner_not_granted',
              'run_not_found',
              'invalid_status_transition',
              'run_finished',
              'precondition_failed',
              'precondition_required',
              ...BODY_REFUSALS,
            ),
          },
        },
      },
      async (request, reply) => {
        const stamp = deps.stampOf(request);
        const check = ifMatch(deps, Run, request);
        const updated = await deps.storesFor(request).runs.update(request.params.run_id, (run) => {
          check(run);
          return updateRun(run, request.body, stamp);
        });
        return sendRow(deps, Run, updated, request, reply);
      },
    );

    app.get(
      '/runs/:run_id/manifest',
      {
        config: { permission: 'runs:read' },
        schema: {
          operationId: 'getRunManifest',
          summary: 'Get the manifest of a run',
          description:
            'Everything that Maestro knows about the run, as of one moment. Each call evaluates the run anew.',
          tags,
          params: RunParams,
          response: {
            ...answers(
              200,
              'The run, its artifacts, its latest disclosure pack and its compliance report.',
              RunManifest,
            ),
            ...refusals('run_not_found'),
          },
        },
      },
      async (request) => {
        const snapshot = await deps.storesFor(request).runs.snapshot(request.params.run_id);
        return runManifest(snapshot, deps.trust.judging(), deps.now(), DEFAULT_RULES, ruleFailed(request.log));
      },
    );
  };
