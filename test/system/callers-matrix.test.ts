// Every route, called by every role with every kind of credential. The routes and their bodies come from the OpenAPI document that the
// server serves, the permissions from what the routes declare, so that a new route or role is tested without a line here.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mayWrite, permissionsOf, ROLES, type Role } from '../../src/auth/role.ts';
import { tokenText } from '../../src/auth/token-text.ts';
import { isPermission, PERMISSIONS } from '../../src/domain/permission.ts';
import { CLAIMS, idToken, keySet, NOW, newSigningKey } from '../auth/id-tokens.ts';
import { secretOf } from '../auth/tokens.ts';
import { declaredRoutes } from '../helper.ts';
import {
  ADMIN_SECRET,
  type Ask,
  advance,
  everythingOf,
  type KnownCallers,
  openKnownCallers,
  secretsShown,
} from './known-callers.ts';

const KEY = newSigningKey('ec-1');
const OTHER_TENANT = 'acme';
const GRANTED = { repository: 'acme/payment-api', ref: 'refs/heads/main' };
const AUTH_FILE = {
  version: 1,
  issuers: [{ name: 'ci', issuer: CLAIMS.iss, audience: CLAIMS.aud, jwks: keySet(KEY) }],
  grants: [{ name: 'g', issuer: 'ci', claims: GRANTED, tenant: OTHER_TENANT, roles: ['admin'], owners: 'any' }],
};

type Held = { run_id: string; artifact_id: string; pack_id: string; token_id: string };
type Credential = { what: string; headers: Record<string, string>; status: number; code: string };
type Route = { method: string; path: string; permission: string; body: object | string | undefined; fields: string[] };

let server: KnownCallers;
let held: Held;
let routes: Route[];
const wrong = new Map<Role, Credential[]>();
const valid = new Map<Role, string>();
const bearer = (text: string) => ({ authorization: `Bearer ${server.seen.keep(text)}` });

beforeAll(async () => {
  vi.setSystemTime(NOW);
  server = await openKnownCallers({ authFile: AUTH_FILE });
  routes = await documented();
  held = await rows();
  for (const role of ROLES) wrong.set(role, await wrongCredentials(role));
  // What was to expire in a minute has.
  advance(61_000);
  for (const role of ROLES) valid.set(role, (await server.newToken({ roles: [role] })).token);
});
afterAll(async () => {
  vi.useRealTimers();
  await server.close();
});

/** The operations of the document, HEAD beside GET, each with the permission that its route declares. */
async function documented(): Promise<Route[]> {
  const { paths, components } = (await server.send({ url: '/openapi.json' })).json();
  const declared = await declaredRoutes();
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, Operation>).flatMap(([name, { requestBody }]) => {
      const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
      const { permission } = declared.find((one) => one.url === url && one.method === name.toUpperCase()) ?? {};
      if (permission === undefined) throw new Error(`${name} ${path} declares no permission`);
      const { example, schema } = requestBody?.content['application/json'] ?? {};
      const named = components.schemas[schema?.$ref?.split('/').at(-1) ?? '']?.properties ?? schema?.properties ?? {};
      const bytes = requestBody?.content['text/plain'] === undefined ? undefined : 'bytes';
      const route = { path, permission, body: example ?? exampleOf(named) ?? bytes, fields: Object.keys(named) };
      const methods = name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()];
      return methods.map((method) => ({ ...route, method }));
    }),
  );
}

/** A body of the examples of its fields; undefined where it has none. */
function exampleOf(fields: Fields): object | undefined {
  const examples = Object.entries(fields).flatMap(([name, { examples = [] }]) =>
    examples.length === 0 ? [] : [[name, examples[0]]],
  );
  return examples.length === 0 ? undefined : Object.fromEntries(examples);
}

type Fields = Record<string, { examples?: unknown[] }>;
type Schema = { $ref?: string; properties?: Fields };
type Operation = { requestBody?: { content: Record<string, { example?: object; schema?: Schema }> } };

