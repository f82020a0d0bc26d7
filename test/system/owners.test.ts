// A reporter who may write runs of some owners tries every route that writes, on runs of others. The routes are those that
// declare a permission to write, and what is sent is made of their examples: a new route that is not bounded fails here.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyRequest, InjectOptions } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import {
  type Api,
  as,
  call,
  callerInHeaders,
  declaredRoutes,
  newArtifact,
  newRun,
  post,
  type TestDeps,
  testApp,
  testDeps,
} from '../helper.ts';
import { neverEnding } from '../openapi/examples/case.ts';
import { allEvents, FIRST_PAGE } from '../store/contract/kit.ts';

/** Permissions to write that are about no run. */
const NOT_OF_RUNS = ['tokens:write'];

const writing = (await declaredRoutes()).filter(
  ({ permission = '' }) => permission.endsWith(':write') && !NOT_OF_RUNS.includes(permission),
);

type Documented = Record<string, Record<string, { requestBody?: { content: Record<string, { example?: unknown }> } }>>;
const paths: Documented = (await (await testApp()).inject('/openapi.json')).json().paths;

const MINE = 'team-a';
const THEIRS = 'team-b';

/** A run of an owner, with an artifact that has content. */
type Held = { owner: string; run_id: string; artifact_id: string; pack_id: string; token_id: string };

async function held(app: Api, owner: string): Promise<Held> {
  const { id: run_id } = await newRun(app, { owner });
  const { id: artifact_id } = await newArtifact(app, run_id);
  const { id: pack_id } = await post(app, '/maestro/disclosure-packs', { run_id, summary: 's' });
  const { id: token_id } = await post(app, '/maestro/tokens', { name: owner, roles: ['reporter'] });
  const headers = { 'content-type': 'text/plain', prefer: 'wait=30' };
  const url = `/maestro/artifacts/${artifact_id}/content`;
  await call(app, 201, { method: 'PUT', url, headers, payload: `content of ${owner}` });
  return { owner, run_id, artifact_id, pack_id, token_id };
}

type Route = Pick<(typeof writing)[number], 'method' | 'url'>;

/** A request that the route takes, about what is held. */
function requestTo({ method, url }: Route, ids: Held, key?: string): InjectOptions {
  const known: Readonly<Record<string, string>> = ids;
  const path = url.replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = known[name];
    if (id === undefined) throw new Error(`${method} ${url}: say in this test which ${name} belongs to another owner`);
    return id;
  });
  const content = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.requestBody?.content ?? {};
  const json = content['application/json']?.example as object | undefined;
  const request = { method: method as 'POST', url: path };
  const headers = { prefer: 'wait=30', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  if (json !== undefined) {
    const payload = Object.entries(json).map(([name, value]) => [name, known[name] ?? value]);
    return { ...request, headers, payload: Object.fromEntries(payload) };
  }
  if (content['text/plain'] === undefined) return { ...request, headers };
  return { ...request, headers: { ...headers, 'content-type': 'text/plain' }, payload: 'other bytes' };
}

let deps: TestDeps;
let app: Api;
let [mine, theirs]: [Held, Held] = [] as never;
let reporter: Api;
// Not one for all: a request keeps its stores.
const anyone = () => ({ headers: {} }) as FastifyRequest;

beforeEach(async () => {
  deps = testDeps({ callerOf: callerInHeaders });
  app = await testApp(deps);
  [mine, theirs] = [await held(app, MINE), await held(app, THEIRS)];
  reporter = as(app, { actor: 'ci', owners: [MINE] });
});

const events = (): Promise<MaestroEvent[]> => allEvents(deps.storesFor(anyone()));

/** All that is stored: rows, the log, and the names of blobs. */
async function everything() {
  const stores = deps.storesFor(anyone());
  const blobs: string[] = [];
  const later = new Date(Date.now() + 3_600_000);
  for await (const sha256 of deps.blobs.storeFor(anyone()).keptBefore(later)) blobs.push(sha256);
  const lists = await Promise.all([
    stores.runs.list({}, FIRST_PAGE),
    stores.artifacts.list({}, FIRST_PAGE),
    stores.packs.list({}, FIRST_PAGE),
  ]);
  return { blobs: blobs.sort(), rows: lists.map(({ rows }) => rows), events: await events() };
}

