// API tokens as attackers send them, tokens that would allow more than those who make them, and sign-ins that fail again and again.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROLES } from '../../src/auth/role.ts';
import { tokenText } from '../../src/auth/token-text.ts';
import { CLAIMS, idToken, keySet, NOW, newSigningKey } from '../auth/id-tokens.ts';
import { secretOf } from '../auth/tokens.ts';
import {
  ADMIN_SECRET,
  advance,
  everythingOf,
  type KnownCallers,
  newAddress,
  openKnownCallers,
  secretsShown,
  statusOver,
} from './known-callers.ts';

const WHOAMI = { url: '/maestro/whoami' };
const KEY = newSigningKey('ec-1');
const GRANTED = { repository: 'acme/payment-api', ref: 'refs/heads/main' };
const GRANT = {
  name: 'g',
  issuer: 'ci',
  claims: GRANTED,
  tenant: 'default',
  roles: ['admin'],
  owners: ['team-a', 'lib-*'],
};
const AUTH_FILE = {
  version: 1,
  issuers: [{ name: 'ci', issuer: CLAIMS.iss, audience: CLAIMS.aud, jwks: keySet(KEY) }],
  grants: [GRANT],
};
const TRUSTED_PROXIES = '192.0.2.1, 198.51.100.0/24, 2001:db8:1::/48';

let server: KnownCallers;
beforeAll(async () => {
  vi.setSystemTime(NOW);
  server = await openKnownCallers({ authFile: AUTH_FILE, env: { TRUSTED_PROXIES } });
});
afterAll(async () => {
  vi.useRealTimers();
  await server.close();
});

const codeOf = ({ statusCode, body }: { statusCode: number; body: string }) =>
  `${statusCode} ${String(JSON.parse(body).type).split(':').at(-1)}`;
const swapCase = (text: string) =>
  text.replaceAll(/[a-z]/gi, (one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()));