async function rows(): Promise<Held> {
  const make = async (url: string, payload: object) => {
    const response = await server.as(ADMIN_SECRET, { method: 'POST', url, payload });
    expect(response.statusCode, response.body).toBe(201);
    return response.json().id as string;
  };
  const run_id = await make('/maestro/runs', { name: 'build', owner: 'team-a' });
  const artifact_id = await make('/maestro/artifacts', { run_id, kind: 'sbom', path_or_uri: 'p' });
  const pack_id = await make('/maestro/disclosure-packs', { run_id, summary: 's' });
  const headers = { 'content-type': 'text/plain', prefer: 'wait=30' };
  const url = `/maestro/artifacts/${artifact_id}/content`;
  expect((await server.as(ADMIN_SECRET, { method: 'PUT', url, headers, payload: 'bytes' })).statusCode).toBe(201);
  return { run_id, artifact_id, pack_id, token_id: (await server.newToken({ roles: ['reader'] })).id };
}

/** A request that the route takes. */
function requestTo({ method, path, body }: Route, ids: Held = held): Ask {
  const known: Readonly<Record<string, string>> = ids;
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = known[name];
    if (id === undefined) throw new Error(`${method} ${path}: say in this test which row ${name} is`);
    return id;
  });
  const request = { method: method as 'POST', url };
  if (typeof body === 'string') return { ...request, headers: { 'content-type': 'text/plain' }, payload: body };
  if (body === undefined) return request;
  const fields = Object.entries(body).map(([name, value]) => [name, known[name] ?? value]);
  // The example of a time is past.
  return {
    ...request,
    payload: { ...Object.fromEntries(fields), ...('expires_at' in body ? { expires_at: null } : {}) },
  };
}

/** Every way in which a credential of that role does not count, and one that never was of it. */
async function wrongCredentials(role: Role): Promise<Credential[]> {
  const token = () => server.newToken({ roles: [role] });
  const [revoked, rotated, graced, good] = [await token(), await token(), await token(), await token()];
  const expiring = await server.newToken({ roles: [role], expires_at: new Date(Date.now() + 60_000).toISOString() });
  await server.revoke(revoked.id);
  await server.rotate(rotated.id);
  await server.rotate(graced.id, { grace_seconds: 60 });
  const last = good.token.at(-1) === 'a' ? 'b' : 'a';
  const one = (what: string, code: string, headers: Record<string, string>, status = 401) => ({
    what,
    code,
    headers,
    status,
  });
  return [
    one('none', 'credentials_missing', {}),
    one('expired', 'token_expired', bearer(expiring.token)),
    one('revoked', 'token_revoked', bearer(revoked.token)),
    one('rotated out', 'token_unknown', bearer(rotated.token)),
    one('rotated out, its grace over', 'token_revoked', bearer(graced.token)),
    one('mistyped', 'token_mistyped', bearer(good.token.slice(0, -1) + last)),
    one('with a wrong secret', 'token_unknown', bearer(tokenText(good.id, secretOf(7)))),
    one('of another scheme', 'credentials_malformed', { authorization: `Basic ${good.token}` }),
    one('without a scheme', 'credentials_malformed', { authorization: good.token }),
    one('with more behind it', 'credentials_malformed', { authorization: `Bearer ${good.token} ${good.token}` }),
    one('empty', 'credentials_malformed', { authorization: '' }),
    one('an ID token without a grant', 'no_grant', bearer(idToken(KEY, { ref: 'refs/heads/other' })), 403),
    one(
      'an ID token of nobody',
      'id_token_signature_invalid',
      bearer(`${idToken(KEY).slice(0, -20)}${'A'.repeat(20)}`),
    ),
  ];
}

const open = () => routes.filter(({ permission }) => permission === 'none');
const closed = () => routes.filter(({ permission }) => permission !== 'none');
const mayUse = (role: Role, { permission }: Route) =>
  permission === 'identified' || (isPermission(permission) && permissionsOf([role]).has(permission));

it('the document names every route that declares a permission, and every permission is of a route', async () => {
  const inDocument = routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
  const declared = (await declaredRoutes()).filter(({ permission }) => permission !== 'none');
  expect(declared.length).toBeGreaterThan(20);
  expect(inDocument).toEqual(
    expect.arrayContaining(declared.filter(({ url }) => url !== '/maestro/').map((one) => `${one.method} ${one.url}`)),
  );
  expect(new Set(closed().map(({ permission }) => permission))).toEqual(
    new Set(['identified', ...Object.keys(PERMISSIONS)]),
  );
});

