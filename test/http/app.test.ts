import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { saneRequestId } from '../../src/http/http-server.ts';
import { call, newRun, post, testApp, testDeps } from '../helper.ts';

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
    const full = new MaestroError('content_store_full', 'The content store is full');
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
