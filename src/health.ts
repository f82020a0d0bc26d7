import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Deps } from './deps.ts';
import { MaestroError } from './domain/errors.ts';
import { answers, refusals } from './responses.ts';

const state = (status: string, id: string, description: string) =>
  z
    .object({
      status: z.literal(status).meta({ description, examples: [status] }),
      service: z.literal('maestro').meta({ description: 'Which service answers.', examples: ['maestro'] }),
    })
    .meta({ id, description });
const Health = state('ok', 'Health', 'The process runs.');
const Ready = state('ready', 'Ready', 'The process takes work.');

/**
 * Liveness and readiness. Liveness answers under overload too, so that nobody restarts a busy process; readiness is 503
 * then, as for every other request, so that balancers turn to another.
 */
export const health =
  (deps: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Health'];
    const config = { pressureHandler: () => undefined };

    app.get(
      '/health',
      {
        config,
        schema: {
          operationId: 'getHealth',
          summary: 'Is the process alive?',
          tags,
          response: { ...answers(200, 'It is.', Health), ...refusals() },
        },
      },
      async () => ({ status: 'ok', service: 'maestro' as const }),
    );

    app.get(
      '/ready',
      {
        schema: {
          operationId: 'getReadiness',
          summary: 'Does the process take work?',
          tags,
          response: { ...answers(200, 'It does.', Ready), ...refusals('not_ready') },
        },
      },
      async () => {
        const readiness = deps.readiness();
        if (readiness !== 'ready') throw new MaestroError('not_ready', `The server is ${readiness}`);
        return { status: 'ready', service: 'maestro' as const };
      },
    );
  };
