// Requests made from the document that the service itself serves: what it promises to take is taken, what it promises to
// refuse is refused, and the refusal names the place.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { FastifyRequest, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonValue } from '../../src/json/value.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { type Api, expectDeclared, newArtifact, newRun, post, type TestDeps, testApp, testDeps } from '../helper.ts';
import { postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';
import { documentSchemas } from './document-schemas.ts';
import { type Change, changesOfRequest } from './request-changes.ts';
import { type Operation, operationsOf, type Request, requestOf, toInject } from './request-generator.ts';
import { answerTo, knownOf, NEXT, type PoolRun, prepared, runIn, seedPool } from './request-pool.ts';

/** Set `TEST_SEED` to what the name of a failed test shows, and the same requests are made again. */
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 31);
const REQUESTS = 200;

/** Rules that the document can only tell in words: every other violation must be one of its schemas too. */
const BEYOND_JSON_SCHEMA = /NUL|surrogate|levels|bytes|instant|that a double cannot hold deep/;

const documented = await testApp();
const document = (await documented.inject('/openapi.json')).json();
const documentedOperations = operationsOf(document);
// Content, what is read of it, and files are no JSON: they have tests of their own.
const operations = documentedOperations.filter(({ path }) => !/\/(content|evidence|inspect)$/.test(path));
const schemas = documentSchemas(document);

it('the document lists every operation that the service has', () => {
  expect(documentedOperations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'DELETE /maestro/tokens/{token_id}',
    'GET /health',
    'GET /maestro/artifacts',
    'GET /maestro/artifacts/{artifact_id}',
    'GET /maestro/artifacts/{artifact_id}/content',
    'GET /maestro/artifacts/{artifact_id}/evidence',
    'GET /maestro/disclosure-packs',
    'GET /maestro/disclosure-packs/{pack_id}',
    'GET /maestro/jobs',
    'GET /maestro/runs',
    'GET /maestro/runs/{run_id}',
    'GET /maestro/runs/{run_id}/manifest',
    'GET /maestro/runs/{run_id}/release-gate',
    'GET /maestro/tokens',
    'GET /maestro/tokens/{token_id}',
    'GET /maestro/trust',
    'GET /maestro/whoami',
    'GET /ready',
    'GET /version',
    'PATCH /maestro/runs/{run_id}',
    'POST /maestro/artifacts',
    'POST /maestro/artifacts/{artifact_id}/evidence',
    'POST /maestro/disclosure-packs',
    'POST /maestro/evidence/inspect',
    'POST /maestro/runs',
    'POST /maestro/tokens',
    'POST /maestro/tokens/{token_id}/rotate',
    'PUT /maestro/artifacts/{artifact_id}/content',
  ]);
});

it.each([
  ['CreateRunRequest', 'name', { minLength: 1, maxLength: 256 }],
  ['CreateRunRequest', 'owner', { minLength: 1, maxLength: 256 }],
  ['CreateRunRequest', 'cost_estimate', { minimum: 0 }],
  ['CreateRunRequest', 'related_entity_ids', { maxItems: 1_000, items: { minLength: 1, maxLength: 256 } }],
  ['CreateRunRequest', 'related_decision_ids', { maxItems: 1_000, items: { minLength: 1, maxLength: 256 } }],
  ['UpdateRunRequest', 'cost_actual', { minimum: 0 }],
  ['CreateArtifactRequest', 'run_id', { maxLength: 256 }],
  ['CreateArtifactRequest', 'path_or_uri', { minLength: 1, maxLength: 4_096 }],
  ['CreateArtifactRequest', 'content_hash', { maxLength: 256 }],
  ['CreateArtifactRequest', 'about', { maxItems: 1_000, items: { minLength: 1, maxLength: 256 } }],
  ['CreateTokenRequest', 'name', { minLength: 1, maxLength: 256 }],
  ['CreateTokenRequest', 'roles', { minItems: 1, maxItems: 4 }],
  ['CreateTokenRequest', 'owners', { minItems: 1, maxItems: 100, items: { minLength: 1, maxLength: 1_024 } }],
  ['RotateTokenRequest', 'grace_seconds', { minimum: 0, maximum: 604_800 }],
  ['CreateDisclosurePackRequest', 'run_id', { maxLength: 256 }],
  ['CreateDisclosurePackRequest', 'summary', { maxLength: 10_000 }],
  ['CreateDisclosurePackRequest', 'artifact_ids', { maxItems: 1_000, items: { minLength: 1, maxLength: 256 } }],
])('the document bounds %s.%s by %o', (name, member, bounds) => {
  const schema = document.components.schemas[name];
  expect(schema.additionalProperties).toBe(false);
  expect([schema.properties[member]].flatMap((one) => one.anyOf ?? [one])[0]).toMatchObject(bounds);
});

