// ID tokens as they come over HTTP: bad ones, those of a real OpenID provider, and those that nothing is granted to.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CLAIMS, idToken, keySet, NOW } from '../auth/id-tokens.ts';
import { type OidcIssuer, startOidcIssuer } from '../auth/oidc-issuer.ts';
import { EC, FOREIGN, REFUSED, RSA } from '../auth/refused-id-tokens.ts';
import {
  advance,
  everythingOf,
  type KnownCallers,
  openKnownCallers,
  secretsShown,
  statusOver,
} from './known-callers.ts';

const GRANTED = { repository: 'acme/payment-api', ref: 'refs/heads/main' };
const ISSUERS = [
  { name: 'ci', issuer: CLAIMS.iss, audience: CLAIMS.aud, jwks: keySet(EC, RSA) },
  { name: 'other', issuer: 'https://gitlab.example.com', audience: CLAIMS.aud, jwks: keySet(FOREIGN) },
  { name: 'twin', issuer: 'https://twin.example.com', audience: CLAIMS.aud, jwks: keySet(EC) },
];
const grant = (name: string, change: object = {}) => ({
  ...{ name, issuer: 'ci', claims: GRANTED, tenant: 'default', roles: ['reporter'], owners: ['team-a'] },
  ...change,
});
const fileOf = (issuers: object[], grants: object[]) => ({ version: 1, issuers, grants });

const WHOAMI = { url: '/maestro/whoami' };
const servers: KnownCallers[] = [];

async function opened(authFile: object): Promise<KnownCallers> {
  const server = await openKnownCallers({ authFile });
  servers.push(server);
  return server;
}

const answerTo = async (server: KnownCallers, text: string) => {
  const response = await server.as(text, WHOAMI);
  return { status: response.statusCode, headers: response.headers, body: response.json() };
};
const typeOf = ({ status, body }: Awaited<ReturnType<typeof answerTo>>) => `${status} ${body.type?.split(':').at(-1)}`;

beforeAll(() => vi.setSystemTime(NOW));
afterAll(async () => {
  vi.useRealTimers();
  for (const server of servers) await server.close();
});

