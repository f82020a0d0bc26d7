import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Artifact, CreateArtifactRequest } from '../domain/artifact/artifact.ts';
import { createArtifact } from '../domain/artifact/create-artifact.ts';
import type { Stamp } from '../domain/event/event.ts';
import { type Digest, sendRow } from '../http/entity-tag.ts';
import { type Once, onceOf } from '../http/idempotency.ts';
import { pageRequest, rowsOf } from '../http/page.ts';
import { type PublicUrl, publicPath } from '../http/public-url.ts';
import { answers, CREATE_REFUSALS, refusals } from '../http/responses.ts';
import type { CoreStores } from '../store/store.ts';
import { OfRunQuery } from './runs.ts';

export type ArtifactRoutes = Digest & {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'artifacts'>;
  /** The stamp of an event that the request causes. */
  stampOf(request: FastifyRequest): Stamp;
  keyScope: Once['keyScope'];
  now(): Date;
  newId(): string;
  publicUrl: PublicUrl | null;
};

const ArtifactParams = z.object({
  artifact_id: z
    .string()
    .meta({ description: 'Id of the artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
});

export const artifacts =
  (deps: ArtifactRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Artifacts'];

    app.post(
      '/artifacts',
      {
        config: { permission: 'artifacts:write' },
        schema: {
          operationId: 'createArtifact',
          summary: 'Attach an artifact to a run',
          description:
            'Artifacts can be attached to a run in any status. The flags in `metadata_json` are what the caller ' +
            'declares; upload the content to have Maestro read it.',
          tags,
          body: CreateArtifactRequest,
          response: {
            ...answers(201, 'The artifact. `Location` is its path.', Artifact),
            ...refusals('owner_not_granted', 'run_not_found', 'run_full', ...CREATE_REFUSALS),
          },
        },
      },
      async (request, reply) => {
        const { artifact, event } = createArtifact(request.body, deps.newId(), deps.stampOf(request));
        const created = await deps.storesFor(request).artifacts.create(artifact, event, onceOf(deps, request));
        reply.code(201).header('location', publicPath(deps.publicUrl, `/maestro/artifacts/${created.id}`));
        return sendRow(deps, Artifact, created, request, reply);
      },
    );

    app.get(
      '/artifacts',
      {
        config: { permission: 'artifacts:read' },
        schema: {
          operationId: 'listArtifacts',
          summary: 'List artifacts, newest first',
          description:
            'Filter by `run_id` to list the artifacts of one run. A page holds up to 1,000; follow `Link` for the rest.',
          tags,
          querystring: OfRunQuery,
          response: {
            ...answers(200, 'One page of artifacts. `Link` points to the next page.', z.array(Artifact)),
            ...refusals(),
          },
        },
      },
      async (request, reply) => {
        const { run_id } = request.query;
        const page = await deps.storesFor(request).artifacts.list({ run_id }, pageRequest(request.query));
        return rowsOf(deps, page, request, reply);
      },
    );

    app.get(
      '/artifacts/:artifact_id',
      {
        config: { permission: 'artifacts:read' },
        schema: {
          operationId: 'getArtifact',
          summary: 'Get an artifact',
          description:
            '`evidence` summarizes what Maestro read in the content. Send the `ETag` of an earlier response as ' +
            '`If-None-Match` to fetch the artifact only if it has changed.',
          tags,
          params: ArtifactParams,
          response: { ...answers(200, 'The artifact.', Artifact), ...refusals('artifact_not_found') },
        },
      },
      async (request, reply) => {
        const artifact = await deps.storesFor(request).artifacts.get(request.params.artifact_id);
        return sendRow(deps, Artifact, artifact, request, reply);
      },
    );
  };
