// The OpenAPI document, generated from the schemas of the routes.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { PublicUrl } from '../http/public-url.ts';
import { callerNeeds, SECURITY_SCHEMES } from './caller-needs.ts';
import { finish, finishSchema, type Operation } from './finished.ts';
import { INFO, TAGS } from './info.ts';

type Document = {
  components?: { schemas?: Record<string, object> };
  paths?: Record<string, Record<string, Operation>>;
};

export type About = { publicUrl: PublicUrl | null; version: string };

/**
 * Collects the routes that `app` gets from now on. Once it is ready, `app.swagger()` returns their
 * document.
 */
export async function document(app: FastifyInstance, { publicUrl, version }: About): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { ...INFO, version },
      servers: serversOf(publicUrl),
      tags: TAGS,
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    // Otherwise the path of a server, such as `/maestro`, is cut off the paths of routes.
    stripBasePath: false,
    transform: withNeeds,
    transformObject: (document) => finished(withoutTwins(jsonSchemaTransformObject(document) as Document)) as never,
  });
}

const withNeeds: typeof jsonSchemaTransform = (route) => {
  const { schema, url } = jsonSchemaTransform(route);
  return { schema: { ...schema, ...callerNeeds(route.route.config?.permission, schema) }, url };
};

function serversOf(publicUrl: PublicUrl | null) {
  if (publicUrl === null) return [{ url: '/', description: 'The server that this document comes from.' }];
  return [{ url: publicUrl.base, description: 'Maestro as its callers reach it (`PUBLIC_URL`).' }];
}

const REFERENCE = /"#\/components\/schemas\/(\w+)"/g;

// Each schema arrives twice: `Run` for responses and `RunInput` for requests. Unreferenced ones are
// dropped. If one of a pair remains, or both are equal, it gets the plain name.
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
