import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { Stamp } from '../domain/event/event.ts';
import { createDisclosurePack } from '../domain/pack/create-disclosure-pack.ts';
import { CreateDisclosurePackRequest, DisclosurePack } from '../domain/pack/disclosure-pack.ts';
import { type Digest, sendRow } from '../http/entity-tag.ts';
import { type Once, onceOf } from '../http/idempotency.ts';
import { pageRequest, rowsOf } from '../http/page.ts';
import { type PublicUrl, publicPath } from '../http/public-url.ts';
import { answers, CREATE_REFUSALS, refusals } from '../http/responses.ts';
import type { CoreStores } from '../store/store.ts';
import { OfRunQuery } from './runs.ts';

export type DisclosurePackRoutes = Digest & {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'packs'>;
  /** The stamp of an event that the request causes. */
  stampOf(request: FastifyRequest): Stamp;
  keyScope: Once['keyScope'];
  now(): Date;
  newId(): string;
  publicUrl: PublicUrl | null;
};

const DisclosurePackParams = z.object({
  pack_id: z.string().meta({ description: 'Id of the pack.', examples: ['0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80'] }),
});

export const disclosurePacks =
  (deps: DisclosurePackRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Disclosure packs'];

    app.post(
      '/disclosure-packs',
      {
        config: { permission: 'packs:write' },
        schema: {
          operationId: 'createDisclosurePack',
          summary: 'Create a disclosure pack for a run',
          description:
            'Without `artifact_ids`, the pack holds every artifact that the run has now. A pack never changes.',
          tags,
          body: CreateDisclosurePackRequest,
          response: {
            ...answers(201, 'The pack. `Location` is its path.', DisclosurePack),
            ...refusals('owner_not_granted', 'run_not_found', 'artifact_not_found', ...CREATE_REFUSALS),
          },
        },
      },
      async (request, reply) => {
        const { body } = request;
        const [id, stamp] = [deps.newId(), deps.stampOf(request)];
        const make = (artifacts: readonly Readonly<Artifact>[]) => createDisclosurePack(body, artifacts, id, stamp);
        const created = await deps
          .storesFor(request)
          .packs.create(body.run_id, body.artifact_ids ?? null, make, onceOf(deps, request));
        reply.code(201).header('location', publicPath(deps.publicUrl, `/maestro/disclosure-packs/${created.id}`));
        return sendRow(deps, DisclosurePack, created, request, reply);
      },
    );

    app.get(
      '/disclosure-packs',
      {
        config: { permission: 'packs:read' },
        schema: {
          operationId: 'listDisclosurePacks',
          summary: 'List disclosure packs, newest first',
          description:
            'Filter by `run_id` to list the packs of one run. A page holds up to 1,000; follow `Link` for the rest.',
          tags,
          querystring: OfRunQuery,
          response: {
            ...answers(200, 'One page of packs. `Link` points to the next page.', z.array(DisclosurePack)),
            ...refusals(),
          },
        },
      },
      async (request, reply) => {
        const { run_id } = request.query;
        const page = await deps.storesFor(request).packs.list({ run_id }, pageRequest(request.query));
        return rowsOf(deps, page, request, reply);
      },
    );

    app.get(
      '/disclosure-packs/:pack_id',
      {
        config: { permission: 'packs:read' },
        schema: {
          operationId: 'getDisclosurePack',
          summary: 'Get a disclosure pack',
          description: 'The pack, with the digests that its artifacts had when it was created.',
          tags,
          params: DisclosurePackParams,
          response: { ...answers(200, 'The pack.', DisclosurePack), ...refusals('disclosure_pack_not_found') },
        },
      },
      async (request, reply) => {
        const pack = await deps.storesFor(request).packs.get(request.params.pack_id);
        return sendRow(deps, DisclosurePack, pack, request, reply);
      },
    );
  };
