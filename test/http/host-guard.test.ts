import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoopback } from '../../src/http/host-guard.ts';
import { readPublicUrl } from '../../src/http/public-url.ts';
import { type Api, call, testApp, testDeps } from '../helper.ts';

const publicUrl = readPublicUrl('https://CI.example.com:8443/governance');
const newLocal = () => testApp(testDeps(), { localOnly: () => true });
// Shared: no test writes to them, but the refused writes, after which each expects nothing.
const [local, reachable] = [newLocal(), testApp()];
const named = testApp(testDeps({ publicUrl }), { localOnly: () => true });
const READ = '/maestro/runs';

const LOCAL = [
  ...[
    'localhost',
    'LocalHost',
    'localhost:8001',
    'localhost.',
    'localhost.:1',
    'maestro.localhost',
    'a.b.localhost:80',
  ],
  ...['127.0.0.1', '127.0.0.1:8001', '127.8.9.10', '[::1]', '[::1]:8001', '[0:0:0:0:0:0:0:1]', '127.1'],
];
const FOREIGN = [
  ...[
    'evil.example',
    'evil.example:8001',
    'localhost.evil.example',
    'evil-localhost',
    'xlocalhost',
    '127.0.0.1.evil.example',
  ],
  ...[
    '127.0.0.1.nip.io',
    '0.0.0.0',
    '0.0.0.0:8001',
    '10.0.0.1',
    '128.0.0.1',
    '[::2]',
    '[::]',
    '[fe80::1]',
    '1.127.0.0.1.x',
  ],
  ...['ci.example.com', 'host.docker.internal', 'localhost.localdomain', 'localhost..'],
];
const MALFORMED = [
  ...['a b', 'localhost@evil.example', 'evil.example@localhost', 'localhost/x', 'localhost?x', 'localhost#x', 'a, b'],
  ...['localhost:x', 'localhost:99999', '[::1', '[::g]', ':8001', 'a\\b', 'localhost%00', 'http://localhost', 'é'],
];

describe('a server that only this machine reaches', () => {
  it.each(LOCAL)('answers to a name of this machine: %j', async (host) => {
    await call(await local, 200, { url: READ, headers: { host } });
  });

  it.each(FOREIGN)(
    'refuses every other Host, reads too, so that no name made to lead here reads it: %j',
    async (host) => {
      const app = await local;
      for (const url of [READ, '/', '/maestro', '/docs', '/docs/json', '/openapi.json', '/version', '/nowhere']) {
        const response = await app.inject({ url, headers: { host } });
        expect([response.statusCode, response.json().type], url).toEqual([403, 'urn:maestro:problem:host_not_allowed']);
      }
      await call(app, 403, { method: 'POST', url: READ, headers: { host }, payload: { name: 'n', owner: 'o' } });
      expect((await app.inject(READ)).json()).toEqual([]);
    },
  );

  it.each(LOCAL)('answers to the host of PUBLIC_URL on any port, and to its own names still: %j', async (host) => {
    const app = await named;
    for (const own of ['ci.example.com', 'CI.EXAMPLE.COM:8443', 'ci.example.com.:80', host]) {
      await call(app, 200, { url: READ, headers: { host: own } });
    }
    for (const foreign of ['example.com', 'x.ci.example.com', 'ci.example.com.evil.example']) {
      await call(app, 403, { url: READ, headers: { host: foreign } });
    }
  });

  it('answers probes whatever their Host', async () => {
    const app = await local;
    for (const url of ['/health', '/ready']) {
      for (const host of [...LOCAL, ...FOREIGN, ...MALFORMED.filter((one) => one !== 'é')]) {
        for (const method of ['GET', 'HEAD'] as const) await call(app, 200, { method, url, headers: { host } });
      }
    }
  });

  it('says in its refusal which setting adds a host', async () => {
    const { detail } = (await call(await local, 403, { url: READ, headers: { host: 'evil.example' } })).json();
    expect(detail).toContain("not to 'evil.example'; PUBLIC_URL adds one more host");
  });
});

