import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { tokenDigest, tokenIdOf, tokenText } from '../../src/auth/token-text.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import type { AppSettings } from '../../src/http/app.ts';
import { openAuth, openCredentials } from '../../src/start/auth.ts';
import { reloadAuth } from '../../src/start/auth-log.ts';
import { readConfig } from '../../src/start/config.ts';
import type { MaestroStores } from '../../src/store/store.ts';
import { CLAIMS, idToken, keySet, NOW } from '../auth/id-tokens.ts';
import { EC, FOREIGN, REFUSED, RSA } from '../auth/refused-id-tokens.ts';
import { mapSignIns } from '../auth/sign-in-store.ts';
import { type Api, call, expectDeclared, type TestDeps, testApp, testDeps } from '../helper.ts';
import { exchange } from '../http/raw-request.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'maestro-auth-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const SECRET = '0123456789abcdef0123456789abcdef';
const ADMIN_TOKEN_FILE = join(FOLDER, 'secret');
writeFileSync(ADMIN_TOKEN_FILE, `${SECRET}\n`, { mode: 0o600 });

const GRANTS = [
  {
    name: 'release',
    issuer: 'github',
    claims: { sub: CLAIMS.sub },
    tenant: 'acme',
    roles: ['reporter'],
    owners: 'any',
  },
];

function authFile(grants: object[] = GRANTS): string {
  const path = join(FOLDER, 'auth.json');
  const issuers = [
    { name: 'github', issuer: CLAIMS.iss, audience: CLAIMS.aud, jwks: keySet(EC, RSA) },
    { name: 'gitlab', issuer: 'https://gitlab.example.com', audience: CLAIMS.aud, jwks: keySet(FOREIGN) },
  ];
  writeFileSync(path, JSON.stringify({ version: 1, issuers, grants }));
  return path;
}

/** The server with AUTH=required over a map of tokens, at noon of the ID tokens. */
async function world(env: Record<string, string> = {}, settings: Partial<AppSettings> = {}) {
  const tokens = mapSignIns();
  let at = NOW.getTime();
  const now = () => new Date(at);
  // Nothing opens the database here.
  const config = readConfig({ AUTH: 'required', DATABASE_URL: 'embedded:x', ...env });
  const credentials = await openCredentials(config, now);
  const auth = openAuth(credentials, config, { signIns: tokens.store, now, warn: expect.unreachable });
  const lines: string[] = [];
  const deps = testDeps({
    callers: auth.callers,
    callerOf: auth.principalOf,
    authentication: auth.mode,
    now,
  });
  const log = { level: 'info', output: { write: (line: string) => void lines.push(line) } };
  const app = await testApp(deps, { log, ...settings });
  return { ...tokens, ...{ app, auth, config, credentials, deps, lines }, pass: (ms: number) => (at += ms) };
}

