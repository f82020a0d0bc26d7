// The route that reports what goes on in the background.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answers, refusals } from '../http/responses.ts';
import { JobProgress } from '../jobs/job.ts';

export type JobsRoutes = {
  jobs: {
    /** The progress of every background job, for the request's tenant. */
    progress(request: FastifyRequest): Promise<JobProgress[]>;
  };
};

export const jobs =
  (deps: JobsRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/jobs',
      {
        config: { permission: 'jobs:read' },
        schema: {
          operationId: 'listJobs',
          summary: 'What goes on in the background',
          description:
            'For each background job: how much waits and since when, what is being worked on, what failed and will ' +
            'be tried again, and why. Without a content store nothing goes on, and the list is empty.',
          tags: ['Jobs'],
          response: { ...answers(200, 'The jobs, each with its progress.', z.array(JobProgress)), ...refusals() },
        },
      },
      (request) => deps.jobs.progress(request),
    );
  };
