// The routes of notes.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Stamp } from '../../../src/domain/event/event.ts';
import { PageQuery, pageRequest, rowsOf } from '../../../src/http/page.ts';
import type { PublicUrl } from '../../../src/http/public-url.ts';
import { answers, BODY_REFUSALS, refusals } from '../../../src/http/responses.ts';
import { CreateNoteRequest, createNote, Note } from './note.ts';
import type { NoteStore } from './store.ts';

export type NoteRoutes = {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): { readonly notes: NoteStore };
  notes: { maxCharacters: number };
  stampOf(request: FastifyRequest): Stamp;
  newId(): string;
  publicUrl: PublicUrl | null;
};

const NoteParams = z.object({ run_id: z.string().meta({ description: 'Id of the run.' }) });

export const routes =
  (deps: NoteRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Notes'];

    app.post(
      '/runs/:run_id/notes',
      {
        config: { permission: 'runs:write' },
        schema: {
          operationId: 'createNote',
          summary: 'Add a note to a run',
          tags,
          params: NoteParams,
          body: CreateNoteRequest,
          response: { ...answers(201, 'The note.', Note), ...refusals('run_not_found', ...BODY_REFUSALS) },
        },
      },
      async (request, reply) => {
        const { run_id } = request.params;
        const change = createNote(request.body, run_id, deps.newId(), deps.stampOf(request), deps.notes.maxCharacters);
        reply.code(201);
        return deps.storesFor(request).notes.create(change);
      },
    );

    app.get(
      '/runs/:run_id/notes',
      {
        config: { permission: 'runs:read' },
        schema: {
          operationId: 'listNotes',
          summary: 'List the notes of a run, newest first',
          tags,
          params: NoteParams,
          querystring: PageQuery,
          response: { ...answers(200, 'One page of notes.', z.array(Note)), ...refusals() },
        },
      },
      async (request, reply) => {
        const page = await deps.storesFor(request).notes.list(request.params, pageRequest(request.query));
        return rowsOf(deps, page, request, reply);
      },
    );
  };
