// What the tests share: a server built like the real one, and calls to it whose answers are held to their schemas.
import { type FastifyRequest, fastify, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import type { z } from 'zod';
import type { Principal } from '../src/auth/principal.ts';
import { memoryBlobs } from '../src/blobs/memory.ts';
import { openPlace } from '../src/blobs/open-place.ts';
import type { Artifact } from '../src/domain/artifact/artifact.ts';
import type { Level } from '../src/domain/gate/flag.ts';
import type { Run } from '../src/domain/run/run.ts';
import { LIMITS } from '../src/evidence/limits.ts';
import { readDocument } from '../src/evidence/read.ts';
import type { Readers } from '../src/evidence/readers.ts';
import type { AppSettings } from '../src/http/app.ts';
import { PROBLEM_TYPE, Problem } from '../src/http/problem.ts';
import { stopping } from '../src/http/stopping.ts';
import { compilersFor } from '../src/http/zod-compilers.ts';
import { jsonValue } from '../src/json/value.ts';
import { maestro, type NeedsOf } from '../src/maestro.ts';
import { health } from '../src/routes/health.ts';
import { version } from '../src/routes/version.ts';
import { buildApp, type Needs, ROW_SCHEMAS } from '../src/start/app.ts';
import { callersOf } from '../src/start/auth.ts';
import { product } from '../src/start/capabilities.ts';
import { compose } from '../src/start/compose.ts';
import { readConfig } from '../src/start/config.ts';
import { openings } from '../src/start/openings.ts';
import { unidentified } from '../src/start/request-context.ts';
import type { TenantStores } from '../src/start/stores.ts';
import { type CurrentTrust, openTrust } from '../src/trust/current.ts';
import { verifierOf } from '../src/trust/verify.ts';
import { memoryStores } from './product-stores.ts';

export const SETTINGS: AppSettings = {
  log: { level: 'silent', output: { write: () => {} } },
  http: { headersTimeoutMs: 10_000, requestTimeoutMs: 30_000, keepAliveTimeoutMs: 72_000, maxHeaderBytes: 16_384 },
  bodyLimitBytes: 1024 * 1024,
  handlerTimeoutMs: 10_000,
  maxEventLoopDelayMs: 60_000,
  maxHeapUsedBytes: 64 * 1024 ** 3,
  localOnly: () => false,
};

const CONTENT = { limits: { maxBytes: 64 * 1024 * 1024, idleMs: 10_000, totalMs: 30_000 }, redirect: false };

type Routes = Needs & NeedsOf<typeof product.routes>;

/** All that routes need, with whole stores. */
export type TestDeps = Omit<Routes, 'storesFor'> & { storesFor(request: FastifyRequest): TenantStores };

type Changes = Partial<TestDeps> & {
  maxArtifactsPerRun?: number;
  /** What the trust file says, as JSON; nothing where it is left out. */
  trustFile?: () => object;
  minimum?: Level;
  /** Who sends a request: what differs from a caller who is not known. */
  callerOf?: (request: FastifyRequest) => Partial<Principal>;
};

/** What the server hands its routes, over memory stores of their own, with the real clock and real ids unless given others. */
export function testDeps(changes: Changes = {}): TestDeps & { reloadTrust(): void } {
  const { maxArtifactsPerRun = 10_000, trustFile, minimum = 'asserted', callerOf = unidentified, ...deps } = changes;
  const now = deps.now ?? (() => new Date());
  const callers = callersOf((request) => ({ ...unidentified(), ...callerOf(request) }));
  const newId = () => uuidv7();
  const stores = memoryStores({ maxArtifactsPerRun });
  const silent = { info: () => {}, warn: () => {} };
  const blobs = memoryBlobs({ maxBytes: 256 * 1024 * 1024, now });
  const place = openPlace(blobs, { stores, newId, minFreeBytes: 0, log: silent });
  const trust = openTrust(trustFile === undefined ? null : () => JSON.stringify(trustFile()), now);
  const { jobs, needs: added } = product.open({ config: readConfig({}), stores, now, newId, warn: fail }, openings());
  const { needs, background } = compose(
    {
      ...{
        callers,
        mode: 'local',
        jobs,
        stores,
        place,
        trust,
        readers: readersInThread(trust),
        now,
        newId: deps.newId ?? newId,
        warn: fail,
      },
      ...{ stop: stopping(60_000), readiness: () => 'ready', nodeVersion: process.versions.node },
    },
    { content: CONTENT, minimum, requireIfMatch: false, publicUrl: null },
  );
  // Tests ask for stores beside the requests of a server, too, whose hook finds out who calls.
  const known = (request: FastifyRequest) =>
    Object.assign(request, { caller: request.caller ?? callers.identify(request) });
  return {
    ...needs,
    storesFor: (request) => needs.storesFor(known(request)),
    stampOf: (request) => needs.stampOf(known(request)),
    blobs: { ...needs.blobs, storeFor: (request) => needs.blobs.storeFor(known(request)) },
    ...added,
    reloadTrust() {
      if (trust.reload()) background?.stale.changed();
    },
    ...deps,
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** Readers that work in the thread of the test, which spares it the start of others. */
function readersInThread(trust: CurrentTrust): Readers {
  return {
    workers: 1,
    maxBytes: LIMITS.maxBytes,
    read: (bytes, { receivedAt = '', ...known } = {}) =>
      readDocument(bytes, LIMITS, undefined, { verify: verifierOf(trust.current()), receivedAt }, known),
    close: async () => {},
  };
}

/** The real server over test deps. */
export function testApp(deps: TestDeps = testDeps(), settings: Partial<AppSettings> = {}) {
  return buildApp(deps, product.routes, { ...SETTINGS, ...settings });
}

export type Api = Awaited<ReturnType<typeof testApp>>;

/** The caller that a test names in headers. Where it names none, everything is as for a caller who is not identified. */
export function callerInHeaders({ headers }: Pick<FastifyRequest, 'headers'>): Principal {
  const { 'x-tenant': tenant, 'x-actor': id, 'x-owners': owners } = headers as Record<string, string | undefined>;
  const nobody = unidentified();
  return {
    ...nobody,
    tenant: tenant ?? nobody.tenant,
    actor: id === undefined ? nobody.actor : { type: 'system', id, name: id },
    owners: owners === undefined ? 'any' : JSON.parse(decodeURIComponent(owners)),
  };
}

type Named = { tenant?: string; actor?: string; owners?: readonly string[] };

/** The server as it is called by someone, over the deps of `callerInHeaders`. */
export function as(app: Api, { tenant, actor, owners }: Named): Api {
  const own = {
    ...(tenant === undefined ? {} : { 'x-tenant': tenant }),
    ...(actor === undefined ? {} : { 'x-actor': actor }),
    ...(owners === undefined ? {} : { 'x-owners': encodeURIComponent(JSON.stringify(owners)) }),
  };
  const inject = (options: InjectOptions | string) => {
    const { headers, ...others } = typeof options === 'string' ? { url: options } : { headers: {}, ...options };
    return app.inject({ ...others, headers: { ...headers, ...own } });
  };
  return { ...app, inject } as Api;
}

type Declared = {
  pattern: RegExp;
  method: string;
  url: string;
  permission: string | undefined;
  response: Record<string, { content: Record<string, { schema: z.ZodType }> }>;
};

/** Every route of the API with the response schemas that it declares. */
export async function declaredRoutes(): Promise<Declared[]> {
  const routes: Declared[] = [];
  const app = fastify();
  const { validatorCompiler, serializerCompiler, compileNext } = compilersFor(ROW_SCHEMAS);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    const declared = { permission: config?.permission, response: (schema?.response ?? {}) as never };
    for (const one of [method].flat()) routes.push({ method: one, url, pattern: patternOf(url), ...declared });
  });
  await app.register(health(testDeps()));
  await app.register(version(testDeps()));
  await app.register(maestro(testDeps(), product.routes), { prefix: '/maestro' });
  await app.ready();
  // A schema that cannot be compiled fails every test here, as it would stop a server soon after its start.
  while (compileNext());
  return routes;
}

const declared = declaredRoutes();

/**
 * Expects an answer to be one that its route declares: the status has a schema, the body fits it and has no field more.
 * What never reached a route must be a problem.
 */
export async function expectDeclared(method: string, url: string, response: LightMyRequestResponse): Promise<void> {
  const [path = ''] = url.split('?', 1);
  const route = (await declared).find((one) => one.method === method && one.pattern.test(path));
  const where = `${method} ${url} ${response.statusCode}`;
  const mediaType = String(response.headers['content-type']).split(';')[0] ?? '';
  if (response.statusCode >= 400) expect(mediaType, where).toBe(PROBLEM_TYPE);
  if (method === 'HEAD' || response.statusCode === 304) return;
  const unrouted = route === undefined || [404, 405].includes(response.statusCode);
  const content = unrouted ? undefined : route.response[response.statusCode]?.content;
  const schema = unrouted ? Problem : (content?.[mediaType] ?? content?.['*/*'])?.schema;
  expect(schema, `${where} is not declared`).toBeDefined();
  if (content?.['*/*'] !== undefined) return;
  const body = jsonValue(response.body);
  const declaredBody = schema?.parse(body);
  expect(declaredBody, where).toEqual(body);
  // Whoever wrote it, it is written as its schema is.
  if (mediaType.endsWith('json')) expect(response.body, where).toBe(JSON.stringify(declaredBody));
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]*')}$`);
}

