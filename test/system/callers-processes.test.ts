// Callers of compiled servers: two of them on one PostgreSQL, one that is killed while it revokes, and those that are started by people who
// chose nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresServer } from '../postgres.ts';
import { start } from '../start/server-process.ts';
import { answerOver } from './known-callers.ts';
import { newServer, startMaestro, stopAll } from './processes.ts';

const ADMIN = 'a-secret-of-the-admin-0123456789abcdef';
const folder = mkdtempSync(join(tmpdir(), 'maestro-processes-'));
const ADMIN_TOKEN_FILE = fileWith('admin', `${ADMIN}\n`);

const secrets = new Set([ADMIN]);
let log = '';
const hear = (text: string) => {
  log += text;
};

afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

function fileWith(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}

type Made = { id: string; token: string };

async function ask(url: string, method: string, path: string, text: string, payload?: object) {
  const headers = {
    authorization: `Bearer ${text}`,
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const body = payload === undefined ? null : JSON.stringify(payload);
  const response = await fetch(`${url}${path}`, { method, headers, body });
  return { status: response.status, body: await response.text() };
}

async function newToken(url: string, roles: string[]): Promise<Made> {
  const { status, body } = await ask(url, 'POST', '/maestro/tokens', ADMIN, { name: 'test', roles });
  expect(status, body).toBe(201);
  const made = JSON.parse(body) as Made;
  secrets.add(made.token);
  return made;
}

const whoami = (url: string, text: string) => ask(url, 'GET', '/maestro/whoami', text);

describe('two servers on one database', () => {
  let database: PostgresServer;
  let servers: [Server, Server];
  type Server = Awaited<ReturnType<typeof startMaestro>>;
  beforeAll(async () => {
    database = await newServer();
    const environment = { AUTH: 'required', ADMIN_TOKEN_FILE };
    const first = await startMaestro(database.url, environment, hear);
    servers = [first, await startMaestro(database.url, environment, hear)];
  });

  it('both refuse a token 2 s after it was revoked, while 64 clients use it and another', async () => {
    const [one, other] = servers;
    const revoked = await newToken(one.url, ['reporter']);
    const kept = await newToken(other.url, ['reader']);
    const seen: { began: number; status: number; type: string; at: string; isKept: boolean }[] = [];
    let isOver = false;
    const client = async (index: number) => {
      const [url, isKept] = [servers[index % 2]?.url ?? '', index % 8 > 5];
      while (!isOver) {
        const began = performance.now();
        const { status, body } = await whoami(url, isKept ? kept.token : revoked.token);
        seen.push({ began, status, type: String(JSON.parse(body).type).split(':').at(-1) ?? '', at: url, isKept });
      }
    };
    const clients = Array.from({ length: 64 }, (_, index) => client(index));
    await expect.poll(() => seen.length, { timeout: 60_000 }).toBeGreaterThan(500);
    expect((await ask(one.url, 'DELETE', `/maestro/tokens/${revoked.id}`, ADMIN)).status).toBe(204);
    const answered = performance.now();
    const late = () => seen.filter(({ began, isKept }) => !isKept && began > answered + 2_000);
    for (const { url } of servers)
      await expect.poll(() => late().filter(({ at }) => at === url).length, { timeout: 60_000 }).toBeGreaterThan(200);
    isOver = true;
    await Promise.all(clients);
    // All clients have one address, whose failures are too many soon.
    expect(late().filter(({ status }) => ![401, 429].includes(status))).toEqual([]);
    expect(seen.filter(({ type, isKept }) => !isKept && type === 'token_revoked').length).toBeGreaterThan(0);
    for (const { url } of servers) {
      const early = seen.filter(({ began, isKept, at }) => !isKept && at === url && began < answered - 100);
      expect(early.length).toBeGreaterThan(50);
    }
    const others = seen.filter(({ isKept }) => isKept);
    expect(others.length).toBeGreaterThan(100);
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('both refuse a text that was rotated out within 2 s, and take the new one at once', async () => {
    const [one, other] = servers;
    const made = await newToken(one.url, ['reader']);
    for (const { url } of servers) expect((await whoami(url, made.token)).status).toBe(200);
    const { status, body } = await ask(one.url, 'POST', `/maestro/tokens/${made.id}/rotate`, ADMIN, {});
    expect(status).toBe(200);
    const { token } = JSON.parse(body) as Made;
    secrets.add(token);
    for (const { url } of [other, one]) expect((await whoami(url, token)).status).toBe(200);
    await sleep(2_000);
    for (const { url } of servers) expect([401, 429]).toContain((await whoami(url, made.token)).status);
  });

  it('one that is killed while it revokes has revoked the token with its event, or not at all', async () => {
    const [one, other] = servers;
    const client = new pg.Client(database.url);
    await client.connect();
    // The database ends first where the test fails.
    client.on('error', () => {});
    const stateOf = async ({ id, token }: Made) => {
      const { rows } = await client.query(
        `SELECT count(*)::int AS count FROM events WHERE body->>'type' = 'token.revoked' AND body::text LIKE $1`,
        [`%${id}%`],
      );
      const { revoked_at } = JSON.parse((await ask(other.url, 'GET', `/maestro/tokens/${id}`, ADMIN)).body);
      const { status } = await whoami(other.url, token);
      return { events: rows[0].count as number, isRevoked: revoked_at !== null, isTaken: status === 200 };
    };
    const whole = [
      { events: 0, isRevoked: false, isTaken: true },
      { events: 1, isRevoked: true, isTaken: false },
    ];
    const ends: string[] = [];
    const kill = async (made: Made, before: () => Promise<unknown>, after: () => Promise<unknown>) => {
      const answer = ask(one.url, 'DELETE', `/maestro/tokens/${made.id}`, ADMIN).then(
        ({ status }) => status,
        () => 0,
      );
      await before();
      const [, status] = await Promise.all([one.restart('SIGKILL'), answer]);
      await after();
      await one.untilReady();
      const state = await stateOf(made);
      expect(whole).toContainEqual(state);
      if (status !== 0) expect([status, state]).toEqual([204, whole[1]]);
      ends.push(`${status} ${state.isTaken}`);
      // What the killed server had not done, the next one does.
      expect((await ask(one.url, 'DELETE', `/maestro/tokens/${made.id}`, ADMIN)).status).toBe(204);
      await sleep(1_100);
      expect(await stateOf(made)).toEqual(whole[1]);
    };
    // While the revocation waits for the lock of the row.
    const locked = await newToken(one.url, ['reader']);
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM tokens WHERE id = $1 FOR UPDATE', [locked.id]);
    await kill(
      locked,
      () => sleep(300),
      () => client.query('COMMIT'),
    );
    // At any other moment.
    for (const ms of [0, 2, 4, 6, 8, 12, 20])
      await kill(
        await newToken(one.url, ['reader']),
        () => sleep(ms),
        async () => {},
      );
    expect(ends).toHaveLength(8);
    expect(ends[0]).toBe('0 true');
    await client.end();
  });
});

describe('the server that keeps everything in memory', () => {
  const environment = { AUTH: 'required', ADMIN_TOKEN_FILE };

  it('knows the secret of ADMIN_TOKEN_FILE, does not write the file, and forgets tokens when it stops', async () => {
    const first = start(environment);
    const url = await first.ready();
    expect(JSON.parse((await whoami(url, ADMIN)).body)).toMatchObject({
      roles: ['admin', 'operator'],
      tenant: 'default',
    });
    for (const wrong of [ADMIN.toUpperCase(), `${ADMIN}\n`.trim().slice(1), `${ADMIN}x`, ADMIN.slice(0, -1)])
      expect((await whoami(url, wrong)).status).toBe(401);
    const { token } = await newToken(url, ['reader']);
    expect((await whoami(url, token)).status).toBe(200);
    first.child.kill();
    await first.exited;
    const second = start(environment);
    const again = await second.ready();
    expect((await whoami(again, token)).body).toContain('token_unknown');
    expect((await whoami(again, ADMIN)).status).toBe(200);
    second.child.kill();
    await second.exited;
    hear(first.out.text + first.out.errors + second.out.text + second.out.errors);
  });

  it.each([
    ['a file that others can read', () => fileWith('open', ADMIN, 0o644)],
    ['a file that its group can read', () => fileWith('group', ADMIN, 0o640)],
    ['a short secret', () => fileWith('short', 'short-secret-of-31-characters-x')],
    ['two words', () => fileWith('words', `${ADMIN} ${ADMIN}`)],
    ['two lines', () => fileWith('lines', `${ADMIN}\n${ADMIN}\n`)],
    ['an empty file', () => fileWith('empty', '')],
    ['no file', () => join(folder, 'none')],
    ['a folder', () => folder],
  ])('does not start with %s, and says why in one line without the secret', async (_what, file) => {
    const line = await refusedStart({ AUTH: 'required', ADMIN_TOKEN_FILE: file() });
    expect(line).toContain('Bad configuration: ADMIN_TOKEN_FILE');
    expect(line).not.toMatch(/a-secret|short-secret/);
  });
});

/** What a server says that does not start: one line. */
async function refusedStart(environment: Record<string, string>): Promise<string> {
  const { child, out, exited } = start(environment);
  const limit = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const { code } = await exited;
  clearTimeout(limit);
  expect(code).toBe(1);
  expect(out.text).toBe('');
  expect(out.errors.trimEnd().split('\n')).toHaveLength(1);
  hear(out.errors);
  return out.errors;
}

describe('the server of someone who chose nothing', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'ci.example.com', '0', '::ffff:127.0.0.1', '127.0.0.1.example.com'])(
    'does not start on %s, and names both choices and the first command in one line',
    async (HOST) => {
      const line = await refusedStart({ HOST });
      expect(line).toMatch(
        /AUTH is not set, and other machines can reach .*AUTH=required.*node dist\/server.js token create --role admin.*AUTH=none/,
      );
    },
  );

  it.each(['none ', 'NONE', 'off', 'false', 'optional', '0'])('does not start with AUTH=%s', async (AUTH) => {
    for (const HOST of ['0.0.0.0', 'localhost'])
      expect(await refusedStart({ HOST, AUTH })).toContain('Bad configuration: AUTH must be none or required');
  });

  it('does not start where AUTH is required and nobody could sign in', async () => {
    expect(await refusedStart({ AUTH: 'required' })).toContain('nobody could sign in');
  });

  describe('on loopback', () => {
    let port = 0;
    // In each test: whatever still runs after one is killed.
    const open = async () => {
      const server = start({ PUBLIC_URL: 'https://ci.example.com/governance/', HOST: '127.0.0.1' });
      port = Number(new URL(await server.ready()).port);
    };

    const RUN = JSON.stringify({ name: 'n', owner: 'o' });
    const write = (head: string, version = '1.1') =>
      `POST /maestro/runs HTTP/${version}\r\n${head}\r\nContent-Type: application/json\r\nContent-Length: ${RUN.length}`;
    const send = (request: string) => answerOver(port, request, request.startsWith('POST') ? RUN : '');
    const local = () => `Host: localhost:${port}`;
    const runs = async () => (await (await fetch(`http://127.0.0.1:${port}/maestro/runs`)).json()) as unknown[];
    const passedOn = () => [
      ...['X-Forwarded-For: 203.0.113.1', 'x-forwarded-for:', 'X-FORWARDED-FOR: 127.0.0.1', 'X-Forwarded-Proto: https'],
      ...['X-Forwarded-Host: localhost', 'x-FoRwArDeD-pOrT: 1', 'X-Forwarded-Prefix: /', 'Forwarded: for=127.0.0.1'],
      ...['forwarded:', 'FORWARDED: by=x', 'Via: 1.1 proxy', 'VIA: 1.0 localhost', 'via:', 'X-Forwarded-Ssl: on'],
      ...['X-Forwarded-Server: a', 'X-Forwarded-User: admin', 'X-Forwarded-Client-Cert: x', 'X-Forwarded-Anything: x'],
    ];

    it('serves callers of this machine who come directly', async () => {
      await open();
      for (const [host, version] of [
        ...['localhost', `localhost:${port}`, '127.0.0.1', '[::1]', `LOCALHOST:${port}`].map((one) => [
          `Host: ${one}`,
          '1.1',
        ]),
        ['Accept: */*', '1.0'],
      ])
        expect(await send(`GET /maestro/runs HTTP/${version}\r\n${host}`), host).toContain(' 200 OK');
    });

    it('refuses what came through something, over HTTP/1.1 and 1.0, and writes nothing', async () => {
      await open();
      const before = await runs();
      let refused = 0;
      for (const header of passedOn())
        for (const head of [`${local()}\r\n${header}`, `${header}\r\n${local()}`])
          for (const version of ['1.1', '1.0'])
            for (const request of [write(head, version), `GET /maestro/whoami HTTP/${version}\r\n${head}`]) {
              const answer = await send(request);
              expect(answer, request).toContain(' 403 Forbidden');
              expect(answer, request).toContain('urn:maestro:problem:authentication_not_chosen');
              refused += 1;
            }
      // In HTTP/1.0 the Host may be missing.
      expect(await send(write('Via: 1.0 proxy', '1.0'))).toContain('authentication_not_chosen');
      expect(refused).toBe(passedOn().length * 8);
      expect(await runs()).toEqual(before);
    });

    it('refuses the Host of PUBLIC_URL, in each of its forms, and writes nothing', async () => {
      await open();
      const before = await runs();
      for (const host of [
        'ci.example.com',
        'CI.Example.COM',
        'ci.example.com:443',
        `ci.example.com:${port}`,
        'ci.example.com.',
      ])
        for (const version of ['1.1', '1.0'])
          for (const request of [write(`Host: ${host}`, version), `GET /maestro/runs HTTP/${version}\r\nHost: ${host}`])
            expect(await send(request), request).toMatch(/authentication_not_chosen|host_not_allowed/);
      expect(await runs()).toEqual(before);
    });

    it('refuses a target that names the host of PUBLIC_URL, whatever the Host says, and writes nothing', async () => {
      await open();
      const before = await runs();
      for (const version of ['1.1', '1.0']) {
        const target = `http://ci.example.com/maestro/runs`;
        expect(await send(`GET ${target} HTTP/${version}\r\n${local()}`)).toMatch(/ 403 Forbidden/);
        expect(await send(write(local(), version).replace('/maestro/runs', target))).toMatch(/ 403 Forbidden/);
      }
      expect(await runs()).toEqual(before);
    });

    it('serves what needs nobody all the same', async () => {
      await open();
      let served = 0;
      for (const path of ['/health', '/ready', '/version', '/openapi.json', '/docs', '/', '/maestro'])
        for (const head of [...passedOn().map((one) => `${local()}\r\n${one}`), 'Host: ci.example.com']) {
          const answer = await send(`GET ${path} HTTP/1.1\r\n${head}`);
          expect(answer, `${path} ${head}`).toMatch(/^HTTP\/1.1 (200|30[1278]) /);
          served += 1;
        }
      expect(served).toBe(7 * (passedOn().length + 1));
    });
  });
});

it('no log line of the above shows a secret', () => {
  expect(secrets.size).toBeGreaterThan(12);
  expect(log.split('\n').length).toBeGreaterThan(500);
  for (const secret of secrets)
    for (const part of [secret, secret.slice(36)]) if (part.length > 16) expect(log).not.toContain(part);
});
