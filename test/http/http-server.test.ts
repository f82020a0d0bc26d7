import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { type Api, SETTINGS, testApp, testDeps } from '../helper.ts';
import { exchange, POST_RUN, RUN } from './raw-request.ts';

const LIMITS = { headersTimeoutMs: 300, requestTimeoutMs: 600, keepAliveTimeoutMs: 72_000, maxHeaderBytes: 4_096 };

let app: Api;
let port: number;
let listening: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  app = await testApp(testDeps(), { http: LIMITS });
  listening = await listen(app as never, 'localhost', 0, LIMITS, testDeps());
  port = Number(new URL(listening.url).port);
});
afterAll(() => listening.close());

// Both sockets are held to the same limits; each case runs on each.
describe.each(['127.0.0.1', '::1'])('the socket on %s', (host) => {
  const open = async (): Promise<Socket> => {
    const socket = connect(port, host);
    await once(socket, 'connect');
    return socket;
  };

  it('serves', async () => {
    const answer = await exchange(await open(), 'GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok', service: 'maestro' } });
  });

  it('answers 408 to a header section that arrives too slowly, drip by drip', async () => {
    const socket = await open();
    const drip = setInterval(() => socket.write('x-drip: 1\r\n'), 50);
    const answer = await exchange(socket, 'GET /health HTTP/1.1\r\nhost: x\r\n');
    clearInterval(drip);
    expect(answer).toMatchObject({ status: 408, body: { type: 'urn:maestro:problem:request_timeout' } });
  });

  it('answers 408 to a body that arrives too slowly, and writes nothing', async () => {
    const socket = await open();
    const drip = setInterval(() => socket.write(' '), 50);
    const slow = POST_RUN.replace(String(RUN.length), '5000');
    const answer = await exchange(socket, `${slow}\r\n${RUN.slice(0, 5)}`);
    clearInterval(drip);
    expect(answer).toMatchObject({ status: 408, body: { type: 'urn:maestro:problem:request_timeout' } });
    expect((await app.inject('/maestro/runs')).json()).toEqual([]);
  });

  it('answers 431 to a header section that is too large', async () => {
    const answer = await exchange(
      await open(),
      `GET /health HTTP/1.1\r\nhost: x\r\nx-huge: ${'x'.repeat(5_000)}\r\n\r\n`,
    );
    expect(answer).toMatchObject({ status: 431, body: { type: 'urn:maestro:problem:headers_too_large' } });
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['an unknown method', 'BREW /health HTTP/1.1\r\nhost: x\r\n\r\n'],
    [
      'two lengths that differ',
      'POST /maestro/runs HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
    ],
    [
      'a length and chunks',
      'POST /maestro/runs HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /maestro/runs HTTP/1.1\r\nconnection: close\r\n\r\n'],
    [
      'a broken chunk',
      'POST /maestro/runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    ],
  ])('answers 400 to %s', async (_what, request) => {
    const answer = await exchange(await open(), request);
    expect(answer).toMatchObject({ status: 400, body: { type: 'urn:maestro:problem:malformed_request' } });
    expect(answer.headers).toContain('content-type: application/problem+json');
  });

  it('answers 417 to an expectation that it does not know, and takes 100-continue', async () => {
    const odd = await exchange(await open(), `${POST_RUN}expect: magic\r\nconnection: close\r\n\r\n${RUN}`);
    expect(odd).toMatchObject({ status: 417, body: { type: 'urn:maestro:problem:expectation_failed' } });
    const socket = await open();
    const continued = await exchange(
      socket,
      `POST /maestro/runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n{}`,
    );
    expect(continued.raw).toContain('HTTP/1.1 100 Continue');
    expect(continued.raw).toContain('HTTP/1.1 422');
  });

  it('answers the requests of one connection in order, and closes at the first that is broken', async () => {
    const good = 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n';
    const { raw } = await exchange(await open(), `${good}${good}nonsense\r\n\r\n`);
    const statuses = [...raw.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    // The broken one may cut off what was still unsent, never overtake it.
    expect(['200,200,400', '200,200', '200', '']).toContain(statuses.join());
  });
});

