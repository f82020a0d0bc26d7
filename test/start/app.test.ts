import type { FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { PERMISSIONS } from '../../src/domain/permission.ts';
import { IDENTIFIED, NO_PERMISSION } from '../../src/http/route-permissions.ts';
import { buildApp } from '../../src/start/app.ts';
import { call, declaredRoutes, get, SETTINGS, testApp, testDeps } from '../helper.ts';

it('the application has every part: health, version, home, documentation and the routes of Maestro', async () => {
  const app = await testApp();
  await get(app, '/health');
  await get(app, '/ready');
  await get(app, '/version');
  expect(await get(app, '/maestro/runs')).toEqual([]);
  await get(app, '/maestro/trust');
  expect((await app.inject('/')).statusCode).toBe(200);
  const { paths } = (await app.inject('/openapi.json')).json();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/health', '/version', '/maestro/runs', '/maestro/trust']),
  );
  expect((await app.inject('/docs')).statusCode).toBe(200);
  await call(app, 404, { url: '/nothing' });
});

it('a route of a feature without a permission stops the start, before it listens', async () => {
  const forgetful = () => async (app: FastifyInstance) => {
    app.post('/forgotten', async () => ({}));
  };
  const app = await buildApp(testDeps(), [forgetful], SETTINGS);
  await expect(app.listen({ port: 0 })).rejects.toThrow('POST /maestro/forgotten (declares nothing)');
  expect(app.server.listening).toBe(false);
});

it('every permission is that of a route; only reads need one to read, and only writes one to write', async () => {
  const routes = await declaredRoutes();
  const used = new Set(routes.map(({ permission }) => permission));
  expect([...used].sort()).toEqual([...Object.keys(PERMISSIONS), NO_PERMISSION, IDENTIFIED].sort());
  for (const { method, url, permission } of routes) {
    const stores = !['GET', 'HEAD'].includes(method) && url !== '/maestro/evidence/inspect';
    if (permission !== NO_PERMISSION && permission !== IDENTIFIED)
      expect(permission, `${method} ${url}`).toMatch(stores ? /:write$/ : /:read$/);
  }
});

it('under /maestro every route needs a permission; above it are health, version and the like, which need none', async () => {
  const open = (await declaredRoutes()).filter(({ permission }) => permission === 'none').map(({ url }) => url);
  expect([...new Set(open)].sort()).toEqual(['/health', '/ready', '/version']);
});
