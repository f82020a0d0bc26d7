// The documentation as an application of its own, which never listens: the routes of the server
// pass requests on to it.
import { type FastifyInstance, fastify, type RouteOptions } from 'fastify';
import { type About, document } from './document.ts';
import { swaggerUi } from './swagger-ui.ts';

export type Documentation = {
  /** The OpenAPI document. */
  readonly json: string;
  /** Answers what is below `/docs`. */
  readonly pages: FastifyInstance;
};

/** The documentation of these routes. Throws if the document cannot be generated from them. */
export async function documentation(routes: readonly RouteOptions[], about: About): Promise<Documentation> {
  const pages = fastify({ schemaController: { compilersFactory: NO_COMPILERS } });
  await document(pages, about);
  for (const { method, url, schema = {}, config = {} } of routes)
    pages.route({ method, url, schema, config, handler: noHandler });
  await pages.register(swaggerUi);
  await pages.ready();
  return { json: JSON.stringify(pages.swagger()), pages };
}

// The routes are here to be described. Nothing is sent to them.
const NO_COMPILERS = {
  buildValidator: () => (() => () => true) as never,
  buildSerializer: () => () => JSON.stringify,
};

async function noHandler(): Promise<never> {
  throw new Error('This route is only described');
}
