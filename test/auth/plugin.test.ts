import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { call, get, post, testApp, testDeps } from '../helper.ts';
import { callerWith, NEW_TOKEN } from './tokens.ts';

const UNKNOWN = '/maestro/tokens/0199a1c2-0000-7000-8000-000000000000';

describe('whoami', () => {
  it('is answered to a caller who is not identified, who may do everything', async () => {
    const app = await testApp();
    expect(await get(app, '/maestro/whoami')).toMatchObject({
      ...{ tenant: 'default', actor: { type: 'anonymous', id: 'anonymous', name: 'anonymous' } },
      ...{ roles: ['admin', 'operator'], permissions: expect.arrayContaining(['runs:write', 'tokens:write']) },
      ...{ owners: null, expires_at: null },
    });
    await app.close();
  });

  it('is answered to a caller without any permission', async () => {
    const app = await testApp(testDeps({ callerOf: () => callerWith(['operator']) }));
    expect(await get(app, '/maestro/whoami')).toMatchObject({ roles: ['operator'], permissions: [] });
    await app.close();
  });
});

describe('the tokens of a tenant', () => {
  const texts = (answer: object) => JSON.stringify(answer).match(/mst_\w+/g) ?? [];

  it('are listed newest first, in pages, without their texts', async () => {
    const app = await testApp();
    const created = [];
    for (const name of ['one', 'two', 'three'])
      created.push(await post(app, '/maestro/tokens', { ...NEW_TOKEN, name }));
    const { body, headers } = await call(app, 200, { url: '/maestro/tokens?limit=2' });
    expect(JSON.parse(body).map(({ name }: { name: string }) => name)).toEqual(['three', 'two']);
    const [, next = ''] = /<(.+)>; rel="next"/.exec(String(headers.link)) ?? [];
    const rest = await get(app, next);
    const { token: _, ...first } = created[0];
    expect(rest).toEqual([first]);
    expect([...texts(JSON.parse(body)), ...texts(rest)]).toEqual([]);
    await app.close();
  });

  it('are read one by one, with what happened to them', async () => {
    const app = await testApp();
    const { token, ...created } = await post(app, '/maestro/tokens', NEW_TOKEN);
    expect(await get(app, `/maestro/tokens/${created.id}`)).toEqual(created);
    await call(app, 204, { method: 'DELETE', url: `/maestro/tokens/${created.id}` });
    const revoked = await get(app, `/maestro/tokens/${created.id}`);
    expect(revoked).toEqual({ ...created, status: 'revoked', revoked_at: expect.any(String) });
    expect((await get(app, UNKNOWN, 404)).type).toBe('urn:maestro:problem:token_not_found');
    await app.close();
  });

  it('are expired when their time is over', async () => {
    let at = '2026-01-31T10:00:00.000Z';
    const app = await testApp(testDeps({ now: () => new Date(at) }));
    const { id } = await post(app, '/maestro/tokens', { ...NEW_TOKEN, expires_at: '2026-01-31T11:00:00Z' });
    at = '2026-01-31T11:00:00.000Z';
    expect((await get(app, `/maestro/tokens/${id}`)).status).toBe('expired');
    await app.close();
  });

  it('are not seen by another tenant', async () => {
    const callerOf = ({ headers }: FastifyRequest): Partial<Principal> => ({ tenant: String(headers['x-tenant']) });
    const app = await testApp(testDeps({ callerOf }));
    const as = (tenant: string) => ({ headers: { 'x-tenant': tenant } });
    const { id } = (
      await call(app, 201, { method: 'POST', url: '/maestro/tokens', payload: NEW_TOKEN, ...as('a') })
    ).json();
    const url = `/maestro/tokens/${id}`;
    for (const request of [
      { url },
      { method: 'DELETE', url },
      { method: 'POST', url: `${url}/rotate`, payload: {} },
    ] as const)
      await call(app, 404, { ...request, ...as('b') });
    expect((await call(app, 200, { url: '/maestro/tokens', ...as('b') })).json()).toEqual([]);
    expect((await call(app, 200, { url, ...as('a') })).json()).toMatchObject({ status: 'active', rotated_at: null });
    await app.close();
  });
});