describe('what is refused before it is a request', () => {
  it('has a line in the log, with the id of its answer', async () => {
    const lines: string[] = [];
    const output = { write: (line: string) => void lines.push(line) };
    const own = await testApp(testDeps(), { log: { level: 'info', output }, http: LIMITS });
    const { url, close } = await listen(own as never, 'localhost', 0, LIMITS, testDeps());
    const { port: at } = new URL(url);
    for (const [host, request, status] of [
      ['127.0.0.1', 'hello\r\n\r\n', 400],
      ['::1', `${POST_RUN}x-request-id: job-7\r\n\r\n{`, 408],
      ['::1', `${POST_RUN}x-request-id: job-8\r\nexpect: magic\r\nconnection: close\r\n\r\n${RUN}`, 417],
    ] as const) {
      const socket = connect(Number(at), host);
      const body = (await exchange(socket, request)).body as { instance: string };
      const logged = lines
        .map((line) => JSON.parse(line))
        .find(({ msg, id }) => msg === 'request' && id === body.instance);
      expect(logged).toMatchObject({
        level: 'info',
        status,
        code: expect.stringMatching(/^[a-z_]+$/),
        id: /id: (job-.)/.exec(request)?.[1] ?? expect.any(String),
      });
    }
    await close();
  });
});

describe('a caller that hangs up in the middle of its body', () => {
  it('has written nothing and is no error in the log', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const own = await testApp(testDeps(), { log: { level: 'info', output: stream } });
    const url = new URL((await listen(own as never, '127.0.0.1', 0, SETTINGS.http, testDeps())).url);
    const socket = connect(Number(url.port), url.hostname);
    const aborted = new Promise((resolve) => own.server.once('request', (request) => request.once('close', resolve)));
    socket.write(`${POST_RUN}\r\n${RUN.slice(0, 9)}`, () => setTimeout(() => socket.resetAndDestroy(), 50));
    await aborted;
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level !== 'info')).toEqual([]);
    expect((await own.inject('/maestro/runs')).json()).toEqual([]);
    await own.close();
  });
});

describe('a pipeline of requests', () => {
  it('is worked off one at a time: what is not read is not made', async () => {
    let asked = 0;
    const deps = testDeps();
    const stores = deps.storesFor({} as never);
    const list: typeof stores.runs.list = (...given) => {
      asked += 1;
      return stores.runs.list(...given);
    };
    const counting = { ...stores, runs: { ...stores.runs, list } };
    const own = await testApp({ ...deps, storesFor: () => counting });
    const payload = { name: 'n', owner: 'o', metadata: { fill: 'x'.repeat(60_000) } };
    for (let count = 0; count < 100; count += 1) await own.inject({ method: 'POST', url: '/maestro/runs', payload });
    const { url, close } = await listen(own as never, '127.0.0.1', 0, SETTINGS.http, testDeps());
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write('GET /maestro/runs HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(300));
    await expect.poll(() => asked).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    // 6 MB each: the socket's buffers take in an answer or a few, never 300.
    expect(asked).toBeLessThan(20);
    socket.destroy();
    await close();
  });

  it('is answered in whole and in order', async () => {
    const { raw } = await exchange(
      await (async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      })(),
      `${'GET /health HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50)}GET /ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );
    expect(raw.split('HTTP/1.1 200').length - 1).toBe(51);
    expect(raw).toMatch(
      /"durability":"forgets","content":"writable","trust_digest":"[0-9a-f]{64}","minimum_level":"asserted"\}$/,
    );
  });
});

describe('a write with nonsense behind it', () => {
  it('is never told that it failed when it did not', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const { raw } = await exchange(socket, `${POST_RUN}\r\n${RUN}nonsense\r\n\r\n`);
    expect(raw).not.toContain('HTTP/1.1 400');
  });
});

describe('the limits', () => {
  it('may be any that the configuration takes', async () => {
    for (const [headersTimeoutMs, requestTimeoutMs] of [
      [10_000, 5_000],
      [101, 30_000],
      [1_501, 1_501],
    ] as const) {
      const own = await testApp(testDeps(), { http: { ...LIMITS, headersTimeoutMs, requestTimeoutMs } });
      expect((await own.inject('/health')).statusCode).toBe(200);
    }
  });
});