async function expectRefused(caller: Api, request: InjectOptions): Promise<void> {
  const body = (await call(caller, 403, request)).json();
  expect(body).toMatchObject({ type: 'urn:maestro:problem:owner_not_granted' });
  expect(body.detail).toContain(`'${THEIRS}'`);
}

it('the routes that write are found, and each declares the refusal', () => {
  expect(writing.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(
    expect.arrayContaining([
      ...['PATCH /maestro/runs/:run_id', 'POST /maestro/artifacts', 'POST /maestro/artifacts/:artifact_id/evidence'],
      ...['POST /maestro/disclosure-packs', 'POST /maestro/runs', 'PUT /maestro/artifacts/:artifact_id/content'],
    ]),
  );
  for (const { url, response } of writing)
    expect((response[403] as { description?: string } | undefined)?.description, url).toContain('`owner_not_granted`');
});

describe.each(writing.map((route) => [`${route.method} ${route.url}`, route] as const))('%s', (_name, route) => {
  it('refuses a run of another owner, and leaves no row, event or blob', async () => {
    const before = await everything();
    expect([before.blobs.length, before.rows.map((rows) => rows.length)]).toEqual([2, [2, 2, 2]]);
    await expectRefused(reporter, requestTo(route, theirs));
    await expectRefused(as(app, { owners: ['team-*-x', 'TEAM-B', 'team-b ', 'any'] }), requestTo(route, theirs));
    await expectRefused(as(app, { owners: [] }), requestTo(route, theirs));
    expect(await everything()).toEqual(before);
  });

  it('takes the same for a run of an owner that is granted', async () => {
    // Its content is there already, and stays what it is.
    const request = requestTo(route, mine);
    const same = request.payload === 'other bytes' ? { ...request, payload: `content of ${MINE}` } : request;
    for (const owners of [[MINE], ['*'], ['x', 'team-*']])
      expect([200, 201, 202]).toContain((await as(app, { owners }).inject(same)).statusCode);
  });

  it('lets no key replay or read what another caller or the same one made', async () => {
    const request = requestTo(route, theirs, 'k');
    const others = as(app, { actor: 'other' });
    const earlier = as(app, { actor: 'ci' });
    const answers = [await others.inject(request), await earlier.inject(request), await app.inject(request)];
    const before = await everything();
    for (const key of ['k', '"k"']) await expectRefused(reporter, requestTo(route, theirs, key));
    expect(await everything()).toEqual(before);
    // Three callers, and three rows where one is made.
    const made = answers.flatMap(({ statusCode, json }) => (statusCode === 201 ? [json().id] : []));
    expect([0, 3]).toContain(new Set(made).size);
  });
});

it('64 writes at the same time do what the owner of each allows', async () => {
  const before = (await events()).length;
  const json = writing.filter((route) => typeof requestTo(route, mine).payload === 'object');
  expect(json.length).toBeGreaterThanOrEqual(4);
  const sent = Array.from({ length: 64 }, (_, at) => {
    const ids = at % 2 === 0 ? mine : theirs;
    const route = json[Math.floor(at / 2) % json.length] as Route;
    return { ids, answer: reporter.inject(requestTo(route, ids)) };
  });
  const written: string[] = [];
  for (const { ids, answer } of sent) {
    const { statusCode, body } = await answer;
    if (ids === theirs) expect(statusCode, body).toBe(403);
    else expect([200, 201], body).toContain(statusCode);
    if (statusCode === 201) written.push(JSON.parse(body).id);
  }
  const after = (await events()).slice(before);
  expect(after.filter(({ type }) => type.endsWith('.created'))).toHaveLength(written.length);
  expect(after.filter(({ run_id }) => run_id === theirs.run_id)).toEqual([]);
  expect((await deps.storesFor(anyone()).runs.list({ owner: THEIRS }, FIRST_PAGE)).rows).toHaveLength(1);
});

describe('content for a run of another owner', () => {
  it('is refused before any of its bytes have come, and nothing is received', async () => {
    let received = 0;
    const { storeFor } = deps.blobs;
    deps.blobs.storeFor = (request) => {
      const store = storeFor(request);
      return {
        ...store,
        receive: (bytes) => {
          received += 1;
          return store.receive(bytes);
        },
      };
    };
    const send = (ids: Held, payload?: string) => {
      const request = neverEnding(
        { method: 'PUT', url: `/maestro/artifacts/${ids.artifact_id}/content` },
        'text/plain',
      );
      return payload === undefined ? request : { ...request, payload, headers: { 'content-type': 'text/plain' } };
    };
    await expectRefused(reporter, send(theirs));
    await expectRefused(reporter, send(theirs, 'other bytes'));
    expect(received).toBe(0);
    await call(reporter, 200, send(mine, `content of ${MINE}`));
    expect(received).toBe(1);
  });

  it('is refused over a socket while 10 GiB are announced and the first of them arrive', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    try {
      const { port } = app.server.address() as AddressInfo;
      const path = `/maestro/artifacts/${theirs.artifact_id}/content`;
      const headers = {
        ...{ 'content-type': 'text/plain', 'content-length': 10 * 1024 ** 3 },
        'x-owners': encodeURIComponent(JSON.stringify([MINE])),
      };
      const sending = request({ port, host: '127.0.0.1', method: 'PUT', path, headers });
      sending.write('the first bytes');
      const [response] = (await once(sending, 'response')) as [IncomingMessage];
      const body = JSON.parse(Buffer.concat(await response.toArray()).toString());
      expect([response.statusCode, body.type]).toEqual([403, 'urn:maestro:problem:owner_not_granted']);
      sending.destroy();
    } finally {
      app.server.closeAllConnections();
      await app.close();
    }
  });

  it('is refused in the same way whether or not these bytes are stored', async () => {
    const url = `/maestro/artifacts/${theirs.artifact_id}/content`;
    const send = async (payload: string) => {
      const { instance: _, ...others } = (
        await call(reporter, 403, { method: 'PUT', url, headers: { 'content-type': 'text/plain' }, payload })
      ).json();
      return others;
    };
    expect(await send(`content of ${THEIRS}`)).toEqual(await send('other bytes'));
  });
});