const MAKERS: [string, () => TestDeps][] = [
  ['memory', testDeps],
  ['PostgreSQL', () => testDeps({ stores: postgres, storesFor: storeOfItsOwn(postgres) })],
];

let postgres: Stores;
beforeAll(async () => {
  postgres = await postgresStores(await newDatabase());
});
afterAll(() => postgres.close());

function storeOfItsOwn(stores: Stores): () => TenantStores {
  const tenant = randomUUID();
  return () => stores.of(tenant);
}

const CASES = MAKERS.flatMap(([store, makeDeps]) => operations.map((operation) => ({ ...operation, store, makeDeps })));

describe.each(CASES)(`$id on $store, asked with TEST_SEED=${SEED}`, ({ makeDeps, ...operation }) => {
  it('takes every request that the document allows, up to each bound', async () => {
    const app = await testApp(makeDeps());
    const covered = new Map<string, number>();
    for (const [index, [run, generated]] of (await sample(app, operation)).entries()) {
      const change = index % 2 === 0 ? null : rarest(changesOfRequest(operation, generated), covered, true);
      const request = await prepared(app, operation, change?.apply(generated) ?? generated, run);
      await told(index, change, request, async () => {
        const response = await send(app, operation, request);
        expect(response.statusCode, response.body).toBe(answerTo(operation, request, run));
        await expectDocumented(operation, request, response);
        if (operation.body === null) return;
        expect(schemas.faultOfRequest(operation, request.body)).toBeNull();
        expectToRepeat(response, request);
      });
    }
    expect(leftOut(covered)).toEqual([]);
  });

  it('refuses every request with one violation, names its place and writes nothing', async () => {
    const deps = makeDeps();
    const app = await testApp(deps);
    const covered = new Map<string, number>();
    for (const [index, [run, generated]] of (await sample(app, operation)).entries()) {
      const valid = await prepared(app, operation, generated, run);
      const change = rarest(changesOfRequest(operation, valid), covered, false);
      const request = change?.apply(valid) ?? valid;
      const newEvents = await eventsFromNow(deps);
      await told(index, change, request, async () => {
        const response = await send(app, operation, request);
        expect(response.statusCode, response.body).toBe(change?.refusal?.status);
        await expectDocumented(operation, request, response);
        const places = response.json().errors?.map(({ in: part, pointer }: Named) => ({ in: part, pointer }));
        expect(places ?? [null]).toEqual([change?.refusal?.place]);
        expect(await newEvents()).toEqual([]);
        if (change?.refusal?.place?.in !== 'body') return;
        const isBeyondDocument = BEYOND_JSON_SCHEMA.test(change.kind);
        expect(schemas.faultOfRequest(operation, request.body) === null).toBe(isBeyondDocument);
      });
    }
    expect(leftOut(covered)).toEqual([]);
  });
});

it('every move out of a final status and back to pending gets the documented 409', async () => {
  const app = await testApp();
  const operation = operations.find(({ id }) => id === 'updateRun') as Operation;
  for (const [before, allowed] of Object.entries(NEXT) as [PoolRun['status'], readonly string[]][]) {
    for (const after of Object.keys(NEXT).filter((status) => status !== before && !allowed.includes(status))) {
      const path = { run_id: await runIn(app, before) };
      const request: Request = { method: 'PATCH', path, query: [], headers: JSON_BODY, body: { status: after } };
      const response = await send(app, operation, request);
      expect(response.statusCode, `${before} to ${after}`).toBe(409);
      await expectDocumented(operation, request, response);
    }
  }
});

