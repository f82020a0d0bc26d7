// The OpenAPI document, made from the routes' own schemas, and Swagger UI on top of it.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { checkReleaseGate } from './domain/release-gate.ts';
import type { Run } from './domain/run.ts';
import { isErrorCode, PROBLEM_TYPE, PROBLEMS, problem } from './problem.ts';
import type { PublicUrl } from './public-url.ts';
import { VERSION } from './version.ts';

const DESCRIPTION = `Release governance for CI pipelines: report a run, attach its artifacts, ask the gate before you release.

Bodies and query strings are strict: an unknown field or parameter is refused and named. Every refusal is a problem
(RFC 9457, \`application/problem+json\`): match on its \`type\`, show its \`detail\`.`;

type Operation = {
  operationId?: string;
  parameters?: { in: string; schema: object; example?: unknown; description?: string }[];
  responses?: Record<string, OperationResponse>;
};

type OperationResponse = { description?: string; headers?: object; content?: Record<string, { example?: unknown }> };

type Document = {
  components?: { schemas?: Record<string, unknown> };
  paths?: Record<string, Record<string, Operation>>;
};

/** Collects the routes that `app` gets from now on and serves their document at `/openapi.json`. */
export async function openapi(app: FastifyInstance, publicUrl: PublicUrl | null): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      servers: serversOf(publicUrl),
      info: { title: 'Maestro', version: VERSION, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
      tags: [
        { name: 'Runs', description: 'What a pipeline did.' },
        { name: 'Artifacts', description: 'What it left as evidence.' },
        { name: 'Evidence', description: 'What the content of an artifact is and holds.' },
        { name: 'Release gate', description: 'Whether it may be released.' },
        { name: 'Disclosure packs', description: 'What is handed out of it.' },
        { name: 'Trust', description: 'Whose signatures count.' },
        { name: 'Health', description: 'Whether the service is alive and ready.' },
      ],
    },
    // Otherwise the path of a server, such as `/maestro`, is cut off the paths of routes.
    stripBasePath: false,
    transform: jsonSchemaTransform,
    transformObject: (document) => finished(withoutTwins(jsonSchemaTransformObject(document) as Document)) as never,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger()));
  });
}

function serversOf(publicUrl: PublicUrl | null) {
  if (publicUrl === null) return [{ url: '/', description: 'The server that this document comes from.' }];
  return [{ url: publicUrl.base, description: 'Maestro as its callers reach it (`PUBLIC_URL`).' }];
}

/**
 * Swagger UI at `/docs`, the document at `/docs/json` and `/docs/yaml`. All addresses in it are
 * relative, so it works behind any prefix, with or without `PUBLIC_URL`.
 */
export async function docs(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', redirectRelatively);
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: '.',
    transformSpecificationClone: false,
    transformSpecification: (document) => ({ ...document, servers: FROM_DOCS }),
    theme: { title: 'Maestro API' },
    uiConfig: { deepLinking: true, displayRequestDuration: true, tryItOutEnabled: false },
  });
}

const FROM_DOCS = [{ url: '..', description: 'This server.' }];

// Swagger UI resolves its files against the address of the page, which must not have a query
// string. Its own redirect has an absolute path, which is wrong behind a prefix.
function redirectRelatively({ url }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const [path = '', query] = url.split('?', 2);
  if (/\/static\/(?:index\.html)?$/.test(path)) reply.redirect('../');
  else if (query !== undefined && /^\/docs\/?$/.test(path)) reply.redirect(path.endsWith('/') ? './' : 'docs');
  else done();
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

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string', examples: [example] },
});
const REQUEST_ID = header('The id of this request.', '0199a1c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f');
const LOCATION = header('The path of what was created.', '/maestro/runs/0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e');
const LINK = header('The next page (RFC 8288), where there is one.', '</maestro/runs?cursor=MXgyIDAxOTlh>; rel="next"');
const ETAG = header('The version of what is answered (RFC 9110), strong.', '"n4bQgYhMfWWaL_qgxVrQFA"');
const RETRY_AFTER = header('Seconds to wait before the next try.', '2');