describe('an ID token', () => {
  let server: KnownCallers;
  beforeAll(async () => {
    server = await opened(fileOf(ISSUERS, [grant('main')]));
  });

  it('of the right form is known by its issuer and subject', async () => {
    for (const key of [EC, RSA]) {
      const { status, body } = await answerTo(server, idToken(key, GRANTED));
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body.actor).toEqual({ type: 'oidc', id: `${CLAIMS.iss} ${CLAIMS.sub}`, name: CLAIMS.sub });
      expect(body).toMatchObject({ tenant: 'default', roles: ['reporter'], owners: ['team-a'] });
    }
  });

  it('that is bad is refused with its own code, on a route that writes, and nothing is written', async () => {
    const before = await everythingOf(server);
    const codes = new Set<string>();
    for (const [what, text, code] of REFUSED) {
      const payload = { name: 'n', owner: 'team-a' };
      const response = await server.as(text, { method: 'POST', url: '/maestro/runs', payload });
      expect(response.statusCode, what).toBe(401);
      // What is no word is no Bearer token at all, and what has no dot is no JWT.
      const type = /^[\x21-\x7e]+$/.test(text) ? `id_token_${code}` : 'credentials_malformed';
      expect(response.json().type, what).toBe(`urn:maestro:problem:${type}`);
      expect(response.headers['www-authenticate'], what).toMatch(/^Bearer .*error="invalid_/);
      codes.add(type);
    }
    expect(REFUSED.length).toBeGreaterThan(50);
    expect(codes.size).toBeGreaterThan(20);
    expect(await everythingOf(server)).toEqual(before);
  });

  it('is refused over a socket with white space, line ends and other bytes in it', async () => {
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.app.server.address() as AddressInfo;
    const text = server.seen.keep(idToken(EC, { ...GRANTED, sub: 'over a socket' }));
    const [head, body, signature] = text.split('.');
    const lines = (value: string) => `Authorization: ${value}`;
    expect(await statusOver(port, lines(`Bearer ${text}`))).toBe(200);
    const odd = [
      ...[`Bearer  ${text}`, `Bearer\t${text}`, `Bearer ${head}. ${body}.${signature}`, `Bearer ${text} x`],
      ...[`Bearer ${text},`, `Bearer "${text}"`, `Bearer ${text}\u00a0`, `Bearer ${text}\u00e9`, `Bearer ${text};`],
      ...[`Bearer ${head}\t.${body}.${signature}`, `Bearer=${text}`, `Bearer, Bearer ${text}`, `Token ${text}`],
      ...[`Bearer ${text}=`, `Bearer ${text}.`, `Bearer .${text}`, `Bearer ${text}, Bearer ${text}`],
      ...[`Bearer ${text}\r\nAuthorization: Bearer ${text}`, `Basic eA==\r\nAuthorization: Bearer ${text}`],
      `Bearer ${text}\r\nAUTHORIZATION: Basic eA==`,
    ];
    for (const one of odd) expect(await statusOver(port, lines(one)), one).toBe(401);
    // Node itself refuses what is folded, has a bare carriage return, or a name with a blank.
    for (const one of [`Bearer ${head}.\r\n ${body}.${signature}`, `Bearer \r${text}`])
      expect([400, 401], one).toContain(await statusOver(port, lines(one)));
    expect(await statusOver(port, `Authorization : Bearer ${text}`)).toBe(400);
  });

  it('of an issuer has no grant of another that has the same key', async () => {
    const twin = { ...GRANTED, iss: 'https://twin.example.com' };
    expect(typeOf(await answerTo(server, idToken(EC, twin)))).toBe('403 no_grant');
    server.reload(fileOf(ISSUERS, [grant('main', { issuer: 'twin' })]));
    expect((await answerTo(server, idToken(EC, twin))).status).toBe(200);
    expect(typeOf(await answerTo(server, idToken(EC, GRANTED)))).toBe('403 no_grant');
    server.reload(fileOf(ISSUERS, [grant('main')]));
  });

  it('that is valid and has no grant is answered with its own claims, and no other', async () => {
    const claims = { repository: 'acme/other', ref: 'refs/heads/main', nested: { list: [1, true, null, '"'] } };
    const answer = await answerTo(server, idToken(EC, claims));
    expect(typeOf(answer)).toBe('403 no_grant');
    const shown = JSON.parse(answer.body.detail.slice(answer.body.detail.indexOf('{')));
    expect(shown).toEqual({ ...CLAIMS, ...claims });
    expect(answer.body.detail).not.toContain('team-a');
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it.each([
    ['another case of the project', { repository: 'Acme/payment-api' }],
    ['a project that begins like it', { repository: 'acme/payment-api2' }],
    ['a project with a blank', { repository: 'acme/payment-api ' }],
    ['a list of projects', { repository: ['acme/payment-api'] }],
    ['an object', { repository: { toString: 'acme/payment-api' } }],
    ['no project', { repository: undefined }],
    ['another ref', { ref: 'refs/heads/main2' }],
    ['a ref below it', { ref: 'refs/heads/main/x' }],
    ['a tag of that name', { ref: 'refs/tags/main' }],
    ['a pull request', { event_name: 'pull_request' }],
    ['a pull request with the rights of its target', { event_name: 'pull_request_target' }],
    ['the subject of a pull request', { sub: 'repo:acme/payment-api:pull_request' }],
    ['a merge request', { pipeline_source: 'merge_request_event' }],
    ['the ref of a pull request', { ref: 'refs/pull/7/merge' }],
  ])('has no grant with %s', async (_what, claims) => {
    expect(typeOf(await answerTo(server, idToken(EC, { ...GRANTED, ...claims })))).toBe('403 no_grant');
  });

  it('has no grant any more once AUTH_FILE was read again, and the old ones where it cannot be used', async () => {
    const text = idToken(EC, { ...GRANTED, jti: 'reloaded' });
    expect((await answerTo(server, text)).status).toBe(200);
    server.reload(fileOf(ISSUERS, []));
    expect(typeOf(await answerTo(server, text))).toBe('403 no_grant');
    server.reload(fileOf(ISSUERS, [grant('main')]));
    expect((await answerTo(server, text)).status).toBe(200);
    server.reload({ version: 2 });
    expect((await answerTo(server, text)).status).toBe(200);
    server.reload(fileOf([], []));
    expect(typeOf(await answerTo(server, text))).toBe('401 id_token_issuer_unknown');
    server.reload(fileOf(ISSUERS, [grant('main')]));
  });

  it('that was accepted is refused 6 s after it has expired, though nobody looks at it again', async () => {
    const text = idToken(EC, { ...GRANTED, exp: Math.floor(Date.now() / 1_000) + 20 });
    expect((await answerTo(server, text)).status).toBe(200);
    advance(24_000);
    expect((await answerTo(server, text)).status).toBe(200);
    advance(2_000);
    expect(typeOf(await answerTo(server, text))).toBe('401 id_token_expired');
  });

  it('writes only runs of the owners that its grant names, and is named in the event', async () => {
    const text = idToken(EC, { ...GRANTED, jti: 'writer' });
    const make = (owner: string) =>
      server.as(text, { method: 'POST', url: '/maestro/runs', payload: { name: 'n', owner } });
    expect((await make('team-b')).json().type).toBe('urn:maestro:problem:owner_not_granted');
    expect((await make('team-a')).statusCode).toBe(201);
    const [{ events } = { events: [] }] = await everythingOf(server);
    expect(events.map(({ type, actor }) => ({ type, actor }))).toEqual([
      { type: 'run.created', actor: { type: 'oidc', id: `${CLAIMS.iss} ${CLAIMS.sub}`, name: CLAIMS.sub } },
    ]);
  });
});

describe('an ID token of a real OpenID provider', () => {
  const AUDIENCE = 'https://maestro.example.com';
  let issuer: OidcIssuer;
  let server: KnownCallers;
  let serial = 0;
  const file = () => fileOf([{ name: 'ci', issuer: issuer.url, audience: AUDIENCE }], [grant('main')]);
  /** A token that was never seen before. */
  const next = (claims: object = {}, audience = AUDIENCE) => {
    serial += 1;
    return issuer.token(audience, {
      sub: 'repo:acme/payment-api:ref:refs/heads/main',
      jti: `${serial}`,
      ...GRANTED,
      ...claims,
    });
  };
  beforeAll(async () => {
    vi.setSystemTime(NOW);
    issuer = await startOidcIssuer([AUDIENCE, 'https://other.example.com']);
    server = await opened(file());
  });
  afterAll(() => issuer.close());

  it('is accepted, its keys fetched once for many, and refused for another audience', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, async () => answerTo(server, await next())));
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
    expect(answers[0]?.body.actor.id).toBe(`${issuer.url} repo:acme/payment-api:ref:refs/heads/main`);
    expect(issuer.requests()).toBe(2);
    expect(typeOf(await answerTo(server, await next({}, 'https://other.example.com')))).toBe(
      '401 id_token_audience_other',
    );
    expect(typeOf(await answerTo(server, await next({ ref: 'refs/heads/x' })))).toBe('403 no_grant');
    expect(issuer.requests()).toBe(2);
  });

  it('is accepted after its key was rolled over, and one of the former key is refused', async () => {
    const former = await next();
    issuer.rollOver();
    expect((await answerTo(server, await next())).status).toBe(200);
    expect(issuer.requests()).toBe(4);
    expect(typeOf(await answerTo(server, former))).toBe('401 id_token_key_unknown');
  });

  it('with a key id that nobody has makes the issuer be asked once in 30 s', async () => {
    advance(31_000);
    const before = issuer.requests();
    const [, body] = (await next()).split('.');
    for (let kid = 0; kid < 10; kid += 1) {
      const head = Buffer.from(JSON.stringify({ alg: 'RS256', kid: `../${kid}` })).toString('base64url');
      expect(typeOf(await answerTo(server, `${head}.${body}.AAAA`))).toBe('401 id_token_key_unknown');
    }
    expect(issuer.requests() - before).toBe(2);
    expect((await answerTo(server, await next())).status).toBe(200);
  });

  it('is accepted while the issuer is away for 30 s, for half an hour, and not for 2 h', async () => {
    issuer.goAway(true);
    for (const ms of [30_000, 30 * 60_000]) {
      advance(ms);
      expect((await answerTo(server, await next())).status).toBe(200);
    }
    advance(90 * 60_000);
    const answer = await answerTo(server, await next());
    expect(typeOf(answer)).toBe('503 issuer_unavailable');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    issuer.goAway(false);
    advance(31_000);
    expect((await answerTo(server, await next())).status).toBe(200);
  });

  it('is answered 503 while the issuer was never reached, counts as no failure, and is accepted later', async () => {
    const fresh = await opened(file());
    issuer.goAway(true);
    const remoteAddress = '192.0.2.9';
    const headers = { authorization: `Bearer ${fresh.seen.keep(await next())}` };
    for (let time = 0; time < 30; time += 1)
      expect((await fresh.send({ ...WHOAMI, headers, remoteAddress })).statusCode).toBe(503);
    issuer.goAway(false);
    advance(31_000);
    expect((await fresh.send({ ...WHOAMI, headers, remoteAddress })).statusCode).toBe(200);
  });
});

it('no answer, log line, event or list of all the above shows a secret', async () => {
  let [secrets, texts] = [0, 0];
  for (const server of servers) {
    const { shown, searched } = await secretsShown(server);
    expect(shown).toEqual([]);
    secrets += searched.secrets;
    texts += searched.texts;
  }
  expect(secrets).toBeGreaterThan(100);
  expect(texts).toBeGreaterThan(300);
});