it('a pack takes as many artifacts as the document allows by name, and not one more', async () => {
  const app = await testApp();
  const { id: run_id } = await newRun(app);
  const artifact_ids: string[] = [];
  const { maxItems = 0 } = document.components.schemas.CreateDisclosurePackRequest.properties.artifact_ids.anyOf[0];
  while (artifact_ids.length <= maxItems) artifact_ids.push((await newArtifact(app, run_id)).id);
  const refusal = await post(app, '/maestro/disclosure-packs', { run_id, summary: '', artifact_ids }, 422);
  expect(refusal.errors).toMatchObject([{ in: 'body', pointer: '/artifact_ids' }]);
  artifact_ids.pop();
  const pack = await post(app, '/maestro/disclosure-packs', { run_id, summary: '', artifact_ids });
  expect(pack.artifact_ids).toEqual(artifact_ids);
});

/** Reads the events that are recorded from now on: rows land together with their events. */
async function eventsFromNow(deps: TestDeps) {
  const store = deps.storesFor({} as FastifyRequest);
  const { cursor } = await store.events.after(null, 1_000_000);
  return async () => (await store.events.after(cursor, 10)).events;
}

type Named = { in: string; pointer: string };

const JSON_BODY = { 'content-type': 'application/json' };

/** Valid requests, each with the run of the pool that it concerns. */
async function sample(app: Api, operation: Operation): Promise<[PoolRun, Request][]> {
  const pool = await seedPool(app);
  const requests = pool.runs.map((run) =>
    fc.tuple(fc.constant(run), requestOf(operation, knownOf(operation, pool, run))),
  );
  return fc.sample(fc.oneof(...requests), { numRuns: REQUESTS, seed: SEED });
}

/** The change that has been made least often so far, so that a few hundred requests make every one of them. */
function rarest(changes: Change[], covered: Map<string, number>, taken: boolean): Change | null {
  const count = (change: Change) => covered.get(nameOf(change)) ?? 0;
  const fitting = changes.filter(({ refusal }) => (refusal === null) === taken);
  for (const change of fitting) covered.set(nameOf(change), count(change));
  const least = fitting.toSorted((a, b) => count(a) - count(b))[0] ?? null;
  if (least !== null) covered.set(nameOf(least), count(least) + 1);
  return least;
}

function leftOut(covered: Map<string, number>): string[] {
  return [...covered].filter(([, count]) => count === 0).map(([name]) => name);
}

function nameOf({ kind, where }: Change): string {
  return `${kind} at ${where}`;
}

function send(app: Api, operation: Operation, request: Request): Promise<LightMyRequestResponse> {
  return app.inject(toInject(operation, request));
}

async function expectDocumented(operation: Operation, request: Request, response: LightMyRequestResponse) {
  await expectDeclared(operation.method, String(toInject(operation, request).url), response);
  expect(operation.statuses).toContain(response.statusCode);
  if (response.statusCode === 204) return expect(response.body).toBe('');
  expect(schemas.faultOfAnswer(operation, response.statusCode, jsonValue(response.body))).toBeNull();
}

/** What was given comes back; only an instant may be written in another way, and a grace becomes one. */
function expectToRepeat(response: LightMyRequestResponse, { body }: Request): void {
  const {
    finished_at: _,
    expires_at: __,
    grace_seconds: ___,
    metadata_json,
    ...sent
  } = given(jsonValue(JSON.stringify(body)) as Members);
  const row = jsonValue(response.body) as Members;
  expect(row).toMatchObject(sent);
  if (metadata_json) expect(row.metadata_json).toMatchObject(given(metadata_json));
}

type Members = Record<string, unknown>;

function given(members: object): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

async function told(index: number, change: Change | null, request: Request, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    const what = change === null ? 'as it is' : nameOf(change);
    const sent = JSON.stringify({ ...request, bytes: request.bytes?.toString() }).slice(0, 2_000);
    throw new Error(`request ${index} (${what}): ${(error as Error).message}\n${sent}`, { cause: error });
  }
}
