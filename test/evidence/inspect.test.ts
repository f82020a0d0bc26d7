import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type FastifyRequest, fastify } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { inspection } from '../../src/evidence/inspect.ts';
import { PROBLEMS, refusalOf } from '../../src/http/problem.ts';
import { compilersFor } from '../../src/http/zod-compilers.ts';
import { ROW_SCHEMAS } from '../../src/start/app.ts';
import { type Api, call, type TestDeps, testApp, testDeps } from '../helper.ts';

const { serializerCompiler, validatorCompiler } = compilersFor(ROW_SCHEMAS);

let deps: TestDeps;
let app: Api;
beforeEach(async () => {
  deps = testDeps();
  app = await testApp(deps);
});

const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0', 'bom-ref': 'a' }],
};
const json = (value: object) => Buffer.from(JSON.stringify(value));

const URL_OF = '/maestro/evidence/inspect';

const inspect = async (payload: Buffer | string, status = 200, headers = {}) =>
  (await call(app, status, { method: 'POST', url: URL_OF, payload, headers })).json();

describe('a file that is inspected', () => {
  it('is told as content is, and nothing is stored', async () => {
    const report = await inspect(json(SBOM));
    expect(report).toMatchObject({ state: 'read', kind: 'sbom', valid: true, facts: { components: 1 } });
    const { events } = await deps.storesFor({} as FastifyRequest).events.after(null, 100);
    expect(events).toEqual([]);
  });

  it.each([
    ['empty', Buffer.alloc(0), 'opaque'],
    ['no text', Buffer.from([0, 1, 2, 255]), 'opaque'],
    ['broken JSON', Buffer.from('{"a":'), 'unreadable'],
    ['a bomb', gzipSync(Buffer.alloc(5_000_000)), 'unreadable'],
    ['compressed', gzipSync(json(SBOM)), 'read'],
  ])('answers 200 where it is %s', async (_what, bytes, state) => {
    expect((await inspect(bytes)).state).toBe(state);
  });

  it('is taken under any media type, but not encoded, and not too large', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json'])
      expect((await inspect(json(SBOM), 200, { 'content-type': type })).kind).toBe('sbom');
    await inspect(gzipSync(json(SBOM)), 415, { 'content-encoding': 'gzip' });
    expect((await inspect(json(SBOM), 200, { 'content-encoding': 'Identity' })).kind).toBe('sbom');
    await inspect(Buffer.alloc(deps.evidence.limits.maxBytes + 1), 413);
  });

  it('is not a form of several parts, as curl -F sends', async () => {
    for (const type of ['multipart/form-data; boundary=x', 'Multipart/Mixed; boundary="x"']) {
      const refusal = await inspect(json(SBOM), 415, { 'content-type': type });
      expect(refusal).toMatchObject({
        detail: expect.stringContaining('curl --data-binary @FILE'),
        errors: [{ in: 'header', pointer: '/content-type' }],
      });
    }
  });

  it('waits for no other: where four are looked at, more are refused for now', async () => {
    const slow = testDeps();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { read } = slow.evidence;
    slow.evidence.read = (...all) => held.then(() => read(...all));
    app = await testApp(slow);
    const first = Array.from({ length: 4 }, () => inspect(json(SBOM)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await inspect(json(SBOM), 503)).toMatchObject({ type: 'urn:maestro:problem:overloaded' });
    release();
    await Promise.all(first);
    await inspect(json(SBOM));
  });

  it('has its place until it was read, whether its caller still waits or not', async () => {
    const slow = testDeps();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { read } = slow.evidence;
    let begun = 0;
    slow.evidence.read = (...all) => {
      begun += 1;
      return held.then(() => read(...all));
    };
    app = await testApp(slow);
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/maestro/evidence/inspect`;
    const abort = new AbortController();
    const gone = Array.from({ length: 4 }, () => fetch(url, { method: 'POST', body: '{}', signal: abort.signal }));
    await expect.poll(() => begun).toBe(4);
    abort.abort();
    await Promise.allSettled(gone);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const later = inspect(json(SBOM), 503);
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    expect(await later).toMatchObject({ type: 'urn:maestro:problem:overloaded' });
    const again = () => app.inject({ method: 'POST', url: '/maestro/evidence/inspect', payload: '{}' });
    await expect.poll(async () => (await again()).statusCode).toBe(200);
    await app.close();
  });

  it('waits for no slow sender: however many are sending, others are looked at', async () => {
    const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    const head = `POST ${URL_OF} HTTP/1.1\r\nhost: a\r\ncontent-length: 30000000\r\n\r\n`;
    const sockets = Array.from({ length: 12 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
    for (const socket of sockets)
      await new Promise<void>((resolve) => socket.write(head + 'x'.repeat(100_000), () => resolve()));
    for (let count = 0; count < 20; count += 1) {
      for (const socket of sockets) socket.write('x');
      expect((await inspect(json(SBOM))).state).toBe('read');
    }
    for (const socket of sockets) socket.destroy();
    await app.close();
  });

  it('is refused where it stops arriving, which ends its connection', async () => {
    const server = fastify();
    server.setValidatorCompiler(validatorCompiler);
    server.setSerializerCompiler(serializerCompiler);
    server.setErrorHandler((error, _request, reply) => reply.code(PROBLEMS[refusalOf(error).code].status).send());
    await server.register(inspection(deps, { idleMs: 50, maxMs: 60_000 }));
    const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /evidence/inspect HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{');
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/connection: close/i);
    await server.close();
  });

  it('is answered 503 where it is not read in time, or cannot be read now: that is no verdict', async () => {
    const slow = testDeps();
    slow.evidence.read = (_bytes, _at, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const server = fastify();
    server.setValidatorCompiler(validatorCompiler);
    server.setSerializerCompiler(serializerCompiler);
    const refused: unknown[] = [];
    server.setErrorHandler((error, _request, reply) => {
      refused.push(error);
      return reply.code(PROBLEMS[refusalOf(error).code].status).send();
    });
    await server.register(inspection(slow, { idleMs: 60_000, maxMs: 50 }));
    const send = () => server.inject({ method: 'POST', url: '/evidence/inspect', payload: '{}' });
    expect((await send()).statusCode).toBe(503);
    slow.evidence.read = () => Promise.reject(new MaestroError('overloaded', 'No reader could be started; try again'));
    expect((await send()).statusCode).toBe(503);
    expect(refused).toMatchObject([
      { code: 'handler_timeout', message: expect.stringContaining('send it as the content of an artifact') },
      { code: 'overloaded', message: 'No reader could be started; try again' },
    ]);
    await server.close();
  });

  it('is no longer read where its caller hangs up', async () => {
    const slow = testDeps();
    const ended: unknown[] = [];
    slow.evidence.read = (_bytes, _at, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(signal.reason);
          reject(signal.reason);
        });
        begun();
      });
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    app = await testApp(slow);
    const abort = new AbortController();
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}${URL_OF}`;
    const gone = fetch(url, { method: 'POST', body: '{}', signal: abort.signal }).catch(() => {});
    await hasBegun;
    abort.abort();
    await gone;
    await expect.poll(() => ended).toMatchObject([{ code: 'malformed_request' }]);
    await app.close();
  });
});