const optionalHeader = (name: string, description: string, example: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', examples: [example] },
});
const TAG = '"n4bQgYhMfWWaL_qgxVrQFA"';
const IF_NONE_MATCH = optionalHeader(
  'if-none-match',
  'The `ETag` that you have: 304 without a body while it holds.',
  TAG,
);
const IF_MATCH = optionalHeader('if-match', 'The `ETag` that you read: 412 where it no longer holds.', TAG);
const IDEMPOTENCY_KEY = optionalHeader(
  'idempotency-key',
  'Makes the request safe to send again: for 24 hours the same key and body get the first answer and act once.',
  'pipeline-4711-sbom',
);
const DIGEST = 'sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:';
const CONTENT_DIGEST = header('The SHA-256 of the bytes (RFC 9530), which were checked against it.', DIGEST);
const CONTENT_ETAG = header('The SHA-256 of all bytes, in hexadecimal digits.', '"9f86d081884c7d65…"');
const CONTENT_RANGE = header('Which part it is, of how many bytes.', 'bytes 0-99/1234');
const CONTENT_HEADERS: Record<string, object> = {
  200: { etag: CONTENT_ETAG, 'content-digest': CONTENT_DIGEST },
  206: { etag: CONTENT_ETAG, 'content-range': CONTENT_RANGE },
  302: { location: header('Where the bytes are.', 'https://bucket.example.com/9f86d081884c7d65?signature=…') },
  304: { etag: CONTENT_ETAG },
};
const CONTENT_PARAMETERS: Record<string, ReturnType<typeof optionalHeader>[]> = {
  getArtifactContent: [optionalHeader('range', 'One part of the bytes (RFC 9110).', 'bytes=0-99'), IF_NONE_MATCH],
  putArtifactContent: [
    optionalHeader('repr-digest', 'What the bytes must be (RFC 9530), in SHA-256 or SHA-512.', DIGEST),
  ],
};
const NOT_MODIFIED = { description: 'What you have still holds.', headers: { 'x-request-id': REQUEST_ID, etag: ETAG } };

const ONE_ROW = ['getRun', 'getArtifact', 'getDisclosurePack'];

const PENDING: Run = {
  id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
  name: 'payment-api build 1042',
  owner: 'team-payments',
  started_at: '2026-01-31T10:00:00.000Z',
  finished_at: null,
  status: 'pending',
  cost_estimate: null,
  cost_actual: null,
  related_entity_ids: [],
  related_decision_ids: [],
  metadata: {},
};

// The fields of a problem have one example each, which is true of one status alone. Where a description names no code, the gate blocks.
function refusalExample(description: string): unknown {
  const code = /`(\w+)`\)/.exec(description)?.[1];
  const instance = '0199a1c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f';
  if (code !== undefined && isErrorCode(code)) return problem(code, PROBLEMS[code].title, instance);
  const result = checkReleaseGate(PENDING, []);
  return { ...problem('release_blocked', result.message, instance), ...result };
}

// What zod schemas cannot say.
function finished(document: Document): Document {
  for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    const { operationId = '' } = operation;
    const readsOne = ONE_ROW.includes(operationId);
    const tagged = readsOne || /^(create|update)/.test(operationId);
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      const isList = operation.operationId?.startsWith('list') && status === '200';
      const refusal = response.content?.[PROBLEM_TYPE];
      if (refusal !== undefined) refusal.example = refusalExample(response.description ?? '');
      response.headers = {
        'x-request-id': REQUEST_ID,
        ...(status === '201' && operationId.startsWith('create') ? { location: LOCATION } : {}),
        ...(operationId === 'getArtifactContent' ? CONTENT_HEADERS[status] : {}),
        ...(isList ? { link: LINK } : {}),
        ...(tagged && status.startsWith('2') ? { etag: ETAG } : {}),
        ...(status === '503' ? { 'retry-after': RETRY_AFTER } : {}),
      };
    }
    if (readsOne) operation.responses = { ...operation.responses, 304: NOT_MODIFIED };
    if (readsOne) operation.parameters = [...(operation.parameters ?? []), IF_NONE_MATCH];
    if (operationId.startsWith('create')) operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
    if (operationId === 'updateRun') operation.parameters = [...(operation.parameters ?? []), IF_MATCH];
    operation.parameters = [...(operation.parameters ?? []), ...(CONTENT_PARAMETERS[operationId] ?? [])];
    for (const parameter of operation.parameters) {
      // Swagger UI sends the example of a parameter along unless it is cleared. Beside the schema it is only shown.
      if (parameter.in !== 'query' || parameter.example === undefined) continue;
      parameter.schema = { ...parameter.schema, examples: [parameter.example] };
      delete parameter.example;
    }
  }
  return document;
}
