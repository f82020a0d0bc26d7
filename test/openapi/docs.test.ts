import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
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

  it('lead to the page without a query string from an empty one, too', async () => {
    const app = await testApp();
    await app.listen({ port: 0, host: '127.0.0.1' });
    // `app.inject` would leave out the question mark.
    for (const [path, location] of [
      ['/docs?', 'docs'],
      ['/docs/?', './'],
    ]) {
      const answer = await fetched(app, String(path));
      answer.resume();
      expect([answer.statusCode, answer.headers.location]).toEqual([302, location]);
    }
    await app.close();
  });

  it.runIf(existsSync('/proc/self/fd'))('close a file whose reader hangs up', async () => {
    const app = await testApp();
    await app.listen({ port: 0, host: '127.0.0.1' });
    for (let count = 0; count < 20; count += 1) {
      const answer = await fetched(app, '/docs/static/swagger-ui-bundle.js');
      answer.destroy();
    }
    await expect.poll(openBundles, { timeout: 30_000 }).toBe(0);
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
    const answer = await fetched(app, path);
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

function fetched(app: FastifyInstance, path: string): Promise<IncomingMessage> {
  const { port } = app.server.address() as AddressInfo;
  return new Promise((resolve) => get({ host: '127.0.0.1', port, path }, resolve));
}

/** How many times this process has the bundle open, as Linux lists it. */
function openBundles(): number {
  const opened = readdirSync('/proc/self/fd').filter((one) => {
    try {
      return readlinkSync(`/proc/self/fd/${one}`).endsWith('swagger-ui-bundle.js');
    } catch {
      return false;
    }
  });
  return opened.length;
}
