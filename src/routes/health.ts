import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MaestroError } from '../domain/errors.ts';
import { type Judging, LEVELS } from '../domain/gate/flag.ts';
import { answers, probeRefusals } from '../http/responses.ts';
import type { Readiness } from '../http/stopping.ts';
import type { MaestroStores } from '../store/store.ts';

/** Whether content is accepted now; `not_configured` if it has no place. */
export const CONTENT_STATES = ['writable', 'full', 'not_configured'] as const;
export type Writes = { content: (typeof CONTENT_STATES)[number] };

export type HealthRoutes = {
  /** Which store is in use, and whether it works now. */
  stores: Pick<MaestroStores, 'kind' | 'durability' | 'ping'>;
  /**
   * Whether rows and content can be written, as probed a few seconds ago at most. Rejects while
   * they cannot.
   */
  tryWrites(): Promise<Writes>;
  trust: { current(): { digest: string }; judging(): Judging };
  /** Whether the process accepts work now. */
  readiness(): Readiness;
  /** `required` where callers need a credential: then readiness has no details, as it needs none. */
  authentication: 'local' | 'none' | 'required';
};

const service = z.literal('maestro').meta({ description: 'The name of the service.', examples: ['maestro'] });

const Health = z
  .object({ status: z.literal('ok').meta({ description: 'The process is running.', examples: ['ok'] }), service })
  .meta({ id: 'Health', description: 'The process is running.' });

const Ready = z
  .object({
    status: z
      .literal('ready')
      .meta({ description: 'The process accepts requests, and its store accepts writes.', examples: ['ready'] }),
    service,
    store: z
      .enum(['memory', 'embedded', 'postgres'])
      .optional()
      .meta({ description: 'The store in use.', examples: ['postgres'] }),
    durability: z
      .enum(['forgets', 'durable', 'unsafe'])
      .optional()
      .meta({
        description:
          'What an acknowledged write survives: nothing (`forgets`), everything (`durable`), or everything but a ' +
          'crash of the database or its machine (`unsafe`).',
        examples: ['durable'],
      }),
    content: z
      .enum(CONTENT_STATES)
      .optional()
      .meta({
        description:
          'Whether content can be uploaded now. `writable`: yes. `full`: no, the content store has too little space. ' +
          '`not_configured`: no, there is no content store. All other requests are served.',
        examples: ['writable'],
      }),
    trust_digest: z
      .string()
      .optional()
      .meta({
        description:
          'SHA-256 of everything that the process trusts, as hexadecimal digits. Processes that trust the same ' +
          'have the same digest.',
        examples: ['5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'],
      }),
    minimum_level: z
      .enum(LEVELS)
      .optional()
      .meta({
        description: 'Lowest level of evidence at which a flag counts for the gate (`GATE_MINIMUM_LEVEL`).',
        examples: ['verified'],
      }),
    authentication: z
      .literal('none')
      .optional()
      .meta({
        description: 'A warning: whoever reaches the server can read and write everything (`AUTH=none`).',
        examples: ['none'],
      }),
  })
  .meta({ id: 'Ready', description: 'The process accepts requests.' });

/**
 * Liveness and readiness. Liveness answers under overload too, so that nobody restarts a busy
 * process. Readiness is 503 then, as for every other request, and while rows or content cannot be
 * written, so that balancers turn to another process. A full content store is no such case: other
 * processes share it.
 */
export const health =
  (deps: HealthRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Health'];
    app.get(
      '/health',
      {
        config: { permission: 'none', vital: true, anyHost: true },
        schema: {
          operationId: 'getHealth',
          summary: 'Is the process alive?',
          description: 'Answers even under overload. It does not check the store or anything else.',
          tags,
          response: { ...answers(200, 'The process is alive.', Health), ...probeRefusals() },
        },
      },
      async () => ({ status: 'ok' as const, service: 'maestro' as const }),
    );

    app.get(
      '/ready',
      {
        config: { permission: 'none', anyHost: true },
        schema: {
          operationId: 'getReadiness',
          summary: 'Is the process ready for requests?',
          description:
            'Answers 503 while the process starts or stops, under overload, and while writes to the store fail. ' +
            'Compare `trust_digest` and `minimum_level` to see whether processes apply the same policy. With ' +
            '`AUTH=required`, the answer has `status` and `service` alone.',
          tags,
          response: {
            ...answers(200, 'The process is ready.', Ready),
            ...probeRefusals('not_ready', 'content_store_unavailable'),
          },
        },
      },
      async () => {
        const readiness = deps.readiness();
        if (readiness !== 'ready') throw new MaestroError('not_ready', `The server is ${readiness}`);
        await deps.stores.ping();
        const { content } = await deps.tryWrites();
        const ready = { status: 'ready' as const, service: 'maestro' as const };
        return deps.authentication === 'required' ? ready : { ...ready, ...detailsOf(deps, content) };
      },
    );
  };

function detailsOf({ stores, trust, authentication }: HealthRoutes, content: Writes['content']) {
  const { kind, durability } = stores;
  const details = {
    ...{ store: kind, durability, content, trust_digest: trust.current().digest },
    minimum_level: trust.judging().minimum,
  };
  return authentication === 'none' ? { ...details, authentication } : details;
}