/** Calls the server, expects `status` and a declared answer, and returns the whole response. */
export async function call(app: Api, status: number, options: InjectOptions): Promise<LightMyRequestResponse> {
  const { method = 'GET', url = '' } = options;
  const response = await app.inject(options);
  expect(response.statusCode, `${method} ${url}: ${response.body}`).toBe(status);
  await expectDeclared(method, String(url), response);
  return response;
}

export async function get(app: Api, url: string, status = 200) {
  return (await call(app, status, { url })).json();
}

export async function post(app: Api, url: string, payload: object, status = 201) {
  return (await call(app, status, { method: 'POST', url, payload })).json();
}

export async function patch(app: Api, url: string, payload: object, status = 200) {
  return (await call(app, status, { method: 'PATCH', url, payload })).json();
}

/** So many turns of the event loop, each of which takes `ms` milliseconds. */
export async function slowTurns(ms: number, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const end = performance.now() + ms;
    while (performance.now() < end);
  }
}

export const ALL_FLAGS = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };

export async function newRun(app: Api, changes: object = {}): Promise<Run> {
  return post(app, '/maestro/runs', { name: 'build 1', owner: 'team-a', ...changes });
}

export async function newArtifact(app: Api, run_id: string, flags: object = ALL_FLAGS): Promise<Artifact> {
  return post(app, '/maestro/artifacts', { run_id, kind: 'sbom', path_or_uri: 's3://b/1', metadata_json: flags });
}

/** A run that has succeeded and holds one compliant artifact. */
export async function passingRun(app: Api): Promise<Run> {
  const run = await newRun(app);
  await newArtifact(app, run.id);
  return patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
}

/** The OpenAPI document as it is served, laid out for reading. */
export async function openapiText(): Promise<string> {
  const app = await testApp();
  return `${JSON.stringify((await app.inject('/openapi.json')).json(), null, 2)}\n`;
}
