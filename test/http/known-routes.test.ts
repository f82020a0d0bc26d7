import { describe, expect, it } from 'vitest';
import { call, get, testApp } from '../helper.ts';

describe('a request that no route takes', () => {
  it('is 405 with the methods that a known path takes', async () => {
    const app = await testApp();
    const allowed = {
      '/maestro/runs': 'GET, HEAD, POST',
      '/maestro/runs/x': 'GET, HEAD, PATCH',
      '/health': 'GET, HEAD',
    };
    for (const [url, allow] of Object.entries(allowed)) {
      for (const method of ['PUT', 'DELETE', 'OPTIONS'] as const) {
        const { headers, body } = await call(app, 405, { method, url: `${url}?x=1` });
        expect(headers.allow).toBe(allow);
        expect(JSON.parse(body).type).toBe('urn:maestro:problem:method_not_allowed');
      }
    }
  });

  it('is 405 however the path is spelt', async () => {
    const app = await testApp();
    for (const url of [
      '/maestro/%72uns',
      '/maestro/runs#x',
      'http://localhost:8001/maestro/runs',
      '/m%61estro/run%73?x=1',
    ])
      expect((await call(app, 405, { method: 'DELETE', url })).headers.allow, url).toBe('GET, HEAD, POST');
    expect((await call(app, 405, { method: 'PUT', url: '/maestro/runs/a%2Fb' })).headers.allow).toBe(
      'GET, HEAD, PATCH',
    );
    await call(app, 404, { method: 'PUT', url: '/maestro/runs/a/b' });
  });

  it('is 404 at an unknown path, whatever its method and body', async () => {
    const app = await testApp();
    for (const url of [
      '//',
      '/maestro/runs/',
      '/maestro/artifacts/',
      '/maestro/artifacts//content',
      '/maestro/runs//',
      '/maestro/runs/x/y',
      '/healthx',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE'] as const) {
        const headers = { 'content-type': 'text/plain' };
        const { type } = (await call(app, 404, { method, url, headers, payload: 'x' })).json();
        expect(type, `${method} ${url}`).toMatch(/urn:maestro:problem:route_not_found/);
      }
    }
  });
});

describe('a route that reads no query string', () => {
  it('refuses every parameter', async () => {
    const app = await testApp();
    for (const url of ['/health', '/ready', '/openapi.json', '/maestro/runs/x', '/maestro/runs/x/manifest']) {
      expect(await get(app, `${url}?t=1`, 422)).toMatchObject({ errors: [{ in: 'query', pointer: '/t' }] });
    }
  });
});
