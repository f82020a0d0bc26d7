// The operations that write, each with a body that it takes, and what it means to be refused by one.
import type { FastifyRequest, InjectOptions } from 'fastify';
import { expect } from 'vitest';
import type { AppSettings } from '../../src/http/app.ts';
import type { TenantStores } from '../../src/start/stores.ts';
import { type Api, newArtifact, newRun, post, testApp, testDeps } from '../helper.ts';

export const WRITES = [
  'POST /maestro/runs',
  'PATCH /maestro/runs/{run_id}',
  'POST /maestro/artifacts',
  'POST /maestro/disclosure-packs',
] as const;
export type WriteName = (typeof WRITES)[number];

export type Write = {
  method: 'POST' | 'PATCH';
  url: string;
  success: number;
  /** A body that is taken. */
  body: Record<string, unknown>;
  /** The same as text, with these bytes as the member `v` of its metadata; `also` is text in front of the first member. */
  around(value: string | Buffer, also?: string): Buffer;
  /** JSON Pointer to its metadata. */
  metadata: string;
};

export type World = {
  app: Api;
  store: TenantStores;
  run_id: string;
  artifact_id: string;
  pack_id: string;
  token_id: string;
  writes: Record<WriteName, Write>;
};

/** A server that holds one run, one artifact, one pack and one token. */
export async function newWorld(settings: Partial<AppSettings> = {}): Promise<World> {
  const deps = testDeps();
  const app = await testApp(deps, settings);
  const { id: run_id } = await newRun(app);
  const { id: artifact_id } = await newArtifact(app, run_id);
  const { id: pack_id } = await post(app, '/maestro/disclosure-packs', { run_id, summary: 'all' });
  const { id: token_id } = await post(app, '/maestro/tokens', { name: 'pipeline', roles: ['reporter'] });
  const writes: Record<WriteName, Write> = {
    'POST /maestro/runs': write('POST', '/maestro/runs', { name: 'n', owner: 'o' }),
    'PATCH /maestro/runs/{run_id}': write('PATCH', `/maestro/runs/${run_id}`, { cost_actual: 1 }),
    'POST /maestro/artifacts': write('POST', '/maestro/artifacts', { run_id, kind: 'sbom', path_or_uri: 'p' }),
    'POST /maestro/disclosure-packs': write('POST', '/maestro/disclosure-packs', {
      run_id,
      summary: 's',
      artifact_ids: [],
    }),
  };
  return { app, store: deps.storesFor({} as FastifyRequest), run_id, artifact_id, pack_id, token_id, writes };
}

export type Refusal = { status: number; code: string; places?: string[] };

/**
 * Expects the request to be refused with this problem, which names these places (as `in` and pointer), and the store to
 * stay as it was. Returns the answer.
 */
export async function expectRefused(world: World, options: InjectOptions, { status, code, places = [] }: Refusal) {
  const before = await contentOf(world.store);
  const response = await world.app.inject(options);
  const where = `${options.method ?? 'GET'} ${String(options.url).slice(0, 200)}: ${response.body.slice(0, 500)}`;
  expect(response.statusCode, where).toBe(status);
  expect(response.headers['content-type'], where).toBe('application/problem+json; charset=utf-8');
  const { detail, errors, instance, title, ...problem } = response.json();
  expect(problem, where).toMatchObject({ type: `urn:maestro:problem:${code}`, status });
  expect(
    [detail, title].every((text) => typeof text === 'string' && text !== ''),
    where,
  ).toBe(true);
  expect(instance, where).toBe(response.headers['x-request-id']);
  const named = (errors ?? []).map((error: { in: string; pointer: string }) => `${error.in} ${error.pointer}`);
  expect(named, where).toEqual(places);
  expect(await contentOf(world.store), where).toEqual(before);
  return response;
}

/** Sends raw bytes as the body of a write. */
export function sending(write: Write, payload: string | Buffer, headers: object = JSON_TYPE): InjectOptions {
  return { method: write.method, url: write.url, payload, headers: { ...headers } };
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** All that the store holds. */
export async function contentOf(store: TenantStores): Promise<string> {
  const page = { limit: 1_000, cursor: null };
  const lists = [
    ...[store.runs.list({}, page), store.artifacts.list({}, page), store.packs.list({}, page)],
    store.tokens.list(page),
  ];
  return JSON.stringify([await store.events.after(null, 100_000), await Promise.all<unknown>(lists)]);
}

function write(method: Write['method'], url: string, body: Record<string, unknown>): Write {
  const inArtifact = url === '/maestro/artifacts';
  const member = inArtifact ? '"metadata_json":{"additional_metadata":{"v":' : '"metadata":{"v":';
  const head = JSON.stringify(body).slice(1, -1);
  return {
    method,
    url,
    success: method === 'POST' ? 201 : 200,
    body,
    around: (value, also = '') =>
      Buffer.concat([
        Buffer.from(`{${also}${head},${member}`),
        Buffer.from(value as string),
        Buffer.from(inArtifact ? '}}}' : '}}'),
      ]),
    metadata: inArtifact ? '/metadata_json/additional_metadata' : '/metadata',
  };
}