it('a run is created for no owner that only looks like the one granted', async () => {
  const before = await everything();
  const owners = ['TEAM-A', ' team-a', 'team-a ', 't\u0435am-a', 'team\u2011a', 'team-a\u200b', 'team-a\n', '*', '.'];
  for (const owner of owners) {
    const payload = { name: 'n', owner };
    const { detail } = (await call(reporter, 403, { method: 'POST', url: '/maestro/runs', payload })).json();
    expect(detail).toBe(`The run is of owner '${owner}', and this caller may write only runs of 'team-a'`);
  }
  await call(reporter, 422, { method: 'POST', url: '/maestro/runs', payload: { name: 'n', owner: '' } });
  expect(await everything()).toEqual(before);
});

it('a run does not change its owner, whoever asks', async () => {
  const url = `/maestro/runs/${mine.run_id}`;
  for (const caller of [reporter, app]) await call(caller, 422, { method: 'PATCH', url, payload: { owner: THEIRS } });
});

it('an unknown run or artifact is not found, as for every caller', async () => {
  const unknown = { owner: MINE, run_id: 'unknown', artifact_id: 'unknown', pack_id: 'unknown', token_id: 'unknown' };
  for (const route of writing) {
    const request = requestTo(route, unknown);
    const { statusCode, json } = await reporter.inject(request);
    const plain = await app.inject(request);
    expect(statusCode, route.url).toBe(plain.statusCode);
    if (statusCode !== 201) expect(json().type, route.url).toMatch(/:(run|artifact)_not_found$/);
  }
});

it('reading is bounded by no owner', async () => {
  const reads = (await declaredRoutes()).filter(({ method, url }) => method === 'GET' && url.startsWith('/maestro/'));
  for (const { url } of reads) {
    const path = url.replaceAll(/:(\w+)/g, (_, name: keyof Held) => theirs[name]);
    const { statusCode, body } = await reporter.inject(path);
    expect(statusCode, path).toBe(200);
    if (path === '/maestro/whoami') expect(JSON.parse(body)).toMatchObject({ owners: [MINE] });
    else if (!/manifest|release-gate/.test(path)) expect(body, path).toBe((await app.inject(path)).body);
  }
});
