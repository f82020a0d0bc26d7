import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { saneRequestId } from '../../src/http/listen.ts';
import { call, get, newRun, post, slowTurns, testApp, testDeps } from '../helper.ts';

describe('every answer', () => {
  it('carries the id of its request: the one sent where it is sane, else a new one', async () => {
    const app = await testApp();
    const sent = await call(app, 200, { url: '/health', headers: { 'x-request-id': 'ci-job_42.a~b' } });
    expect(sent.headers['x-request-id']).toBe('ci-job_42.a~b');
    const made = await call(app, 404, { url: '/maestro/runs/x', headers: { 'x-request-id': 'a b"<script>' } });
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.json().instance).toBe(made.headers['x-request-id']);
  });

  it('takes as a request id only what is safe in a log, a header and a URI', () => {
    for (const sane of ['a', 'A-z_0.9~', 'x'.repeat(128)]) expect(saneRequestId(sane)).toBe(sane);
    for (const odd of ['', 'x'.repeat(129), 'a b', 'a\nb', 'ä', 'a/b', ['a', 'b'], undefined]) {
      expect(saneRequestId(odd)).toBeNull();
    }
  });

  it('is never kept by a cache and never guessed at by a browser', async () => {
    const app = await testApp();
    for (const url of [
      '/health',
      '/maestro/runs',
      '/maestro/runs/x',
      '/nowhere',
      '/openapi.json',
      '/maestro/runs/%ff',
    ]) {
      const { headers } = await app.inject(url);
      expect(headers, url).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(headers['x-request-id'], url).toBeDefined();
    }
  });

  it('to HEAD is that to GET without the body', async () => {
    const app = await testApp();
    const { id } = await newRun(app);
    for (const [url, status] of [
      [`/maestro/runs/${id}`, 200],
      ['/maestro/runs', 200],
      ['/maestro/runs/x', 404],
    ] as const) {
      const head = await call(app, status, { method: 'HEAD', url });
      expect(head.body).toBe('');
      expect(head.headers['content-type']).toBe((await call(app, status, { url })).headers['content-type']);
    }
  });
});

describe('an error that nobody foresaw', () => {
  it('answers 500 with a fixed text, and tells what happened in the log alone', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const storesFor = () => {
      throw new Error('password of the database: hunter2');
    };
    const app = await testApp(testDeps({ storesFor }), { log: { level: 'info', output: stream } });
    const response = await call(app, 500, { url: '/maestro/runs' });
    expect(response.json()).toEqual({
      type: 'urn:maestro:problem:internal_error',
      title: 'Internal error',
      status: 500,
      detail: 'Something went wrong; the log tells what',
      instance: response.headers['x-request-id'],
    });
    expect(lines.join('')).toContain('hunter2');
    expect(lines.join('')).toContain(response.headers['x-request-id']);
  });

  it('is also a row that does not fit its schema: it is never sent', async () => {
    const deps = testDeps();
    const stores = deps.storesFor({} as never);
    const app = await testApp({
      ...deps,
      storesFor: () => ({ ...stores, runs: { ...stores.runs, get: async () => ({ id: 7 }) as never } }),
    });
    expect(await get(app, '/maestro/runs/7', 500)).toMatchObject({ type: 'urn:maestro:problem:internal_error' });
  });

  it('is never a pass of the gate', async () => {
    const failing = [
      async () => {
        throw new Error('no connection');
      },
      async () => undefined as never,
      async () => ({}) as never,
      async () => ({ run: { id: 'x', status: 'succeeded' }, artifacts: null }) as never,
      () => new Promise<never>(() => {}),
    ];
    for (const snapshot of failing) {
      const deps = testDeps();
      const stores = deps.storesFor({} as never);
      const app = await testApp(
        { ...deps, storesFor: () => ({ ...stores, runs: { ...stores.runs, snapshot } }) },
        { handlerTimeoutMs: 50 },
      );
      for (const query of ['', '?enforce=true']) {
        const response = await app.inject(`/maestro/runs/x/release-gate${query}`);
        expect([500, 503]).toContain(response.statusCode);
        expect(response.json()).not.toHaveProperty('passed');
      }
    }
  });
});

describe('a handler that takes too long', () => {
  it('answers 503 with Retry-After', async () => {
    const deps = testDeps();
    const stores = deps.storesFor({} as never);
    const stuck = { ...stores, runs: { ...stores.runs, get: () => new Promise<never>(() => {}) } };
    const app = await testApp({ ...deps, storesFor: () => stuck }, { handlerTimeoutMs: 20 });
    const response = await call(app, 503, { url: '/maestro/runs/x' });
    expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:handler_timeout' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('a reader that is slower than a handler may be', () => {
  it('of a large file costs nothing but its own connection', async () => {
    const app = await testApp(testDeps(), { handlerTimeoutMs: 50 });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').pause();
    socket.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(8));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await app.inject('/health')).statusCode).toBe(200);
    socket.destroy();
    await app.close();
  });
});

describe('a file of the documentation that there is not', () => {
  it('is 404 by whatever path or precondition it is asked for', async () => {
    const app = await testApp();
    for (const path of ['%00', '/etc/passwd', '%2e%2e/%2e%2e/package.json', '%5c..%5c', 'x'.repeat(5_000)]) {
      const response = await app.inject(`/docs/static/${path}`);
      expect([400, 404], path).toContain(response.statusCode);
      expect(response.headers['content-type'], path).toContain('application/problem+json');
    }
    for (const headers of [
      { range: 'bytes=99999999-' },
      { 'if-match': '"x"' },
      { 'if-unmodified-since': 'Mon, 01 Jan 1990 00:00:00 GMT' },
    ]) {
      const { statusCode } = await app.inject({ url: '/docs/static/swagger-ui.css', headers });
      expect(statusCode, JSON.stringify(headers)).toBeLessThan(500);
    }
  });
});

