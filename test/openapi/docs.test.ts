import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { docs } from '../../src/openapi/docs.ts';
import { testApp } from '../helper.ts';

describe('the routes of the documentation', () => {
  it('answer HEAD with the headers of GET, and no body', async () => {
    const app = await testApp();
    for (const url of ['/docs', '/docs/', '/docs/json', '/docs/yaml', '/docs/static/swagger-ui.css', '/openapi.json']) {
      const [get, head] = [await app.inject({ url }), await app.inject({ method: 'HEAD', url })];
      const { 'x-request-id': _own, date: _date, ...headers } = get.headers;
      expect([get.statusCode, head.statusCode, head.body], url).toEqual([200, 200, '']);
      expect(head.headers, url).toMatchObject(headers);
    }
    await app.close();
  });

  it('answer a part of a file, and nothing where the caller has it', async () => {
    const app = await testApp();
    const url = '/docs/static/swagger-ui.css';
    const whole = await app.inject(url);
    const part = await app.inject({ url, headers: { range: 'bytes=3-9' } });
    expect([part.statusCode, part.body]).toEqual([206, whole.body.slice(3, 10)]);
    const known = await app.inject({ url, headers: { 'if-none-match': String(whole.headers.etag) } });
    expect([known.statusCode, known.body]).toEqual([304, '']);
    await app.close();
  });

  it.each([
    '/docs/static/%2e%2e/json',
    '/docs/static/../json',
    '/docs/static/%2e%2e/%2e%2e/maestro/runs',
    '/docs/static/%2E%2E/yaml',
    '/docs/static/./swagger-ui.css',
  ])('lead nowhere by %s, though a URL parser would resolve it', async (path) => {
    const app = await testApp();
    await app.listen({ port: 0, host: '127.0.0.1' });
    // A client that sends the path as it is.
    const { port } = app.server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((resolve) => get({ host: '127.0.0.1', port, path }, resolve));
    answer.resume();
    const type = answer.headers['content-type'];
    expect([answer.statusCode, type]).toEqual([404, 'application/problem+json; charset=utf-8']);
    await app.close();
  });

  it('have an error of their own where the document cannot be made, and it is logged', async () => {
    const app = fastify();
    docs(app, { publicUrl: null, version: '1' });
    app.get('/broken', { schema: { querystring: { not: 'zod' } } }, async () => '');
    app.setValidatorCompiler(() => () => true);
    expect((await app.inject('/openapi.json')).statusCode).toBe(500);
    expect((await app.inject('/docs')).statusCode).toBe(500);
    await app.close();
  });
});