/** What was recorded in a tenant. */
async function eventsOf({ stores }: TestDeps, tenant: string) {
  return (await (stores as unknown as MaestroStores).of(tenant).events.after(null, 100)).events;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let senders = 0;

/**
 * The code of the problem that a GET of the runs is answered with; `ok` if it is not. Each comes from
 * another address.
 */
async function codeOf(app: Api, token: string | null, options: InjectOptions = {}): Promise<string> {
  senders += 1;
  const headers = { ...(token === null ? {} : bearer(token)), ...options.headers };
  const url = String(options.url ?? '/maestro/runs');
  const response = await app.inject({ url, headers, remoteAddress: `10.1.${senders >> 8}.${senders & 255}` });
  await expectDeclared('GET', url, response);
  return response.statusCode < 300 ? 'ok' : String(response.json().type).replace('urn:maestro:problem:', '');
}

const NEW_RUN = { method: 'POST', url: '/maestro/runs', payload: { name: 'build', owner: 'team' } } as const;

describe('with AUTH=required', () => {
  it('a request without a credential is 401, and says how to send one', async () => {
    const { app } = await world();
    for (const url of ['/maestro/runs', '/maestro/trust', '/maestro/jobs', '/maestro/runs/x/release-gate']) {
      const { headers } = await call(app, 401, { url });
      expect(headers['www-authenticate'], url).toBe('Bearer realm="maestro"');
    }
    await call(app, 401, NEW_RUN);
  });

  it('nobody is asked for a credential where it is for everybody, and readiness has no details', async () => {
    const { app } = await world();
    for (const url of ['/', '/maestro', '/health', '/version', '/docs', '/openapi.json'])
      expect((await app.inject(url)).statusCode, url).toBe(200);
    for (const headers of [{}, bearer('wrong'), { authorization: '' }])
      expect((await call(app, 200, { url: '/ready', headers })).json()).toEqual({
        status: 'ready',
        service: 'maestro',
      });
    expect((await call(app, 404, { url: '/maestro/nothing' })).json().type).toContain('route_not_found');
    await call(app, 405, { method: 'DELETE', url: '/maestro/runs' });
  });

  it('an API token acts in its tenant under its own name, with the permissions of its roles', async () => {
    const { app, add, deps } = await world();
    const [writer, reader] = [add({ name: 'CI' }, 'acme'), add({ roles: ['reader'] }, 'acme')];
    const { id } = (await call(app, 201, { ...NEW_RUN, headers: bearer(writer) })).json();
    const url = `/maestro/runs/${id}`;
    await call(app, 200, { url, headers: bearer(reader) });
    await call(app, 404, { url, headers: bearer(add()) });
    const refused = await call(app, 403, { ...NEW_RUN, headers: bearer(reader) });
    expect(refused.json()).toMatchObject({
      type: 'urn:maestro:problem:permission_missing',
      detail: expect.stringContaining('runs:write'),
    });
    await call(app, 403, { url, headers: bearer(add({ roles: ['operator'] }, 'acme')) });
    const events = await eventsOf(deps, 'acme');
    expect(events.map(({ actor }) => actor)).toEqual([{ type: 'token', id: tokenIdOf(writer), name: 'CI' }]);
  });

  it('the secret of ADMIN_TOKEN_FILE may do everything, with a database and without', async () => {
    for (const env of [{ ADMIN_TOKEN_FILE }, { ADMIN_TOKEN_FILE, DATABASE_URL: '' }]) {
      const { app, deps } = await world(env);
      await call(app, 201, { ...NEW_RUN, headers: bearer(SECRET) });
      const events = await eventsOf(deps, 'default');
      expect(events[0]?.actor.id).toBe('admin-token-file');
      expect(await codeOf(app, `${SECRET}0`)).toBe('token_unknown');
    }
    expect(await codeOf((await world()).app, SECRET)).toBe('token_unknown');
  });

  it('every API token that is wrong is refused with its own code, which tells a guesser nothing', async () => {
    const { app, add } = await world();
    const text = add();
    const ofNobody = tokenText('0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f', new Uint8Array(32));
    const past = new Date(NOW.getTime() - 1).toISOString();
    const [expired, revoked] = [add({ expires_at: past }), add({ revoked_at: past })];
    const guess = (token: string) => tokenText(tokenIdOf(token) ?? '', new Uint8Array(32));
    for (const [token, code] of [
      [text, 'ok'],
      [`${text.slice(0, -1)}${text.endsWith('a') ? 'b' : 'a'}`, 'token_mistyped'],
      [text.slice(0, -1), 'token_mistyped'],
      [text.toLowerCase(), 'token_mistyped'],
      [text.toUpperCase(), 'token_mistyped'],
      [ofNobody, 'token_unknown'],
      [guess(text), 'token_unknown'],
      [guess(expired), 'token_unknown'],
      [guess(revoked), 'token_unknown'],
      [expired, 'token_expired'],
      [revoked, 'token_revoked'],
      [`${text} `, 'credentials_malformed'],
      [` ${text}`, 'credentials_malformed'],
      [`\t${text}`, 'credentials_malformed'],
      [`${text},${text}`, 'credentials_malformed'],
      [`${text} ${text}`, 'credentials_malformed'],
    ] as const)
      expect(await codeOf(app, token), token).toBe(code);
  });

  it('the scheme may be written in any case, and no other is taken', async () => {
    const { app, add } = await world();
    const text = add();
    const send = (authorization: string) => codeOf(app, null, { headers: { authorization } });
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) expect(await send(`${scheme} ${text}`)).toBe('ok');
    const basic = Buffer.from(`${text}:`).toString('base64');
    for (const header of [`Token ${text}`, `Basic ${basic}`, text, `Bearer\t${text}`, `Bearer  ${text}`, 'Bearer', ''])
      expect(
        (await app.inject({ url: '/maestro/runs', headers: { authorization: header } })).json(),
        header,
      ).toMatchObject({
        type: 'urn:maestro:problem:credentials_malformed',
      });
  });

  it('two Authorization headers are refused, even where both are right', async () => {
    const { app, add } = await world();
    const text = add();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const send = (headers: string) => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      return exchange(socket, `GET /maestro/runs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
    };
    const line = `Authorization: Bearer ${text}\r\n`;
    expect((await send(line)).status).toBe(200);
    expect((await send(`authorization:\t bearer ${text} \t\r\n`)).status).toBe(200);
    for (const more of [line, 'authorization: Bearer x\r\n', 'AUTHORIZATION: Basic eDp5\r\n', 'Authorization:\r\n'])
      for (const both of [line + more, more + line]) {
        const { status, headers, body } = await send(both);
        expect([status, body]).toMatchObject([401, { type: 'urn:maestro:problem:credentials_malformed' }]);
        expect(headers).toContain('www-authenticate: bearer realm="maestro", error="invalid_request"');
      }
    await app.close();
  });

  it('a token in the query or elsewhere is no credential, and is logged nowhere', async () => {
    const { app, add, lines } = await world();
    const text = add();
    for (const name of ['token', 'access_token', 'authorization', 'api_key']) {
      expect(await codeOf(app, null, { url: `/maestro/runs?${name}=${text}` })).toBe('credentials_missing');
      expect(await codeOf(app, text, { url: `/maestro/runs?${name}=${text}` })).toBe('validation_failed');
    }
    for (const headers of [
      { 'x-api-key': text },
      { cookie: `token=${text}` },
      { 'proxy-authorization': `Bearer ${text}` },
    ])
      expect(await codeOf(app, null, { headers })).toBe('credentials_missing');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain(text.slice(4));
  });

  it('a revocation and the end of a token hold after a second, and in between nothing is looked up', async () => {
    const { app, add, change, pass, looks } = await world();
    const text = add();
    for (let count = 0; count < 10; count += 1) expect(await codeOf(app, text)).toBe('ok');
    expect(looks).toHaveLength(1);
    change(tokenIdOf(text) ?? '', { revoked_at: NOW.toISOString() });
    pass(999);
    expect(await codeOf(app, text)).toBe('ok');
    pass(1);
    expect(await codeOf(app, text)).toBe('token_revoked');
  });

  it('the text before a rotation is accepted until its grace is over, to the millisecond', async () => {
    const { app, add, change, pass } = await world();
    const text = add();
    const id = tokenIdOf(text) ?? '';
    const next = tokenText(id, new Uint8Array(32).fill(9));
    const until = new Date(NOW.getTime() + 5_500).toISOString();
    change(id, { digest: tokenDigest(next), previous: { digest: tokenDigest(text), until } });
    for (const ms of [0, 5_000, 499]) {
      pass(ms);
      expect([await codeOf(app, text), await codeOf(app, next)]).toEqual(['ok', 'ok']);
    }
    pass(1);
    expect([await codeOf(app, text), await codeOf(app, next)]).toEqual(['token_revoked', 'ok']);
  });

  it('a store that is away is 503 for every API token, and for no other credential', async () => {
    const { app, add, store, pass, lines } = await world({ ADMIN_TOKEN_FILE, AUTH_FILE: authFile() });
    const text = add();
    expect(await codeOf(app, text)).toBe('ok');
    store.token = () => Promise.reject(new MaestroError('store_unavailable', 'The store does not answer'));
    pass(1_000);
    const { headers } = await call(app, 503, { url: '/maestro/runs', headers: bearer(text) });
    expect(headers['retry-after']).toBe('2');
    expect(headers['www-authenticate']).toBeUndefined();
    expect(await codeOf(app, SECRET)).toBe('ok');
    expect(await codeOf(app, idToken(EC))).toBe('ok');
    expect(lines.join('')).not.toContain(text.slice(4));
  });

  it('nothing of a credential is in a line of the log, in an answer or in an event', async () => {
    const { app, add, deps, lines } = await world({ ADMIN_TOKEN_FILE, AUTH_FILE: authFile() });
    const secrets = [SECRET, add(), idToken(EC), idToken(EC, { sub: 'other' }), idToken(FOREIGN), `${add()}0`];
    const answers = await Promise.all(
      secrets.map((one) => app.inject({ ...NEW_RUN, headers: { ...bearer(one), 'x-request-id': 'job-1' } })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 403, 401, 401]);
    const events = await Promise.all(['default', 'acme'].map((tenant) => eventsOf(deps, tenant)));
    const written = [...lines, ...answers.map(({ raw, body }) => `${JSON.stringify(raw.res.getHeaders())} ${body}`)];
    const all = [...written, JSON.stringify(events)].join('\n');
    // The parts of a JWT by themselves, and a secret without its beginning.
    for (const part of secrets.flatMap((one) => (one.includes('.') ? one.split('.').slice(1) : [one.slice(4)])))
      expect(all).not.toContain(part);
  });
});

describe('an ID token', () => {
  it('acts in the tenant of its grant, as its issuer and subject', async () => {
    const { app, deps } = await world({ AUTH_FILE: authFile() });
    for (const key of [EC, RSA]) await call(app, 201, { ...NEW_RUN, headers: bearer(idToken(key)) });
    const events = await eventsOf(deps, 'acme');
    expect(events.map(({ actor }) => actor)).toEqual(
      [EC, RSA].map(() => ({ type: 'oidc', id: `${CLAIMS.iss} ${CLAIMS.sub}`, name: CLAIMS.sub })),
    );
  });

  it('that is wrong is refused with the code of its reason, each', async () => {
    const seen = new Set<string>();
    for (const [what, text, reason] of REFUSED) {
      const { app } = await world({ AUTH_FILE: authFile() });
      const isToken = /^[\w.=+/-]+$/.test(text);
      const code = isToken ? `id_token_${reason}` : 'credentials_malformed';
      expect(await codeOf(app, text), what).toBe(code);
      seen.add(code);
    }
    expect(seen.size).toBeGreaterThanOrEqual(22);
  });

  it('without a grant is 403 and shows its own claims, however often', async () => {
    const { app } = await world({ AUTH_FILE: authFile() });
    const text = idToken(EC, { sub: 'repo:other/api:ref:refs/heads/main', repository: 'other/api' });
    for (let count = 0; count < 25; count += 1) {
      const { headers, ...response } = await call(app, 403, { url: '/maestro/runs', headers: bearer(text) });
      expect(response.json()).toMatchObject({
        type: 'urn:maestro:problem:no_grant',
        detail: expect.stringContaining('"repository":"other/api"'),
      });
      expect(headers['www-authenticate']).toBeUndefined();
    }
  });

  it('is refused once it has expired, though it was accepted a moment ago', async () => {
    const { app, pass } = await world({ AUTH_FILE: authFile() });
    const text = idToken(EC, { exp: CLAIMS.exp - 280 });
    expect(await codeOf(app, text)).toBe('ok');
    pass(24_999);
    expect(await codeOf(app, text)).toBe('ok');
    pass(1_001);
    expect(await codeOf(app, text)).toBe('id_token_expired');
  });

  it('is of an unknown issuer where AUTH_FILE is not set', async () => {
    expect(await codeOf((await world()).app, idToken(EC))).toBe('id_token_issuer_unknown');
  });

  it('loses its grant when AUTH_FILE is read again, and keeps it where the file is bad', async () => {
    const { app, auth, config, credentials } = await world({ AUTH_FILE: authFile() });
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const reload = () => reloadAuth(config, credentials, auth.forget, { info: say, warn: say, error: say });
    expect(await codeOf(app, idToken(EC))).toBe('ok');
    const text = idToken(EC);
    expect(await codeOf(app, text)).toBe('ok');
    writeFileSync(join(FOLDER, 'auth.json'), '{');
    reload();
    expect(said.pop()).toMatch(/^AUTH_FILE \S+ was not read, and what it granted before stays: .+$/);
    expect(await codeOf(app, text)).toBe('ok');
    authFile([]);
    reload();
    expect(said.pop()).toMatch(/^AUTH_FILE \S+ was read again: .+ 0 grants$/);
    expect(await codeOf(app, text)).toBe('no_grant');
  });
});

describe('failed sign-ins', () => {
  const fail = (app: Api, headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') =>
    app.inject({ url: '/maestro/runs', headers: { ...bearer('wrong'), ...headers }, remoteAddress });

  it('are 429 from the 21st of a minute and address on, and right ones are accepted', async () => {
    const { app, add, pass } = await world();
    const statuses = [];
    for (let count = 0; count < 22; count += 1) statuses.push((await fail(app)).statusCode);
    expect(statuses.lastIndexOf(401)).toBe(19);
    const tooMany = await fail(app);
    expect([tooMany.statusCode, tooMany.headers['retry-after']]).toEqual([429, '60']);
    const right = { url: '/maestro/runs', headers: bearer(add()), remoteAddress: '192.0.2.1' };
    expect((await app.inject(right)).statusCode).toBe(200);
    expect((await app.inject({ ...right, headers: {} })).statusCode).toBe(401);
    expect((await fail(app, {}, '192.0.2.2')).statusCode).toBe(401);
    pass(60_000);
    expect((await fail(app)).statusCode).toBe(401);
  });

  it('count for the caller behind a trusted proxy, and for the proxy where nobody trusts it', async () => {
    const { app } = await world({ TRUSTED_PROXIES: '10.0.0.0/8' });
    for (let count = 0; count < 25; count += 1)
      await fail(app, { 'x-forwarded-for': `203.0.113.${count}, 198.51.100.1` }, '10.0.0.1');
    expect((await fail(app, { 'x-forwarded-for': '198.51.100.1' }, '10.0.0.1')).statusCode).toBe(429);
    expect((await fail(app, { 'x-forwarded-for': '198.51.100.2' }, '10.0.0.1')).statusCode).toBe(401);
    for (let count = 0; count < 25; count += 1) await fail(app, { 'x-forwarded-for': `198.51.100.${count}` });
    expect((await fail(app, { 'x-forwarded-for': '8.8.8.8' })).statusCode).toBe(429);
  });

  it('of one IPv6 network count together', async () => {
    const { app } = await world();
    for (let count = 0; count < 25; count += 1) await fail(app, {}, `2001:db8::${count}`);
    expect((await fail(app, {}, '2001:db8::ffff:1')).statusCode).toBe(429);
    expect((await fail(app, {}, '2001:db8:0:1::1')).statusCode).toBe(401);
  });
});

describe('without AUTH', () => {
  const local = () => world({ AUTH: '', DATABASE_URL: '' });

  it('everybody on this machine may do everything, whatever credential comes with it', async () => {
    const { app, deps } = await local();
    for (const headers of [{}, bearer('wrong'), { authorization: 'x' }])
      await call(app, 201, { ...NEW_RUN, headers: { host: 'localhost', ...headers } });
    const events = await eventsOf(deps, 'default');
    expect(new Set(events.map(({ actor }) => actor.id))).toEqual(new Set(['anonymous']));
    expect((await call(app, 200, { url: '/ready' })).json()).toMatchObject({ store: 'memory' });
  });

  it('a request that came through a proxy is 403, but for what is for everybody', async () => {
    const { app } = await local();
    for (const headers of [
      { forwarded: 'for=x' },
      { via: '1.1 x' },
      { 'x-forwarded-for': 'x' },
      { host: 'ci.example.com' },
    ]) {
      expect(await codeOf(app, null, { headers })).toBe('authentication_not_chosen');
      await call(app, 403, { ...NEW_RUN, headers });
      for (const url of ['/health', '/ready', '/docs', '/version', '/'])
        expect((await app.inject({ url, headers })).statusCode, url).toBe(200);
    }
  });
});

describe('no header is overlooked because of its place after thousands of others', () => {
  const statusAfterMany = async ({ app }: { app: Api }, first: string, last: string) => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    const head = `GET /maestro/runs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${first}`;
    const { status, body } = await exchange(socket, `${head}${'a:\r\n'.repeat(2_100)}${last}\r\n`);
    await app.close();
    return [status, (body as { type?: string }).type];
  };

  it('the mark of a proxy is seen', async () => {
    const local = await world({ AUTH: '', DATABASE_URL: '' });
    expect(await statusAfterMany(local, '', 'x-forwarded-for: 192.0.2.1\r\n')).toEqual([
      403,
      'urn:maestro:problem:authentication_not_chosen',
    ]);
  });

  it('a second credential is seen', async () => {
    const required = await world({ ADMIN_TOKEN_FILE });
    const first = `authorization: Bearer ${SECRET}\r\n`;
    expect(await statusAfterMany(required, first, 'authorization: Bearer x\r\n')).toEqual([
      401,
      'urn:maestro:problem:credentials_malformed',
    ]);
  });
});

describe('with AUTH=none', () => {
  it('everybody may do everything, and readiness and the home page warn of it', async () => {
    const { app } = await world({ AUTH: 'none', HOST: '0.0.0.0' });
    await call(app, 201, { ...NEW_RUN, headers: { 'x-forwarded-for': 'x', host: 'ci.example.com' } });
    expect((await call(app, 200, { url: '/ready' })).json()).toMatchObject({ authentication: 'none', store: 'memory' });
    expect((await app.inject('/')).json()).toMatchObject({ authentication: 'none', warning: expect.any(String) });
    const page = await app.inject({ url: '/', headers: { accept: 'text/html' } });
    expect(page.body).toContain('Callers are not identified (AUTH=none)');
  });

  it('no other mode warns', async () => {
    for (const env of [{ AUTH: '', DATABASE_URL: '' }, {}]) {
      const { app } = await world(env);
      expect((await call(app, 200, { url: '/ready' })).json()).not.toHaveProperty('authentication');
      expect(Object.keys((await app.inject('/')).json())).toEqual(['service', 'version', 'links']);
    }
  });
});

it('what cannot be used stops the start, in one line', async () => {
  const opened = (env: Record<string, string>) => openCredentials(readConfig(env), () => NOW);
  await expect(opened({ AUTH: 'required' })).rejects.toThrow(/^AUTH is required, and nobody could sign in: .+$/);
  await expect(opened({ HOST: '::' })).rejects.toThrow(/^AUTH is not set, .+$/);
  const none = join(FOLDER, 'none');
  await expect(opened({ AUTH: 'required', AUTH_FILE: none })).rejects.toThrow(
    `Bad configuration: AUTH_FILE ${none}: cannot be read: no such file or folder`,
  );
  await expect(opened({ AUTH: 'required', ADMIN_TOKEN_FILE: none })).rejects.toThrow(
    `Bad configuration: ADMIN_TOKEN_FILE ${none}: cannot be read: no such file or folder`,
  );
});

it('a caller whom nobody made known is no caller', async () => {
  const { auth } = await world();
  expect(() => auth.principalOf({ id: 'x' } as never)).toThrow('Nobody is known');
  expect(() => auth.callers.permits({ id: 'x' } as never, 'runs:read')).toThrow('Nobody is known');
});
