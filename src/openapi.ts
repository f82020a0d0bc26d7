// The OpenAPI document, made from the routes' own schemas, and Swagger UI on top of it.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { finish, finishSchema, type Operation } from './openapi/finished.ts';
import { INFO, servers, TAGS } from './openapi/info.ts';
import { PAGE_SCRIPT, PAGE_SCRIPT_NAME } from './openapi/page.ts';

export { VERSION } from './openapi/info.ts';

type Document = {
  components?: { schemas?: Record<string, object> };
  paths?: Record<string, Record<string, Operation>>;
};

/** Collects the routes that `app` gets from now on and serves their document at `/openapi.json`. */
export async function openapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      servers: servers(),
      tags: TAGS,
      // Callers are not told apart yet.
      security: [],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => finished(withoutTwins(jsonSchemaTransformObject(document) as Document)) as never,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger()));
  });
}

/** Swagger UI at `/docs`, the document at `/docs/json` and `/docs/yaml`. */
export async function docs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Maestro API', js: [{ filename: PAGE_SCRIPT_NAME, content: PAGE_SCRIPT }] },
    uiConfig: { deepLinking: true, displayRequestDuration: true, tryItOutEnabled: false },
  });
}

const REFERENCE = /"#\/components\/schemas\/(\w+)"/g;

// Each schema arrives twice: `Run`, as it goes out, and `RunInput`, as it would come in. Those that no path leads to are
// dropped, and where one of a pair remains, or both are the same, it goes by the plain name.
function withoutTwins(document: Document): Document {
  const schemas = document.components?.schemas ?? {};
  const reached = new Set<string>();
  const reach = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (reached.has(name)) continue;
      reached.add(name);
      reach(schemas[name]);
    }
  };
  reach(document.paths);
  const plainNameOf = (name: string) => {
    const plain = name.replace(/Input$/, '');
    const differs = reached.has(plain) && JSON.stringify(schemas[plain]) !== JSON.stringify(schemas[name]);
    return differs ? name : plain;
  };
  const kept = Object.fromEntries([...reached].sort().map((name) => [plainNameOf(name), schemas[name]]));
  const text = JSON.stringify({ ...document, components: { ...document.components, schemas: kept } });
  return JSON.parse(text.replaceAll(REFERENCE, (_, name: string) => `"#/components/schemas/${plainNameOf(name)}"`));
}

function finished(document: Document): Document {
  for (const methods of Object.values(document.paths ?? {})) for (const one of Object.values(methods)) finish(one);
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) finishSchema(name, schema);
  return document;
}
