import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import type { Readiness } from '../../src/http/stopping.ts';
import { call, get, testApp, testDeps } from '../helper.ts';

describe('health', () => {
  it('is ok as long as the process runs, whatever its readiness', async () => {
    for (const readiness of ['starting', 'ready', 'stopping'] as const) {
      const app = await testApp(testDeps({ readiness: () => readiness }));
      expect(await get(app, '/health')).toEqual({ status: 'ok', service: 'maestro' });
    }
  });
});

describe('readiness', () => {
  it('is 503 with Retry-After while the process starts or stops', async () => {
    let readiness: Readiness = 'starting';
    const deps = testDeps({ readiness: () => readiness });
    const trust_digest = deps.trust.current().digest;
    const app = await testApp(deps);
    for (const [state, status] of [
      ['starting', 503],
      ['ready', 200],
      ['stopping', 503],
    ] as const) {
      readiness = state;
      const response = await call(app, status, { url: '/ready' });
      const body =
        status === 200
          ? {
              status: 'ready',
              service: 'maestro',
              store: 'memory',
              durability: 'forgets',
              trust_digest,
              minimum_level: 'asserted',
            }
          : { type: 'urn:maestro:problem:not_ready', detail: `The server is ${state}` };
      expect(response.json()).toMatchObject(body);
      expect(response.headers['retry-after'] !== undefined).toBe(status === 503);
    }
  });

  it('tells what is trusted by a digest, which is another once that is', async () => {
    let file = {};
    const deps = testDeps({ trustFile: () => file });
    const app = await testApp(deps);
    const before = await get(app, '/ready');
    expect(before.trust_digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await get(await testApp(), '/ready')).trust_digest).toBe(before.trust_digest);
    deps.reloadTrust();
    expect(await get(app, '/ready')).toEqual(before);
    file = { key_threshold: 2 };
    expect(await get(app, '/ready')).toEqual(before);
    deps.reloadTrust();
    const { trust_digest } = await get(app, '/ready');
    expect(trust_digest).toBe(deps.trust.current().digest);
    expect(trust_digest).not.toBe(before.trust_digest);
  });

  it('is 503 while the store cannot write, and health is not', async () => {
    const deps = testDeps();
    const ping = async () => {
      throw new MaestroError('store_unavailable', 'The store is read-only');
    };
    const app = await testApp({ ...deps, stores: { kind: 'postgres', durability: 'durable', ping } });
    const response = await call(app, 503, { url: '/ready' });
    expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:store_unavailable' });
    expect(response.headers['retry-after']).toBeDefined();
    await call(app, 200, { url: '/health' });
  });

  it.each(['writable', 'full', 'not_configured'] as const)('says that content is %s, and stays', async (content) => {
    const app = await testApp(testDeps({ tryWrites: async () => ({ content }) }));
    expect(await get(app, '/ready')).toMatchObject({ status: 'ready', content });
  });

  it.each(['store_unavailable', 'content_store_unavailable'] as const)(
    'is 503 while a write fails: %s',
    async (code) => {
      const tryWrites = async () => {
        throw new MaestroError(code, 'It does not answer', [], new Error('EROFS'));
      };
      const app = await testApp(testDeps({ tryWrites }));
      const response = await call(app, 503, { url: '/ready' });
      expect(response.json()).toMatchObject({ type: `urn:maestro:problem:${code}` });
      expect(response.headers['retry-after']).toBeDefined();
      await call(app, 200, { url: '/health' });
    },
  );

  it('that has ended tells each client that its connection closes', async () => {
    const app = await testApp(testDeps({ readiness: () => 'stopping' }));
    expect((await call(app, 200, { url: '/maestro/runs' })).headers.connection).toBe('close');
  });
});