it('the documentation shows no bar with the logo of another project', async () => {
  const app = await testApp();
  expect((await app.inject('/docs/')).body).toContain('./static/theme/no-bar.css');
  expect((await app.inject('/docs/static/theme/no-bar.css')).body).toContain('.topbar { display: none }');
  await app.close();
});

describe('a server under pressure', () => {
  it('answers 503 with Retry-After, readiness included, but for its health', async () => {
    const app = await testApp(testDeps(), { maxHeapUsedBytes: 1 });
    // The load is sampled; the first sample is taken within about a second.
    await expect.poll(async () => (await app.inject('/maestro/runs')).statusCode, { timeout: 10_000 }).toBe(503);
    const response = await call(app, 503, { url: '/maestro/runs' });
    expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:overloaded' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    await call(app, 503, { method: 'POST', url: '/maestro/runs', payload: { name: 'a', owner: 'b' } });
    await call(app, 200, { url: '/health' });
    await call(app, 503, { url: '/ready' });
    await app.close();
  });

  it('answers 503 while the turns of its loop take longer than the limit, and then no more', async () => {
    const app = await testApp(testDeps(), { maxEventLoopDelayMs: 200 });
    await slowTurns(300, 4);
    const response = await call(app, 503, { url: '/maestro/runs' });
    expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:overloaded' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    await call(app, 200, { url: '/health' });
    await expect.poll(async () => (await app.inject('/maestro/runs')).statusCode).toBe(200);
    await app.close();
  });

  it('answers while they take less, though one takes longer than its load is measured', async () => {
    const app = await testApp();
    await slowTurns(300, 4);
    await call(app, 200, { url: '/maestro/runs' });
    await app.close();
  });
});

describe('the log', () => {
  it('has one line a request, with its id and without its query string, headers and body', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const app = await testApp(testDeps(), { log: { level: 'info', output: stream } });
    const payload = { name: 'secret-name', owner: 'x' };
    const headers = { authorization: 'Bearer secret-token', 'x-request-id': 'job-1' };
    await call(app, 201, { method: 'POST', url: '/maestro/runs', payload, headers });
    await call(app, 200, { url: '/maestro/runs?owner=secret-owner' });
    expect(lines).toHaveLength(2);
    const [first, second] = lines.map((line) => JSON.parse(line));
    const common = {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      ms: expect.any(Number),
      msg: 'request',
      path: '/maestro/runs',
    };
    expect(first).toEqual({ ...common, id: 'job-1', method: 'POST', status: 201 });
    expect(second).toEqual({ ...common, id: expect.any(String), method: 'GET', status: 200 });
    expect(lines.join('')).not.toContain('secret');
  });

  it('has the code of the problem in the line of each refusal, whichever layer refused', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const app = await testApp(testDeps(), { log: { level: 'info', output: stream } });
    const { id } = await newRun(app);
    const headers = { 'content-type': 'application/json' };
    for (const [code, options] of [
      ['run_not_found', { url: '/maestro/runs/x' }],
      ['route_not_found', { url: '/x' }],
      ['method_not_allowed', { method: 'DELETE', url: '/maestro/runs' }],
      ['malformed_request', { url: '/maestro/runs/%ff' }],
      ['malformed_json', { method: 'POST', url: '/maestro/runs', headers, payload: '{' }],
      ['validation_failed', { url: '/maestro/runs?x=1' }],
      ['release_blocked', { url: `/maestro/runs/${id}/release-gate?enforce=true` }],
    ] as const) {
      lines.length = 0;
      await app.inject(options);
      expect(
        lines.map((line) => JSON.parse(line).code),
        options.url,
      ).toEqual([code]);
    }
    lines.length = 0;
    await app.inject(`/maestro/runs/${id}/release-gate`);
    expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('code');
  });

  it('has the word of the level and the time in ISO 8601 in every other line, too', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const app = await testApp(testDeps({ readiness: () => 'starting' }), { log: { level: 'warn', output: stream } });
    await call(app, 503, { url: '/ready' });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        id: expect.any(String),
        reason: 'The server is starting',
        msg: 'not_ready',
      },
    ]);
  });

  it('has no stack of what is foreseen, such as a full disk', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const full = new MaestroError('content_store_full', 'The place for content is full');
    const deps = testDeps();
    deps.blobs.storeFor = () => {
      throw full;
    };
    const app = await testApp(deps, { log: { level: 'warn', output: stream } });
    const { id: run_id } = await post(app, '/maestro/runs', { name: 'build', owner: 'team' });
    const { id } = await post(app, '/maestro/artifacts', { run_id, kind: 'sbom', path_or_uri: 'sbom.json' });
    await call(app, 507, { method: 'PUT', url: `/maestro/artifacts/${id}/content`, payload: 'x' });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'warn', reason: full.message, msg: 'content_store_full' },
    ]);
    expect(lines[0]).not.toContain('stack');
  });

  it('has no line a request at the level warn', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const app = await testApp(testDeps(), { log: { level: 'warn', output: stream } });
    await call(app, 200, { url: '/maestro/runs' });
    expect(lines).toEqual([]);
  });
});

describe('the documentation', () => {
  it('is served at /docs with a policy that lets no foreign script in', async () => {
    const app = await testApp();
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['x-frame-options']).toBe('SAMEORIGIN');
    const document = (await app.inject('/openapi.json')).json();
    const { servers, ...rest } = (await app.inject('/docs/json')).json();
    expect({ ...rest, servers: document.servers }).toEqual(document);
    expect(servers).toMatchObject([{ url: '..' }]);
    expect((await app.inject('/docs/yaml')).body).toContain('openapi: 3.1.0');
  });
});
