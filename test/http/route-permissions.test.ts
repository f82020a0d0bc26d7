import { type FastifyInstance, fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { declarePermission, requirePermissions } from '../../src/http/route-permissions.ts';

const answer = async () => 'here';

/** An application that requires a permission of each route that `routes` adds. */
async function appWith(routes: (app: FastifyInstance) => Promise<void> | void): Promise<FastifyInstance> {
  const app = fastify();
  requirePermissions(app, ['things:read', 'things:write']);
  await app.register(async (inner) => routes(inner), { prefix: '/things' });
  return app;
}

describe('a route', () => {
  it('that declares a permission, that callers must be known or that it needs none is served', async () => {
    const app = await appWith((inner) => {
      inner.get('/', { config: { permission: 'things:read' } }, answer);
      inner.put('/:id', { config: { permission: 'things:write' } }, answer);
      inner.get('/open', { config: { permission: 'none' } }, answer);
      inner.get('/me', { config: { permission: 'identified' } }, answer);
    });
    for (const url of ['/things', '/things/', '/things/open', '/things/me'])
      expect((await app.inject(url)).body).toBe('here');
  });

  it('without a declaration stops the start, which names it and the HEAD route that comes with it', async () => {
    const app = await appWith((inner) => {
      inner.get('/a', { config: { permission: 'none' } }, answer);
      inner.get('/b', answer);
      inner.post('/c', { config: { streams: true } }, answer);
    });
    await expect(app.ready()).rejects.toThrow(
      'Routes without a known permission: GET /things/b (declares nothing), HEAD /things/b (declares nothing), ' +
        'POST /things/c (declares nothing)',
    );
  });

  it.each(['things:raed', 'Things:read', 'NONE', 'Identified', ''])(
    'that declares %j stops the start',
    async (permission) => {
      const app = await appWith((inner) => {
        inner.post('/a', { config: { permission } }, answer);
      });
      await expect(app.ready()).rejects.toThrow(`POST /things/a (declares '${permission}')`);
    },
  );

  it('stops the start before it listens', async () => {
    const app = await appWith((inner) => {
      inner.get('/a', answer);
    });
    await expect(app.listen({ port: 0 })).rejects.toThrow('Routes without a known permission');
    expect(app.server.listening).toBe(false);
  });

  it('answers HEAD and other methods that are added for it by its own declaration', async () => {
    const seen: unknown[] = [];
    const app = await appWith((inner) => {
      inner.addHook('onRequest', (request, _reply, done) => {
        seen.push([request.method, request.routeOptions.config.permission]);
        done();
      });
      inner.get('/a', { config: { permission: 'things:read' } }, answer);
      inner.route({ method: ['PUT', 'OPTIONS'], url: '/b', config: { permission: 'things:write' }, handler: answer });
    });
    await app.inject({ method: 'HEAD', url: '/things/a' });
    await app.inject({ method: 'OPTIONS', url: '/things/b' });
    expect(seen).toEqual([
      ['HEAD', 'things:read'],
      ['OPTIONS', 'things:write'],
    ]);
  });
});

describe('a permission that is declared for the routes of a plugin', () => {
  it('holds for those that declare nothing, and for no others', async () => {
    const seen: unknown[] = [];
    const app = await appWith(async (inner) => {
      inner.addHook('onRequest', (request, _reply, done) => {
        seen.push(request.routeOptions.config.permission);
        done();
      });
      await inner.register(async (declared) => {
        declarePermission(declared, 'none');
        await declared.register(async (plugin) => {
          plugin.get('/', answer);
        });
        declared.get('/own', { config: { permission: 'things:read' } }, answer);
      });
    });
    for (const method of ['GET', 'HEAD'] as const)
      for (const url of ['/things', '/things/', '/things/own']) await app.inject({ method, url });
    expect(seen).toEqual(['none', 'none', 'things:read', 'none', 'none', 'things:read']);
  });

  it('does not reach routes beside the plugin', async () => {
    const app = await appWith(async (inner) => {
      await inner.register(async (declared) => declarePermission(declared, 'none'));
      inner.get('/beside', answer);
    });
    await expect(app.ready()).rejects.toThrow('GET /things/beside (declares nothing)');
  });
});
