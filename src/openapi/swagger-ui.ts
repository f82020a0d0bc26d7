// Swagger UI on top of the OpenAPI document.
import helmet from '@fastify/helmet';
import plugin from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_SCRIPT, PAGE_SCRIPT_NAME } from './page.ts';

/**
 * Swagger UI at `/docs`, the document at `/docs/json` and `/docs/yaml`. All addresses in it are
 * relative, so it works behind any prefix, with or without `PUBLIC_URL`.
 */
export async function swaggerUi(app: FastifyInstance): Promise<void> {
  await app.register(helmet, HEADERS);
  app.addHook('onRequest', redirectRelatively);
  await app.register(plugin, {
    routePrefix: '/docs',
    indexPrefix: '.',
    transformSpecificationClone: false,
    transformSpecification: (document) => ({ ...document, servers: FROM_DOCS }),
    theme: {
      title: 'Maestro API',
      css: [{ filename: 'no-bar.css', content: NO_BAR }],
      js: [{ filename: PAGE_SCRIPT_NAME, content: PAGE_SCRIPT }],
    },
    uiConfig: { deepLinking: true, displayRequestDuration: true, tryItOutEnabled: false },
  });
}

// The bar has the logo of another project, and a box for addresses of other documents.
const NO_BAR = '.swagger-ui .topbar { display: none }';

const FROM_DOCS = [{ url: '..', description: 'This server.' }];

// Swagger UI resolves its files against the address of the page, which must not have a query
// string. Its own redirect has an absolute path, which is wrong behind a prefix.
function redirectRelatively({ url }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const [path = '', query] = url.split('?', 2);
  if (/\/static\/(?:index\.html)?$/.test(path)) reply.redirect('../');
  else if (query !== undefined && /^\/docs\/?$/.test(path)) reply.redirect(path.endsWith('/') ? './' : 'docs');
  else done();
}

// Swagger UI runs its own scripts and styles; a service on plain HTTP must not request upgrades.
const HEADERS = {
  contentSecurityPolicy: {
    directives: { 'script-src': ["'self'"], 'img-src': ["'self'", 'data:'], 'upgrade-insecure-requests': null },
  },
  strictTransportSecurity: false,
};
