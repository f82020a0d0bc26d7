// Callers that send all of a body before they read: whatever is refused, each of them reads why.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lingering } from '../../src/http/linger.ts';
import { listen } from '../../src/http/listen.ts';
import { type Api, newArtifact, newRun, testApp, testDeps } from '../helper.ts';

const MIB = 1024 * 1024;
const LIMITS = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 72_000,
  maxHeaderBytes: 4_096,
};
const LIMITED = { bytes: 64 * MIB, ms: 5_000, connections: 64 };

let app: Api;
let port: number;
let artifact: string;
let listening: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  const deps = testDeps();
  deps.blobs.limits = { ...deps.blobs.limits, maxBytes: MIB };
  deps.evidence.limits = { ...deps.evidence.limits, maxBytes: MIB };
  app = await testApp(deps, { http: LIMITS });
  artifact = (await newArtifact(app, (await newRun(app)).id, {})).id;
  listening = await listen(app as never, 'localhost', 0, LIMITS, testDeps());
  port = Number(new URL(listening.url).port);
});
afterAll(() => listening.close());

type Refused = { status: number; code: string; line: string; headers?: string };

const content = () => `/maestro/artifacts/${artifact}/content`;
const JSON_TYPE = 'content-type: application/json\r\n';

/** Everything that is refused before its body was read. The lines are made late, as the artifact has no id before. */
const REFUSED: Record<string, () => Refused> = {
  'an unknown path': () => ({ status: 404, code: 'route_not_found', line: 'POST /nowhere' }),
  'a method that the path does not take': () => ({
    status: 405,
    code: 'method_not_allowed',
    line: 'PUT /maestro/runs',
  }),
  'another media type': () => ({
    ...{ status: 415, code: 'unsupported_media_type', line: 'POST /maestro/runs' },
    headers: 'content-type: text/plain\r\n',
  }),
  'too large a body': () => ({ status: 413, code: 'body_too_large', line: 'POST /maestro/runs', headers: JSON_TYPE }),
  'too large content': () => ({ status: 413, code: 'body_too_large', line: `PUT ${content()}` }),
  'too large a file to inspect': () => ({
    ...{ status: 413, code: 'body_too_large', line: 'POST /maestro/evidence/inspect' },
  }),
  'a file to inspect that is encoded': () => ({
    ...{ status: 415, code: 'unsupported_media_type', line: 'POST /maestro/evidence/inspect' },
    headers: 'content-encoding: gzip\r\n',
  }),
  'a body where none is taken': () => ({
    ...{ status: 413, code: 'body_too_large', line: `POST /maestro/artifacts/${artifact}/evidence` },
  }),
  'an unknown artifact': () => ({
    ...{ status: 404, code: 'artifact_not_found', line: 'PUT /maestro/artifacts/none/content' },
  }),
  'a digest that cannot be read': () => ({
    ...{
      status: 422,
      code: 'validation_failed',
      line: `PUT ${content()}`,
      headers: 'repr-digest: sha-256=x\r\n',
    },
  }),
  'a path that is not UTF-8': () => ({ status: 400, code: 'malformed_request', line: 'POST /%ff' }),
  'a query that is not UTF-8': () => ({ status: 400, code: 'malformed_request', line: 'POST /maestro/runs?a=%ff' }),
  'an unknown expectation': () => ({
    ...{ status: 417, code: 'expectation_failed', line: 'POST /maestro/runs', headers: 'expect: magic\r\n' },
  }),
};

/** How a request may be framed. */
const FRAMES: Record<string, { version: string; headers: string; chunked: boolean }> = {
  'keep-alive': { version: '1.1', headers: '', chunked: false },
  'Connection: close': { version: '1.1', headers: 'connection: close\r\n', chunked: false },
  'HTTP/1.0': { version: '1.0', headers: '', chunked: false },
  'HTTP/1.0 with keep-alive': { version: '1.0', headers: 'connection: keep-alive\r\n', chunked: false },
  chunks: { version: '1.1', headers: '', chunked: true },
  'chunks and Connection: close': { version: '1.1', headers: 'connection: close\r\n', chunked: true },
};

const LARGE = 4 * MIB;