describe('the text of a token', () => {
  it('is refused with every character changed, as mistyped, without a look-up', async () => {
    const { token, id } = await server.newToken({ roles: ['reader'] });
    const { signIn } = server.stores.instance;
    const look = vi.spyOn(signIn, 'token');
    let refused = 0;
    for (let at = 4; at < token.length; at += 1) {
      const other = token.charAt(at) === '0' ? '1' : '0';
      const text = token.slice(0, at) + other + token.slice(at + 1);
      expect(codeOf(await server.as(text, WHOAMI)), text).toBe('401 token_mistyped');
      refused += 1;
    }
    expect(refused).toBe(81);
    expect(look).not.toHaveBeenCalled();
    expect((await server.as(token, WHOAMI)).json().actor.id).toBe(id);
    expect(look).toHaveBeenCalledTimes(1);
    look.mockRestore();
  });

  it('is refused cut off anywhere, longer, in another case, and with other letters before it', async () => {
    const { token } = await server.newToken({ roles: ['admin'] });
    const texts = [
      ...Array.from({ length: token.length - 1 }, (_, at) => token.slice(0, at + 1)),
      ...[`${token}0`, `${token}${token}`, token.toUpperCase(), token.toLowerCase(), swapCase(token), `x${token}`],
      ...[`MST_${token.slice(4)}`, token.slice(4), [...token].reverse().join(''), `%6d${token.slice(1)}`],
    ];
    for (const text of texts)
      expect(['401 token_mistyped', '401 token_unknown'], text).toContain(codeOf(await server.as(text, WHOAMI)));
    expect(texts).toHaveLength(94);
  });

  it('is answered in the same way for an unknown id and for a wrong secret', async () => {
    const { id } = await server.newToken({ roles: ['admin'] });
    const texts = [tokenText(id, secretOf(9)), tokenText('0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f', secretOf(9))];
    const answers = await Promise.all(texts.map((text) => server.as(text, WHOAMI)));
    const [one, other] = answers.map(({ statusCode, headers, json }) => {
      const { instance: _, ...body } = json();
      return { statusCode, challenge: headers['www-authenticate'], body };
    });
    expect(one).toEqual(other);
    expect(one?.body.type).toBe('urn:maestro:problem:token_unknown');
    await server.revoke(id);
    // Whoever lacks the secret learns nothing of the token's state either.
    expect(codeOf(await server.as(tokenText(id, secretOf(9)), WHOAMI))).toBe('401 token_unknown');
  });

  it('is refused over a socket twice, with blanks, and in other headers', async () => {
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.app.server.address() as AddressInfo;
    const { token } = await server.newToken({ roles: ['admin'] });
    const { token: other } = await server.newToken({ roles: ['reader'] });
    for (const line of [
      `Authorization: Bearer ${token}`,
      `AUTHORIZATION:bearer ${token}  `,
      `authorization: BEARER ${token}`,
    ])
      expect(await statusOver(port, line), line).toBe(200);
    const odd = [
      `Authorization: Bearer ${token}\r\nAuthorization: Bearer ${token}`,
      `Authorization: Bearer ${token}\r\naUTHORIZATION: Bearer ${other}`,
      `Authorization:\r\nAuthorization: Bearer ${token}`,
      `Authorization: Bearer ${token}\r\nAuthorization:`,
      ...[
        `Bearer  ${token}`,
        `Bearer\t${token}`,
        `${token}`,
        `Bearer${token}`,
        `Bearer ${token} ${other}`,
        `Basic ${token}`,
      ].map((value) => `Authorization: ${value}`),
      ...[`Bearer ${token.slice(0, 40)} ${token.slice(40)}`, `Bearer "${token}"`, `Bearer ${token},`, ''].map(
        (value) => `Authorization: ${value}`,
      ),
      ...['Proxy-Authorization', 'X-Authorization', 'X-Api-Key', 'Authorization-', 'X-Forwarded-Authorization'].map(
        (name) => `${name}: Bearer ${token}`,
      ),
      `Cookie: token=${token}; authorization=Bearer ${token}`,
    ];
    for (const line of odd) expect(await statusOver(port, line), line).toBe(401);
    expect(odd).toHaveLength(20);
  });

  it('is refused in the query of every method, and is not logged', async () => {
    const { token } = await server.newToken({ roles: ['admin'] });
    for (const name of ['access_token', 'token', 'authorization', 'api_key', token]) {
      const query = `${name}=${token}`;
      for (const method of ['GET', 'POST', 'HEAD'] as const) {
        const url = `/maestro/runs?${query}`;
        const payload = { name: 'n', owner: 'o' };
        const request = { method, url, ...(method === 'POST' ? { payload } : {}) };
        expect((await server.send(request)).statusCode).toBe(401);
        const known = await server.app.inject({ ...request, headers: { authorization: `Bearer ${ADMIN_SECRET}` } });
        expect(known.statusCode, name).toBe(422);
        // The name of a parameter is repeated to its caller, its value is not.
        if (name !== token) expect(known.body).not.toContain(token);
      }
      expect((await server.send({ url: `/no-such-route?${query}` })).statusCode).toBe(404);
      expect((await server.send({ url: `/health?${query}` })).statusCode).toBe(422);
    }
    expect(server.seen.texts.filter((text) => text.includes(token) && text.includes('"level"'))).toEqual([]);
    // Said once, to the caller who sent it as the name of a parameter.
    server.seen.texts.splice(0, server.seen.texts.length, ...server.seen.texts.filter((text) => !text.includes(token)));
  });

  it('counts as long as its grace lasts after a rotation, and no longer, and only the last one', async () => {
    const first = await server.newToken({ roles: ['reader'] });
    const second = await server.rotate(first.id, { grace_seconds: 60 });
    for (const { token } of [first, second]) expect((await server.as(token, WHOAMI)).statusCode).toBe(200);
    advance(59_000);
    expect((await server.as(first.token, WHOAMI)).statusCode).toBe(200);
    advance(1_000);
    expect(codeOf(await server.as(first.token, WHOAMI))).toBe('401 token_revoked');
    const third = await server.rotate(first.id, { grace_seconds: 60 });
    // By a row that was read a moment ago, it is still the text before.
    expect(codeOf(await server.as(first.token, WHOAMI))).toMatch(/^401 token_(?:unknown|revoked)$/);
    await server.revoke(first.id);
    advance(1_000);
    expect(codeOf(await server.as(third.token, WHOAMI))).toBe('401 token_revoked');
    // Revoking ends the grace of the former text, too.
    expect(codeOf(await server.as(second.token, WHOAMI))).toBe('401 token_unknown');
    const again = { method: 'POST', url: `/maestro/tokens/${first.id}/rotate`, payload: {} } as const;
    expect(codeOf(await server.as(ADMIN_SECRET, again))).toBe('409 token_inactive');
  });
});