describe('a server that others reach', () => {
  it.each([...LOCAL, ...FOREIGN])('answers to any Host: %j', async (host) => {
    await call(await reachable, 200, { url: READ, headers: { host } });
  });

  it.each(MALFORMED)('refuses with 400 what is no host and port: %j', async (host) => {
    for (const app of [await reachable, await local]) {
      const { type } = (await call(app, 400, { url: READ, headers: { host } })).json();
      expect(type).toBe('urn:maestro:problem:malformed_request');
    }
  });
});

describe('over a socket', () => {
  let app: Api;
  beforeAll(async () => {
    app = await newLocal();
    await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => app.close());

  async function ask(request: string): Promise<number> {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.write(`${request}\r\n\r\n`);
    await once(socket, 'close');
    return Number(answer.split(' ')[1]);
  }
  const CLOSE = '\r\nconnection: close';

  it.each([
    'localhost\r\nhost: localhost',
    'localhost\r\nHOST: evil.example',
    'evil.example\r\nX: y\r\nHoSt: localhost',
  ])('several Host headers are 400 on every path, alike or not: %j', async (hosts) => {
    for (const path of [READ, '/', '/health', '/ready', '/docs', '/nowhere', 'http://localhost/maestro/runs']) {
      for (const version of ['1.1', '1.0']) {
        expect(await ask(`GET ${path} HTTP/${version}\r\nhost: ${hosts}${CLOSE}`), `${path} ${version}`).toBe(400);
      }
    }
  });

  it('a request without Host is answered in HTTP/1.0, and to probes in HTTP/1.1', async () => {
    expect(await ask(`GET ${READ} HTTP/1.0${CLOSE}`)).toBe(200);
    expect(await ask(`GET ${READ} HTTP/1.1${CLOSE}`)).toBe(400);
    for (const path of ['/health', '/ready']) {
      for (const version of ['1.1', '1.0']) expect(await ask(`GET ${path} HTTP/${version}${CLOSE}`)).toBe(200);
    }
  });

  it('an empty Host is none of ours, and answered to probes', async () => {
    expect(await ask(`GET ${READ} HTTP/1.1\r\nhost:${CLOSE}`)).toBe(403);
    expect(await ask(`GET /health HTTP/1.1\r\nhost:${CLOSE}`)).toBe(200);
  });

  it('the host of a target that is a URL counts, and Host does not', async () => {
    expect(await ask(`GET http://localhost${READ} HTTP/1.1\r\nhost: localhost${CLOSE}`)).toBe(200);
    expect(await ask(`GET http://localhost${READ} HTTP/1.1\r\nhost: evil.example${CLOSE}`)).toBe(200);
    expect(await ask(`GET http://evil.example${READ} HTTP/1.1\r\nhost: localhost${CLOSE}`)).toBe(403);
    expect(await ask(`GET http://evil.example/ HTTP/1.1\r\nhost: localhost${CLOSE}`)).toBe(403);
    expect(await ask(`GET http://evil.example HTTP/1.1\r\nhost: localhost${CLOSE}`)).toBe(403);
    expect(await ask(`GET http://localhost@evil.example${READ} HTTP/1.1\r\nhost: localhost${CLOSE}`)).toBe(400);
    expect(await ask(`GET http://evil.example/health HTTP/1.1\r\nhost: localhost${CLOSE}`)).toBe(200);
  });

  it('a fragment, which no client should send, is not part of the path', async () => {
    for (const path of ['/health#x', '/health#', '/maestro/runs?limit=1#x', '/maestro/runs#?x=1', '/#x']) {
      expect(await ask(`GET ${path} HTTP/1.1\r\nhost: localhost${CLOSE}`), path).toBe(200);
    }
  });
});

it('an address of this machine alone is one of loopback', () => {
  const at = (address: string) => isLoopback({ address, family: 'IPv4', port: 1 });
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) expect(at(address), address).toBe(true);
  for (const address of ['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', '::2', 'fe80::1', '1.127.0.0.1'])
    expect(at(address), address).toBe(false);
  expect([isLoopback(null), isLoopback('/run/maestro.sock')]).toEqual([false, false]);
});