describe.each(['127.0.0.1', '::1'])('on %s', (host) => {
  describe.each(Object.entries(REFUSED))('%s is refused, and the caller reads it', (name, refused) => {
    it.each(Object.entries(FRAMES))('over %s', async (_frame, { version, headers, chunked }) => {
      // An expectation is one of HTTP/1.1 alone.
      if (name === 'an unknown expectation' && version === '1.0') return;
      const { status, code, line, headers: own = '' } = refused();
      const length = chunked ? 'transfer-encoding: chunked\r\n' : `content-length: ${LARGE}\r\n`;
      const socket = await open(port, host);
      const head = `${line} HTTP/${version}\r\nhost: x\r\n${own}${headers}${length}\r\n`;
      const text = await sendThenRead(socket, head, chunked ? chunks(LARGE) : Buffer.alloc(LARGE, 'x'));
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(text).toMatch(/^connection: close\r$/im);
      expect(text).toContain(`"urn:maestro:problem:${code}"`);
      if (status === 413) expect(text).toMatch(/ limit of (?:1024|1048576) bytes/);
    });
  });
});

describe('a request that is no HTTP', () => {
  it.each([
    ['two lengths', 400, `POST /maestro/runs HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n`],
    [
      'a broken chunk',
      400,
      `POST /maestro/runs HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    ],
    ['large headers', 431, `GET /health HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(5_000)}\r\n\r\n`],
  ])('for %s is answered %i, which its caller reads behind all that it sends', async (_what, status, head) => {
    const text = await sendThenRead(await open(port), head, Buffer.alloc(8 * MIB, 'x'));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('an answer that is owed', () => {
  it.each([
    ['Connection: close', 'connection: close\r\n'],
    ['a request that keeps the connection', ''],
  ])('is sent, whatever nonsense comes behind %s', async (_what, headers) => {
    const request = `GET /ready HTTP/1.1\r\nhost: x\r\n${headers}\r\n`;
    const text = await sendThenRead(await open(port), `${request}nonsense\r\n\r\n`, Buffer.alloc(MIB, 'x'));
    expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"ready"/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('says that the connection closes, when its body has come whole, too', async () => {
    const body = '{"name":"release 42","owner":"team-a"}';
    const request = `POST /maestro/runs HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: ${body.length}\r\n\r\n${body}`;
    const text = await sendThenRead(await open(port), `${request}nonsense\r\n\r\n`, Buffer.alloc(MIB, 'x'));
    expect(text).toMatch(/^HTTP\/1\.1 201 [\s\S]*\r\nconnection: close\r\n/i);
  });
});

describe('what comes behind a refusal', () => {
  const RUN = '{"name":"smuggled","owner":"team"}';
  const post = `POST /maestro/runs HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}content-length: ${RUN.length}\r\n\r\n${RUN}`;
  const smuggled = async () => (await app.inject('/maestro/runs?owner=team')).json();

  it.each([
    ['in the body itself', `POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: ${post.length}\r\n\r\n${post}`],
    ['after the body', `POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\nx${post}`],
    [
      'after a chunked body',
      `POST /nowhere HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n${post}`,
    ],
    [
      'in place of a body',
      `POST /nowhere HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n${post}`,
    ],
    [
      'after a refused expectation',
      `POST /nowhere HTTP/1.1\r\nhost: x\r\nexpect: magic\r\ncontent-length: 1\r\n\r\nx${post}`,
    ],
    ['after Connection: close', `GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n${post}`],
  ])('is not handled as a request: %s', async (_where, bytes) => {
    const text = await sendThenRead(await open(port), bytes, Buffer.alloc(0));
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(text).toMatch(/^connection: close\r$/im);
    expect(await smuggled()).toEqual([]);
  });

  it('is not handled when it comes later', async () => {
    const socket = await open(port);
    let text = '';
    socket.setEncoding('latin1').on('data', (part) => {
      text += part;
    });
    socket.write('POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n');
    await once(socket, 'end');
    socket.end(`x${post}`);
    await once(socket, 'close');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(await smuggled()).toEqual([]);
  });
});

describe('a connection', () => {
  const post = (headers: string, body: string) =>
    `POST /maestro/runs HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}${headers}content-length: ${body.length}\r\n\r\n`;

  it('is kept after a body that was read whole, refused or not', async () => {
    const socket = await open(port);
    for (const [body, status] of [
      ['{"name":"n","owner":"o"}', 201],
      ['{}', 422],
      ['{"name":"n","owner":"p"}', 201],
    ] as const) {
      socket.write(post('', body) + body);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(String(answer)).toMatch(
        new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\nconnection: keep-alive\\r\\n`, 'i'),
      );
    }
    socket.destroy();
  });

  it('of a caller that waits for 100 Continue gets it before a body that is taken, once', async () => {
    const socket = await open(port);
    const body = '{"name":"n","owner":"continued"}';
    socket.write(post('expect: 100-continue\r\n', body));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(String(second)).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  });

  it.each(Object.entries(REFUSED).filter(([name]) => name !== 'an unknown expectation'))(
    'of a caller that waits for 100 Continue gets the refusal at once instead: %s',
    async (_name, refused) => {
      const { status, line, headers = '' } = refused();
      const head = `${line} HTTP/1.1\r\nhost: x\r\n${headers}expect: 100-continue\r\ncontent-length: ${LARGE}\r\n\r\n`;
      // No body follows: a server that waited for one would answer 408.
      const text = await sendThenRead(await open(port), head, Buffer.alloc(0));
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(text).not.toContain('100 Continue');
    },
  );
});