describe('nobody grants more than they have', () => {
  const create = (text: string, payload: object) =>
    server.as(text, { method: 'POST', url: '/maestro/tokens', payload: { name: 'escalated', ...payload } });
  const rotate = (text: string, id: string) =>
    server.as(text, { method: 'POST', url: `/maestro/tokens/${id}/rotate`, payload: {} });
  const WIDER = [
    null,
    ...[
      '*',
      'team-*',
      'team-b',
      'TEAM-A',
      'team-a ',
      ' team-a',
      'te*m-a',
      'team-a*',
      '*team-a',
      'lib-*/*',
      'lib-',
      'lib-a/b',
    ].map((one) => [one]),
    ['team-a', 'team-b'],
    ['lib-*', '*'],
  ];

  it('by creating a token of a role they lack', async () => {
    const before = await everythingOf(server);
    const { token } = await server.newToken({ roles: ['admin'] });
    const made = await everythingOf(server);
    expect(codeOf(await create(token, { roles: ['operator'] }))).toBe('403 role_not_granted');
    expect(codeOf(await create(token, { roles: ['reader', 'operator'] }))).toBe('403 role_not_granted');
    for (const role of ROLES.filter((one) => one !== 'admin')) {
      const lesser = await server.newToken({ roles: [role] });
      for (const wanted of ROLES)
        expect(codeOf(await create(lesser.token, { roles: [wanted] }))).toBe('403 permission_missing');
      expect(codeOf(await rotate(lesser.token, lesser.id))).toBe('403 permission_missing');
    }
    const after = await everythingOf(server);
    expect((after[0]?.tokens.length ?? 0) - (made[0]?.tokens.length ?? 0)).toBe(3);
    expect((made[0]?.tokens.length ?? 0) - (before[0]?.tokens.length ?? 0)).toBe(1);
  });

  it.each(['a token', 'a grant'])('by creating a token of owners they lack, bounded by %s', async (by) => {
    const text =
      by === 'a grant'
        ? idToken(KEY, GRANTED)
        : (await server.newToken({ roles: ['admin'], owners: GRANT.owners })).token;
    const before = await everythingOf(server);
    for (const owners of WIDER)
      expect(codeOf(await create(text, { roles: ['reporter'], owners })), String(owners)).toBe('403 owner_not_granted');
    expect(codeOf(await create(text, { roles: ['reporter'] }))).toBe('403 owner_not_granted');
    for (const owners of [[], [''], ['a*b*c'], ['team-a', 'team-a']])
      expect(codeOf(await create(text, { roles: ['reporter'], owners })), String(owners)).toBe('422 validation_failed');
    expect(await everythingOf(server)).toEqual(before);
    for (const owners of [['team-a'], ['lib-*'], ['lib-x'], ['team-a', 'lib-y']])
      expect((await create(text, { roles: ['reporter'], owners })).statusCode, String(owners)).toBe(201);
  });

  it.each(['a token', 'a grant'])('by rotating a token that may do more, bounded by %s', async (by) => {
    const bounded = await server.newToken({ roles: ['admin'], owners: GRANT.owners });
    const text = by === 'a grant' ? idToken(KEY, { ...GRANTED, jti: by }) : bounded.token;
    const more = await Promise.all([
      ...WIDER.slice(0, 4).map((owners) => server.newToken({ roles: ['reader'], owners })),
      server.newToken({ roles: ['operator'], owners: ['team-a'] }),
    ]);
    const before = await everythingOf(server);
    for (const { id, token } of more) {
      expect(codeOf(await rotate(text, id))).toMatch(/^403 (owner|role)_not_granted$/);
      expect((await server.as(token, WHOAMI)).statusCode).toBe(200);
    }
    expect(await everythingOf(server)).toEqual(before);
    expect((await rotate(text, bounded.id)).statusCode).toBe(200);
  });

  it('by writing to a run of another owner with a token that they made', async () => {
    const admin = await server.newToken({ roles: ['admin'], owners: ['team-a'] });
    const made = (await create(admin.token, { roles: ['reporter'], owners: ['team-a'] })).json();
    const run = (owner: string) =>
      server.as(made.token, { method: 'POST', url: '/maestro/runs', payload: { name: 'n', owner } });
    expect((await run('team-a')).statusCode).toBe(201);
    expect(codeOf(await run('team-b'))).toBe('403 owner_not_granted');
  });
});

