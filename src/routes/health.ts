import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MaestroError } from '../domain/errors.ts';
import { type Judging, LEVELS } from '../domain/gate/flags.ts';
import { answers, probeRefusals } from '../http/responses.ts';
import type { Readiness } from '../http/stopping.ts';
import type { MaestroStores } from '../store/store.ts';

/** What becomes of content that is sent now; `not_configured` where there is no place for it. */
export const CONTENT_STATES = ['writable', 'full', 'not_configured'] as const;
export type Writes = { content: (typeof CONTENT_STATES)[number] };

export type HealthRoutes = {
  /** Which store is in use, and whether it can read and write now. */
  stores: Pick<MaestroStores, 'kind' | 'durability' | 'ping'>;
  /** Whether rows and content can be written, as tried out some seconds ago at most. Rejects while they cannot. */
  tryWrites(): Promise<Writes>;
  trust: { current(): { digest: string }; judging(): Judging };
  /** Whether the process takes work now. */
  readiness(): Readiness;
};

const service = z.literal('maestro').meta({ description: 'Which service answers.', examples: ['maestro'] });

const Health = z
  .object({ status: z.literal('ok').meta({ description: 'The process runs.', examples: ['ok'] }), service })
  .meta({ id: 'Health', description: 'The process runs.' });

const Ready = z
  .object({
    status: z
      .literal('ready')
      .meta({ description: 'The process takes work, and writes what it is sent.', examples: ['ready'] }),
    service,
    store: z
      .enum(['memory', 'embedded', 'postgres'])
      .meta({ description: 'Which store is in use.', examples: ['postgres'] }),
    durability: z.enum(['forgets', 'durable', 'unsafe']).meta({
      description:
        'What an acknowledged write outlives: nothing (`forgets`), everything (`durable`), or not a crash of the database or its machine (`unsafe`).',
      examples: ['durable'],
    }),
    content: z.enum(CONTENT_STATES).meta({
      description:
        'What becomes of content that is sent now: it is kept (`writable`), refused for want of room (`full`), or there is no place for it (`not_configured`). All else is served.',
      examples: ['writable'],
    }),
    trust_digest: z.string().meta({
      description: 'SHA-256 of all that is trusted, as hexadecimal digits: the same for all processes that agree.',
      examples: ['5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'],
    }),
    minimum_level: z.enum(LEVELS).meta({
      description: 'How far a flag must be relied on to count for the gate (`GATE_MINIMUM_LEVEL`).',
      examples: ['verified'],
    }),
  })
  .meta({ id: 'Ready', description: 'The process takes work.' });

/**
 * Liveness and readiness. Liveness answers under overload too, so that nobody restarts a busy process; readiness is 503
 * then, as for every other request, and when rows or content cannot be written, so that balancers turn to another. Want of room for
 * content is no such case: another process has no more of it.
 */
export const health =
  (deps: HealthRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Health'];
    app.get(
      '/health',
      {
        config: { vital: true, anyHost: true },
        schema: {
          operationId: 'getHealth',
          summary: 'Is the process alive?',
          description: 'Answers under overload too. It asks neither the store nor anything else.',
          tags,
          response: { ...answers(200, 'It is.', Health), ...probeRefusals() },
        },
      },
      async () => ({ status: 'ok' as const, service: 'maestro' as const }),
    );

    app.get(
      '/ready',
      {
        config: { anyHost: true },
        schema: {
          operationId: 'getReadiness',
          summary: 'Does the process take work?',
          description:
            '503 while the process starts or stops, under overload, and when the store cannot write. `trust_digest` and `minimum_level` tell whether processes judge alike.',
          tags,
          response: { ...answers(200, 'It does.', Ready), ...probeRefusals('not_ready', 'content_store_unavailable') },
        },
      },
      async () => {
        const readiness = deps.readiness();
        if (readiness !== 'ready') throw new MaestroError('not_ready', `The server is ${readiness}`);
        await deps.stores.ping();
        const { content } = await deps.tryWrites();
        const { kind, durability } = deps.stores;
        const trust_digest = deps.trust.current().digest;
        const { minimum: minimum_level } = deps.trust.judging();
        return {
          status: 'ready' as const,
          service: 'maestro' as const,
          ...{ store: kind, durability, content, trust_digest, minimum_level },
        };
      },
    );
  };
