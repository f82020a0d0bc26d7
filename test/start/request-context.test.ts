import { hash } from 'node:crypto';
import { type FastifyRequest, fastify } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { type Actor, ANONYMOUS } from '../../src/domain/event/actor.ts';
import { PERMISSIONS } from '../../src/domain/permission.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { requestContexts, unidentified } from '../../src/start/request-context.ts';
import { as, call, callerInHeaders, newArtifact, newRun, patch, testApp, testDeps } from '../helper.ts';
import { memoryStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';

const someone = (id: string): Actor => ({ type: 'system', id, name: id });

describe('a request context', () => {
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const now = () => new Date(Date.UTC(2026, 0, 31));

  it('has one tenant and an anonymous actor while callers are not identified', () => {
    const contextOf = requestContexts({ stores, callerOf: unidentified, now, newId: uuidv7 });
    const context = contextOf({ id: 'request-1' } as FastifyRequest);
    expect(context).toMatchObject({ tenant: 'default', actor: ANONYMOUS });
    expect(context.principal).toBe(unidentified());
    expect([...context.principal.permissions].sort()).toEqual(Object.keys(PERMISSIONS).sort());
    expect(context.stores).toBe(stores.of('default'));
  });

  it('has the stores of its tenant, and stamps with its actor, its request, and a new id each time', () => {
    const ids = ['event-1', 'event-2'];
    const callerOf = () => ({ ...unidentified(), tenant: 'other', actor: someone('ci') });
    const contextOf = requestContexts({ stores, callerOf, now, newId: () => ids.shift() as string });
    const context = contextOf({ id: 'request-1' } as FastifyRequest);
    expect(context.stores).toBe(stores.of('other'));
    const stamp = { at: '2026-01-31T00:00:00.000Z', request_id: 'request-1', actor: someone('ci') };
    expect(context.stamp()).toEqual({ id: 'event-1', ...stamp });
    expect(context.stamp()).toEqual({ id: 'event-2', ...stamp });
  });

  it('has the stores of its tenant as they are where owners bound nothing, and else one wrapper for each list', () => {
    const lists = [['team-a'], ['team-a'], []];
    const callers = [...lists, ...lists, 'any' as const].map((owners) => ({ ...unidentified(), owners }));
    const contextOf = requestContexts({ stores, callerOf: () => callers.shift() as Principal, now, newId: uuidv7 });
    const seen = Array.from({ length: 7 }, () => contextOf({ id: 'request' } as FastifyRequest).stores);
    expect(seen.slice(3, 6).map((one, at) => one === seen[at])).toEqual([true, true, true]);
    expect(new Set(seen).size).toBe(4);
    expect(seen[6]).toBe(stores.of('default'));
  });

  it('has the stores of its own tenant, also where callers of several tenants have one list of owners', async () => {
    const owners = ['team-a'];
    const callerOf = ({ id }: FastifyRequest) => ({ ...unidentified(), tenant: id, owners });
    const contextOf = requestContexts({ stores, callerOf, now, newId: uuidv7 });
    const [a, b] = [contextOf({ id: 'a' } as FastifyRequest).stores, contextOf({ id: 'b' } as FastifyRequest).stores];
    const run = await addRun(a, { owner: 'team-a' });
    expect(await stores.of('a').runs.get(run.id)).toEqual(run);
    await expect(b.runs.get(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
  });

  it('carries the permission that the route declares, also for HEAD, and no other than those of the list', async () => {
    const contextOf = requestContexts({ stores, callerOf: unidentified, now, newId: uuidv7 });
    const app = fastify();
    const seen: unknown[] = [];
    const handler = async (request: FastifyRequest) => {
      seen.push(contextOf(request).permission());
      return 'here';
    };
    app.get('/runs', { config: { permission: 'runs:read' } }, handler);
    app.get('/open', { config: { permission: 'none' } }, handler);
    app.get('/me', { config: { permission: 'identified' } }, handler);
    app.get('/forgotten', handler);
    app.get('/odd', { config: { permission: 'toString' } }, handler);
    for (const method of ['GET', 'HEAD'] as const)
      for (const url of ['/runs', '/open', '/me']) expect((await app.inject({ method, url })).statusCode).toBe(200);
    expect(seen).toEqual(['runs:read', null, null, 'runs:read', null, null]);
    for (const url of ['/forgotten', '/odd'])
      expect((await app.inject(url)).json()).toMatchObject({ message: `The route ${url} declares no permission` });
  });
});

describe('the routes', () => {
  it('ask who calls once a request, and not at all where nothing is there or nobody need be known', async () => {
    let asked = 0;
    const callerOf = () => {
      asked += 1;
      return unidentified();
    };
    const app = await testApp(testDeps({ callerOf }));
    await call(app, 404, { url: '/nowhere' });
    await call(app, 405, { method: 'DELETE', url: '/maestro/runs' });
    await call(app, 200, { url: '/health' });
    await call(app, 200, { url: '/version' });
    expect(asked).toBe(0);
    await call(app, 422, { url: '/maestro/runs?typo=1' });
    expect(asked).toBe(1);
    const { id } = await newRun(app);
    expect(asked).toBe(2);
    const artifact = await newArtifact(app, id);
    const content = { url: `/maestro/artifacts/${artifact.id}/content`, headers: { 'content-type': 'text/plain' } };
    await call(app, 201, { method: 'PUT', ...content, payload: 'some text' });
    expect(asked).toBe(4);
  });

  it('keep tenants apart: rows, lists, content and what is done in the background', async () => {
    const deps = testDeps({ callerOf: callerInHeaders });
    const app = await testApp(deps);
    const [ours, theirs] = [as(app, { tenant: 'ours', actor: 'a' }), as(app, { tenant: 'theirs', actor: 'b' })];
    const run = await newRun(ours);
    const artifact = await newArtifact(ours, run.id);
    const content = `/maestro/artifacts/${artifact.id}/content`;
    const headers = { 'content-type': 'text/plain', prefer: 'wait=30' };
    await call(ours, 201, { method: 'PUT', url: content, headers, payload: 'some text' });
    await call(ours, 200, {
      method: 'POST',
      url: `/maestro/artifacts/${artifact.id}/evidence`,
      headers: { prefer: 'wait=30' },
    });
    const pack = (
      await call(ours, 201, {
        method: 'POST',
        url: '/maestro/disclosure-packs',
        payload: { run_id: run.id, summary: 's' },
      })
    ).json();
    const paths = [
      ...[`/maestro/runs/${run.id}`, `/maestro/runs/${run.id}/manifest`, `/maestro/runs/${run.id}/release-gate`],
      ...[`/maestro/artifacts/${artifact.id}`, content, `/maestro/artifacts/${artifact.id}/evidence`],
      `/maestro/disclosure-packs/${pack.id}`,
    ];
    for (const url of paths) {
      expect((await ours.inject({ url })).statusCode, url).toBe(200);
      expect((await theirs.inject({ url })).statusCode, url).toBe(404);
    }
    for (const url of ['/maestro/runs', '/maestro/artifacts', '/maestro/disclosure-packs']) {
      expect((await ours.inject({ url })).json(), url).toHaveLength(1);
      expect((await theirs.inject({ url })).json(), url).toEqual([]);
    }
    for (const [method, url] of [
      ['PATCH', `/maestro/runs/${run.id}`],
      ['PUT', content],
    ] as const) {
      const payload = method === 'PUT' ? 'some text' : { status: 'running' };
      const sent = method === 'PUT' ? { 'content-type': 'text/plain' } : {};
      expect((await theirs.inject({ method, url, payload, headers: sent })).statusCode, url).toBe(404);
    }
    await call(theirs, 404, { method: 'POST', url: `/maestro/artifacts/${artifact.id}/evidence` });
  });

  it('stamp every write with the actor and the id of its request', async () => {
    const deps = testDeps({ callerOf: callerInHeaders });
    const app = as(await testApp(deps), { tenant: 'ours', actor: 'ci' });
    const run = await newRun(app);
    const artifact = await newArtifact(app, run.id);
    const url = `/maestro/artifacts/${artifact.id}`;
    const headers = { 'content-type': 'text/plain', prefer: 'wait=30' };
    await call(app, 201, { method: 'PUT', url: `${url}/content`, headers, payload: 'some text' });
    await call(app, 200, {
      method: 'POST',
      url: `${url}/evidence`,
      headers: { prefer: 'wait=30', 'x-request-id': 'again' },
    });
    await call(app, 201, {
      method: 'POST',
      url: '/maestro/disclosure-packs',
      payload: { run_id: run.id, summary: 's' },
    });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'running' });
    const { events } = await deps.storesFor({ headers: { 'x-tenant': 'ours' } } as never).events.after(null, 100);
    const byCaller = events.filter(({ actor }) => actor.id === 'ci').map(({ type }) => type);
    expect(byCaller.sort()).toEqual([
      ...['artifact.content_stored', 'artifact.created', 'artifact.evidence_requested', 'disclosure_pack.created'],
      ...['run.created', 'run.updated'],
    ]);
    expect(events.find(({ type }) => type === 'artifact.evidence_requested')?.request_id).toBe('again');
    const others = new Set(events.filter(({ actor }) => actor.id !== 'ci').map(({ actor }) => actor.id));
    expect([...others]).toEqual(['system:reader']);
  });

  const create = (key: string, payload: object, path = 'runs') =>
    ({ method: 'POST', url: `/maestro/${path}`, payload, headers: { 'idempotency-key': key } }) as const;

  it('count an Idempotency-Key for the actor who sent it, whatever is created', async () => {
    const app = await testApp(testDeps({ callerOf: callerInHeaders }));
    const [a, b, nobody] = [as(app, { actor: 'a' }), as(app, { actor: 'b' }), app];
    const { id: run_id } = await newRun(app);
    for (const [path, body] of [
      ['runs', { name: 'n', owner: 'o' }],
      ['artifacts', { run_id, kind: 'sbom', path_or_uri: 'p' }],
      ['disclosure-packs', { run_id, summary: 's' }],
    ] as const) {
      const ids: string[] = [];
      for (const caller of [a, b, nobody]) {
        const { id } = (await call(caller, 201, create('k', body, path))).json();
        expect((await call(caller, 201, create('k', body, path))).json().id, path).toBe(id);
        ids.push(id);
      }
      expect(new Set(ids).size, path).toBe(3);
      // Nor does another body show that someone else has used the key.
      const other = { ...body, metadata: { other: true } };
      const changed = path === 'artifacts' ? { ...body, path_or_uri: 'q' } : other;
      await call(as(app, { actor: 'c' }), 201, create('k', changed, path));
      await call(a, 422, create('k', changed, path));
    }
  });

  it('answer to a key of an earlier version, whose scope names no actor, what was created then', async () => {
    const deps = testDeps({ callerOf: callerInHeaders });
    const app = await testApp(deps);
    const body = { name: 'n', owner: 'o' };
    const { run, event } = createRun(body, uuidv7(), deps.stampOf({ headers: {} } as FastifyRequest));
    const fingerprint = hash('sha256', JSON.stringify(body), 'base64url');
    const key = { scope: 'POST /maestro/runs k', fingerprint, at: new Date().toISOString() };
    await deps.storesFor({ headers: {} } as FastifyRequest).runs.create(run, event, key);
    expect((await call(app, 201, create('k', body))).json().id).toBe(run.id);
    // What a caller who is known cannot reach, whatever key it sends.
    for (const sent of ['k', 'POST /maestro/runs k', '" POST /maestro/runs k"'])
      expect((await call(as(app, { actor: 'a' }), 201, create(sent, body))).json().id).not.toBe(run.id);
  });
});