describe('sign-ins that fail', () => {
  const wrong = (remoteAddress: string, headers: Record<string, string> = {}, text = tokenText(UNKNOWN, secretOf(3))) =>
    server.send({
      ...WHOAMI,
      remoteAddress,
      headers: { authorization: `Bearer ${server.seen.keep(text)}`, ...headers },
    });
  const UNKNOWN = '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f';
  const exhaust = async (remoteAddress: string, headers: (at: number) => Record<string, string> = () => ({})) => {
    const codes: string[] = [];
    for (let at = 0; at < 25; at += 1) codes.push(codeOf(await wrong(remoteAddress, headers(at))));
    return codes;
  };
  const REFUSED = [...Array(20).fill('401 token_unknown'), ...Array(5).fill('429 too_many_sign_ins')];

  it('are 20 a minute for an address, then 429 with Retry-After, and a valid one is taken all the same', async () => {
    const remoteAddress = newAddress();
    expect(await exhaust(remoteAddress)).toEqual(REFUSED);
    const { headers, body } = await wrong(remoteAddress);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(headers['www-authenticate']).toBeUndefined();
    expect(body).toContain('too_many_sign_ins');
    const { token } = await server.newToken({ roles: ['reader'] });
    for (const text of [token, ADMIN_SECRET, idToken(KEY, { ...GRANTED, jti: 'valid' })]) {
      const known = { authorization: `Bearer ${server.seen.keep(text)}` };
      expect((await server.send({ ...WHOAMI, remoteAddress, headers: known })).statusCode).toBe(200);
    }
    // Nobody is refused for having no credential, or a valid one without a grant.
    expect((await server.send({ ...WHOAMI, remoteAddress })).statusCode).toBe(401);
    const without = idToken(KEY, { ...GRANTED, ref: 'x' });
    expect(codeOf(await wrong(remoteAddress, {}, without))).toBe('403 no_grant');
    expect((await wrong(newAddress())).statusCode).toBe(401);
    advance(60_000);
    expect((await wrong(remoteAddress)).statusCode).toBe(401);
  });

  it('count alike, whatever is wrong with the credential', async () => {
    const remoteAddress = newAddress();
    const { token, id } = await server.newToken({ roles: ['reader'] });
    await server.revoke(id);
    const texts = ['wrong', token, `${token}x`, 'a.b.c', idToken(KEY, { exp: 1 }), `${idToken(KEY)}x`, 'a b'];
    const codes: number[] = [];
    for (let at = 0; at < 21; at += 1)
      codes.push((await wrong(remoteAddress, {}, texts[at % texts.length])).statusCode);
    expect(codes).toEqual([...Array(20).fill(401), 429]);
  });

  it('count for the first 64 bits of an IPv6 address, and for an IPv4 address however it is written', async () => {
    const addresses = Array.from({ length: 25 }, (_, at) => `2001:db8:7:1::${at.toString(16)}`);
    let at = 0;
    const codes: string[] = [];
    for (const address of addresses) codes.push(codeOf(await wrong(address)));
    expect(codes).toEqual(REFUSED);
    expect((await wrong('2001:db8:7:2::1')).statusCode).toBe(401);
    for (; at < 20; at += 1) await wrong(at % 2 === 0 ? '203.0.113.77' : '::ffff:203.0.113.77');
    expect((await wrong('203.0.113.77')).statusCode).toBe(429);
  });

  it('count for the address that a trusted proxy names, and no prefix of it that the caller sent has an effect', async () => {
    const last = newAddress();
    const spoofed = ['1.1.1.1', '2001:db8:1::1', '192.0.2.1', '1.1.1.1, 2.2.2.2', '127.0.0.1', '::1', '0.0.0.0'];
    const headers = (at: number) => ({ 'x-forwarded-for': `${spoofed[at % spoofed.length]}, ${last}` });
    expect(await exhaust('192.0.2.1', headers)).toEqual(REFUSED);
    // Through two proxies, too, and not the address of the proxy itself.
    expect((await wrong('198.51.100.7', { 'x-forwarded-for': `5.5.5.5, ${last}, 192.0.2.1` })).statusCode).toBe(429);
    expect((await wrong('192.0.2.1', { 'x-forwarded-for': newAddress() })).statusCode).toBe(401);
    expect((await wrong('192.0.2.1')).statusCode).toBe(401);
  });

  it('count for the address that a trusted proxy names, though what the caller sent before it is no address', async () => {
    const last = newAddress();
    const spoofed = ['x', '', '"', 'unknown', '1.1.1.1:80', '[::1]', '256.0.0.1', ','];
    const headers = (at: number) => ({ 'x-forwarded-for': `${spoofed[at % spoofed.length]}, ${last}` });
    expect(await exhaust('192.0.2.1', headers)).toEqual(REFUSED);
  });

  it('count for the socket where no trusted proxy is, whatever the headers say', async () => {
    const headers = () => ({
      'x-forwarded-for': newAddress(),
      forwarded: `for=${newAddress()}`,
      'x-real-ip': newAddress(),
    });
    expect(await exhaust(newAddress(), headers)).toEqual(REFUSED);
  });

  it('count for the proxy where it names nobody', async () => {
    expect(await exhaust('198.51.100.9')).toEqual(REFUSED);
  });
});

it('no answer, log line, event or list of all the above shows a secret', async () => {
  const { shown, searched } = await secretsShown(server);
  expect(searched.secrets).toBeGreaterThan(200);
  expect(searched.texts).toBeGreaterThan(1_000);
  expect(shown).toEqual([]);
});