describe.each(ROLES)('a credential of the role %s', (role) => {
  it('that does not count is refused on every route with its own code, and nothing is written', async () => {
    const before = await everythingOf(server);
    expect(before.map(({ events, tokens }) => [events.length > 35, tokens.length > 20])).toEqual([[true, true]]);
    let refused = 0;
    for (const route of closed()) {
      for (const { what, headers, status, code } of wrong.get(role) ?? []) {
        const request = requestTo(route);
        const response = await server.send({ ...request, headers: { ...request.headers, ...headers } });
        const where = `${route.method} ${route.path} ${what}: ${response.body}`;
        expect(response.statusCode, where).toBe(status);
        if (route.method !== 'HEAD') expect(response.json().type, where).toBe(`urn:maestro:problem:${code}`);
        const error = code === 'credentials_malformed' ? 'invalid_request' : 'invalid_token';
        const challenge =
          code === 'credentials_missing' ? /^Bearer(?!.*error)/ : new RegExp(`^Bearer.*error="${error}"`);
        if (status === 401) expect(response.headers['www-authenticate'], where).toMatch(challenge);
        refused += 1;
      }
    }
    expect(refused).toBe(closed().length * 13);
    expect(await everythingOf(server)).toEqual(before);
  });

  it('that counts is refused where the role lacks the permission, whatever it sends, and nothing is written', async () => {
    const before = await everythingOf(server);
    const text = valid.get(role) ?? '';
    let refused = 0;
    for (const route of closed().filter((one) => !mayUse(role, one))) {
      const request = requestTo(route);
      const odd: Ask[] = [request, { ...request, url: `${request.url}?tenant=acme` }, requestTo(route, UNKNOWN)];
      if (route.method !== 'GET' && route.method !== 'HEAD')
        odd.push({ ...request, payload: '{', headers: { 'content-type': 'application/json' } });
      for (const one of odd) {
        const response = await server.as(text, one);
        expect(response.statusCode, `${one.method} ${one.url}: ${response.body}`).toBe(403);
        if (route.method === 'HEAD') continue;
        expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:permission_missing' });
        expect(response.json().detail).toContain(route.permission);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThanOrEqual({ reader: 20, reporter: 10, admin: 0, operator: 60 }[role]);
    expect(await everythingOf(server)).toEqual(before);
  });

  it('that counts is taken on every route that the role may use', async () => {
    let taken = 0;
    for (const route of closed().filter((one) => mayUse(role, one))) {
      const { id: token_id } = await server.newToken({ roles: ['reader'] });
      const response = await server.as(valid.get(role) ?? '', requestTo(route, { ...held, token_id }));
      expect(response.statusCode, `${route.method} ${route.path}: ${response.body}`).toBeLessThan(300);
      taken += 1;
    }
    expect(taken).toBe(closed().filter((one) => mayUse(role, one)).length);
    expect(taken).toBeGreaterThanOrEqual(role === 'operator' ? 1 : 15);
    // Whatever a route declares: a role that may only read has changed nothing, and one that may write is named in what it wrote.
    const { id } = (await server.as(valid.get(role) ?? '', { url: '/maestro/whoami' })).json().actor;
    const [{ events } = { events: [] }] = await everythingOf(server);
    const own = events.filter(({ actor }) => actor.type === 'token' && actor.id === id);
    if (mayWrite([role])) expect(own.length).toBeGreaterThanOrEqual(4);
    else expect(own).toEqual([]);
  });
});

const UNKNOWN: Held = { run_id: 'unknown', artifact_id: 'unknown', pack_id: 'unknown', token_id: 'unknown' };

it('a route that needs nobody is served whatever the credential, and counts no failure', async () => {
  expect(open().map(({ path }) => path)).toEqual(expect.arrayContaining(['/health', '/ready', '/version']));
  const remoteAddress = '192.0.2.1';
  for (const route of open())
    for (let time = 0; time < 3; time += 1)
      for (const { headers, what } of wrong.get('reader') ?? [])
        expect((await server.send({ ...requestTo(route), headers, remoteAddress })).statusCode, what).toBe(200);
  const { statusCode } = await server.send({ url: '/maestro/whoami', headers: bearer('wrong'), remoteAddress });
  expect(statusCode).toBe(401);
});

describe('what the server alone decides', () => {
  const NAMES = ['tenant', 'actor', 'created_by', 'created_at', 'id', 'roles', 'digest', 'previous', 'permissions'];
  const VALUES = ['x', null, { type: 'system', id: 'x', name: 'x' }, ['operator']];
  let before: Awaited<ReturnType<typeof everythingOf>>;
  beforeEach(async () => {
    before = await everythingOf(server, ['default', OTHER_TENANT]);
  });

  it('is refused in the body of every route that takes one', async () => {
    let refused = 0;
    for (const route of closed().filter(({ body }) => typeof body === 'object')) {
      for (const name of NAMES.filter((one) => !route.fields.includes(one)))
        for (const value of VALUES) {
          const request = requestTo(route);
          const payload = { ...(request.payload as object), [name]: value };
          const response = await server.as(ADMIN_SECRET, { ...request, payload });
          expect(response.statusCode, `${route.path} ${name}: ${response.body}`).toBe(422);
          expect(response.json().errors[0]).toMatchObject({ in: 'body', pointer: `/${name}` });
          refused += 1;
        }
    }
    expect(refused).toBeGreaterThan(6 * 8 * VALUES.length - 1);
    expect(await everythingOf(server, ['default', OTHER_TENANT])).toEqual(before);
  });

  it('is refused in the query of every route', async () => {
    let refused = 0;
    for (const route of routes) {
      for (const name of [...NAMES, 'token', 'access_token', 'authorization']) {
        const request = requestTo(route);
        const response = await server.as(ADMIN_SECRET, { ...request, url: `${request.url}?${name}=x` });
        expect(response.statusCode, `${route.method} ${route.path} ${name}: ${response.body}`).toBe(422);
        if (route.method !== 'HEAD')
          expect(response.json().errors[0]).toMatchObject({ in: 'query', pointer: `/${name}` });
        refused += 1;
      }
    }
    expect(refused).toBe(routes.length * (NAMES.length + 3));
    expect(await everythingOf(server, ['default', OTHER_TENANT])).toEqual(before);
  });

  it('does not change by headers, on any route', async () => {
    const names = ['x-tenant', 'x-actor', 'x-owners', 'x-user', 'x-forwarded-user', 'x-remote-user', 'x-roles'];
    const headers = Object.fromEntries([...names, 'x-original-authorization', 'cookie'].map((name) => [name, 'acme']));
    const [plain, named] = [
      await server.as(valid.get('reader') ?? '', { url: '/maestro/whoami' }),
      await server.as(valid.get('reader') ?? '', { url: '/maestro/whoami', headers }),
    ];
    expect(named.json()).toEqual(plain.json());
    for (const route of closed()) {
      const request = requestTo(route);
      const { statusCode } = await server.send({ ...request, headers: { ...request.headers, ...headers } });
      expect(statusCode, route.path).toBe(401);
    }
  });
});

it('a caller of another tenant reads and changes nothing of this one, on any route', async () => {
  const text = idToken(KEY, GRANTED);
  const whoami = (await server.as(text, { url: '/maestro/whoami' })).json();
  expect(whoami).toMatchObject({ tenant: OTHER_TENANT, roles: ['admin'], actor: { type: 'oidc' } });
  const before = await everythingOf(server);
  const ids = Object.values(held);
  let missed = 0;
  for (const route of closed()) {
    const request = requestTo(route);
    const response = await server.as(text, request);
    const named = ids.some((id) => `${request.url} ${JSON.stringify(request.payload ?? '')}`.includes(id));
    const where = `${route.method} ${route.path}: ${response.body}`;
    if (named) expect(response.statusCode, where).toBe(404);
    else expect(response.statusCode, where).toBeLessThan(300);
    // Problems repeat the id that was asked for.
    if (!named) for (const id of ids) expect(response.body, where).not.toContain(id);
    missed += named ? 1 : 0;
  }
  expect(missed).toBeGreaterThanOrEqual(15);
  expect(await everythingOf(server)).toEqual(before);
});

it('no answer, log line, event or list of all the above shows a secret', async () => {
  const { shown, searched } = await secretsShown(server, ['default', OTHER_TENANT]);
  expect(searched.secrets).toBeGreaterThan(60);
  expect(searched.texts).toBeGreaterThan(4_000);
  expect(shown).toEqual([]);
});
