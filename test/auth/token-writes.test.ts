import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { tokenDigest, tokenIdOf } from '../../src/auth/token-text.ts';
import { call, get, post, testApp, testDeps } from '../helper.ts';
import { callerWith, NEW_TOKEN } from './tokens.ts';

const TOKENS = '/maestro/tokens';

/** The callers that a test names in a header. */
const CALLERS: Readonly<Record<string, Principal>> = {
  all: callerWith(['admin', 'operator']),
  admin: callerWith(['admin']),
  bound: callerWith(['admin'], ['team-a']),
};

async function appWithCallers() {
  const deps = testDeps({ callerOf: ({ headers }: FastifyRequest) => CALLERS[String(headers['x-as'])] ?? {} });
  const app = await testApp(deps);
  const as = (caller: string, status: number, method: 'POST' | 'DELETE', url: string, payload?: object) =>
    call(app, status, { method, url, headers: { 'x-as': caller }, ...(payload !== undefined && { payload }) });
  const stores = deps.storesFor({ headers: {} } as FastifyRequest);
  const events = async () => (await stores.events.after(null, 1_000)).events;
  return { app, as, stores, events };
}

const typeOf = (answer: { json(): { type: string } }) => answer.json().type.replace('urn:maestro:problem:', '');

describe('creating a token', () => {
  it('answers its text once, which fits what is stored, with the event of the caller', async () => {
    const { app, as, stores, events } = await appWithCallers();
    const answer = await as('admin', 201, 'POST', TOKENS, { ...NEW_TOKEN, owners: ['team-a'] });
    const { id, token, ...rest } = answer.json();
    expect(answer.headers).toMatchObject({ location: `${TOKENS}/${id}`, 'cache-control': 'no-store' });
    expect(answer.headers.etag).toBeUndefined();
    expect(tokenIdOf(token)).toBe(id);
    expect((await stores.tokens.get(id)).digest).toBe(tokenDigest(token));
    expect(rest).toMatchObject({ name: 'pipeline', roles: ['reporter'], owners: ['team-a'], created_by: 'caller' });
    expect(await events()).toMatchObject([
      { type: 'token.created', token_id: id, run_id: null, actor: { id: 'caller' } },
    ]);
    expect(JSON.stringify(await events())).not.toMatch(/mst_|digest/);
    await app.close();
  });

  it('makes another secret each time', async () => {
    const { app } = await appWithCallers();
    const texts = [];
    for (let count = 0; count < 20; count += 1) texts.push((await post(app, TOKENS, NEW_TOKEN)).token.slice(36));
    expect(new Set(texts).size).toBe(20);
    await app.close();
  });

  it.each([
    'id',
    'tenant',
    'actor',
    'created_by',
    'created_at',
    'digest',
    'previous',
    'token',
    'revoked_at',
    '__proto__',
  ])('lets no caller set %s', async (field) => {
    const { app, events } = await appWithCallers();
    const payload = `{"name":"pipeline","roles":["reporter"],"${field}":"x"}`;
    const headers = { 'content-type': 'application/json' };
    const refused = await app.inject({ method: 'POST', url: TOKENS, headers, payload });
    expect([400, 422]).toContain(refused.statusCode);
    expect(refused.body).toContain(field);
    expect(await events()).toEqual([]);
    await app.close();
  });

  it('is refused where it would give more than the caller has', async () => {
    const { app, as, events } = await appWithCallers();
    const refused = async (caller: string, changes: object) =>
      typeOf(await as(caller, 403, 'POST', TOKENS, { ...NEW_TOKEN, ...changes }));
    expect(await refused('admin', { roles: ['operator'] })).toBe('role_not_granted');
    expect(await refused('admin', { roles: ['reader', 'operator'] })).toBe('role_not_granted');
    expect(await refused('bound', {})).toBe('owner_not_granted');
    expect(await refused('bound', { owners: null })).toBe('owner_not_granted');
    expect(await refused('bound', { owners: ['team-a', 'team-*'] })).toBe('owner_not_granted');
    expect(await events()).toEqual([]);
    await as('bound', 201, 'POST', TOKENS, { ...NEW_TOKEN, roles: ['admin'], owners: ['team-a'] });
    await app.close();
  });

  it('with an Idempotency-Key is refused, as the text could not be answered again', async () => {
    const { app, events } = await appWithCallers();
    const headers = { 'idempotency-key': 'key-1' };
    const { id } = await post(app, TOKENS, NEW_TOKEN);
    for (const [url, payload] of [
      [TOKENS, NEW_TOKEN],
      [`${TOKENS}/${id}/rotate`, {}],
    ] as const) {
      const refused = await call(app, 422, { method: 'POST', url, headers, payload });
      expect(refused.json().errors).toMatchObject([{ in: 'header', pointer: '/idempotency-key' }]);
    }
    expect(await events()).toHaveLength(1);
    await app.close();
  });
});