describe('the limits of lingering', () => {
  const HEAD = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n';

  it('end a connection that goes on and on at the number of bytes', async () => {
    const { at, taken, close } = await refusing({ ...LIMITED, bytes: 4 * MIB });
    const socket = await open(at);
    socket.on('error', () => {}).resume();
    const chunk = Buffer.alloc(MIB / 4);
    const flood = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', flood).write(HEAD, flood);
    await closed(socket);
    expect(taken()).toBeGreaterThan(3 * MIB);
    expect(taken()).toBeLessThan(6 * MIB);
    close();
  });

  it.each([
    ['stalls', 60_000],
    ['trickles', 20],
  ])('end a connection that %s when the time is up', async (_what, everyMs) => {
    const { at, close, sockets } = await refusing({ ...LIMITED, ms: 500 });
    const socket = await open(at);
    socket.on('error', () => {}).resume();
    const trickle = setInterval(() => socket.write('x'), everyMs);
    const began = performance.now();
    socket.write(HEAD);
    await once(socket, 'end');
    expect([...sockets].map(({ destroyed }) => destroyed)).toEqual([false]);
    await expect.poll(() => [...sockets].map(({ destroyed }) => destroyed), { interval: 10 }).toEqual([true]);
    expect(performance.now() - began).toBeGreaterThan(400);
    clearInterval(trickle);
    socket.destroy();
    close();
  });

  it('let so many linger, answer the others, and close those at once', async () => {
    const { at, close, sockets } = await refusing({ ...LIMITED, connections: 3, ms: 2_000 });
    const answers: Promise<string>[] = [];
    for (let count = 0; count < 8; count += 1) {
      const socket = await open(at);
      answers.push(once(socket, 'data').then(([data]) => String(data)));
      socket.on('error', () => {});
      socket.write(HEAD);
    }
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await expect.poll(() => [...sockets].filter((socket) => !socket.destroyed).length, { interval: 5 }).toBe(3);
    await expect.poll(() => [...sockets].filter((socket) => !socket.destroyed).length).toBe(0);
    close();
  });

  it('give a place back as soon as a caller has closed', async () => {
    const { at, close } = await refusing({ ...LIMITED, connections: 1, ms: 60_000 });
    for (let count = 0; count < 20; count += 1) {
      const text = await sendThenRead(await open(at), HEAD, Buffer.alloc(2 * MIB));
      expect(text).toMatch(/^HTTP\/1\.1 413 /);
    }
    close();
  });
});

/** A server that refuses every request at once. */
async function refusing(limits: Parameters<typeof lingering>[0]) {
  const { watch } = lingering(limits);
  const sockets = new Set<Socket>();
  const server = createServer((request, response: ServerResponse) => {
    watch(request, response);
    response.writeHead(413, { 'content-length': 0 }).end();
  });
  server.on('connection', (socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const taken = () => [...sockets].reduce((sum, socket) => sum + socket.bytesRead, 0);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { at: (server.address() as AddressInfo).port, taken, close, sockets };
}

const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

async function open(to: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: to, host, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

const CHUNK = `10000\r\n${'x'.repeat(0x10000)}\r\n`;

const chunks = (bytes: number) => Buffer.from(`${CHUNK.repeat(bytes / 0x10000)}0\r\n\r\n`);

/** Sends all, then reads to the end, as clients do that cannot do both at once. Fails where the connection is reset. */
async function sendThenRead(socket: Socket, head: string, body: Buffer): Promise<string> {
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  socket.pause();
  await Promise.race([
    failed,
    new Promise((resolve) => socket.write(Buffer.concat([Buffer.from(head), body]), resolve)),
  ]);
  // Whatever the server does with its end shows by now.
  await new Promise((resolve) => setTimeout(resolve, 20));
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  socket.resume();
  await Promise.race([failed, once(socket, 'end')]);
  socket.end();
  return text;
}