describe('rotating a token', () => {
  it('answers another text of the same token, and keeps the one before as long as it is told', async () => {
    const { app, stores, events } = await appWithCallers();
    const first = await post(app, TOKENS, NEW_TOKEN);
    const rotated = await post(app, `${TOKENS}/${first.id}/rotate`, { grace_seconds: 60 }, 200);
    expect(tokenIdOf(rotated.token)).toBe(first.id);
    expect(rotated.token).not.toBe(first.token);
    expect(Date.parse(rotated.previous_until) - Date.parse(rotated.rotated_at)).toBe(60_000);
    const { digest, previous } = await stores.tokens.get(first.id);
    expect([digest, previous?.digest]).toEqual([tokenDigest(rotated.token), tokenDigest(first.token)]);
    expect((await events()).map(({ type }) => type as string)).toEqual(['token.created', 'token.rotated']);
    await app.close();
  });

  it('is refused to a caller who may do less than the token', async () => {
    const { app, as, stores } = await appWithCallers();
    const { id } = (await as('all', 201, 'POST', TOKENS, { ...NEW_TOKEN, roles: ['operator'] })).json();
    const other = (await as('all', 201, 'POST', TOKENS, { ...NEW_TOKEN, owners: ['team-b'] })).json();
    const before = await stores.tokens.get(id);
    const attack = await as('admin', 403, 'POST', `${TOKENS}/${id}/rotate`, {});
    expect(typeOf(attack)).toBe('role_not_granted');
    expect(attack.body).not.toContain('mst_');
    expect(typeOf(await as('bound', 403, 'POST', `${TOKENS}/${other.id}/rotate`, {}))).toBe('owner_not_granted');
    expect(await stores.tokens.get(id)).toEqual(before);
    await app.close();
  });

  it('takes nothing but its two fields, and does not wake what is revoked', async () => {
    const { app, as } = await appWithCallers();
    const { id } = await post(app, TOKENS, NEW_TOKEN);
    const url = `${TOKENS}/${id}/rotate`;
    for (const field of ['roles', 'owners', 'name', 'id', 'revoked_at'])
      expect((await post(app, url, { [field]: null }, 422)).errors[0].pointer).toBe(`/${field}`);
    await as('admin', 204, 'DELETE', `${TOKENS}/${id}`);
    expect(typeOf(await as('all', 409, 'POST', url, {}))).toBe('token_inactive');
    expect(typeOf(await as('all', 404, 'POST', `${TOKENS}/nope/rotate`, {}))).toBe('token_not_found');
    await app.close();
  });

  it.each(['PATCH', 'PUT'] as const)('is the only change: there is no %s', async (method) => {
    const { app } = await appWithCallers();
    const { id } = await post(app, TOKENS, NEW_TOKEN);
    await call(app, 405, { method, url: `${TOKENS}/${id}`, payload: { roles: ['admin'] } });
    expect((await get(app, `${TOKENS}/${id}`)).roles).toEqual(['reporter']);
    await app.close();
  });
});

describe('revoking a token', () => {
  it('is possible to every caller who writes tokens, once and again', async () => {
    const { app, as, events } = await appWithCallers();
    const { id } = (await as('all', 201, 'POST', TOKENS, { ...NEW_TOKEN, roles: ['operator'] })).json();
    for (const caller of ['bound', 'admin']) {
      const { body } = await as(caller, 204, 'DELETE', `${TOKENS}/${id}`);
      expect(body).toBe('');
    }
    expect((await events()).map(({ type }) => type as string)).toEqual(['token.created', 'token.revoked']);
    await app.close();
  });

  it('is refused for a token that there is not, and with a body', async () => {
    const { app, as } = await appWithCallers();
    expect(typeOf(await as('all', 404, 'DELETE', `${TOKENS}/nope`))).toBe('token_not_found');
    const { id } = await post(app, TOKENS, NEW_TOKEN);
    expect(typeOf(await as('all', 415, 'DELETE', `${TOKENS}/${id}`, {}))).toBe('unsupported_media_type');
    expect((await get(app, `${TOKENS}/${id}`)).status).toBe('active');
    await app.close();
  });
});
