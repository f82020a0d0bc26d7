import { describe, expect, it } from 'vitest';
import type { Readiness } from '../src/deps.ts';
import { MaestroError } from '../src/domain/errors.ts';
import { call, get, testApp, testDeps } from './helper.ts';

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
    const app = await testApp(testDeps({ readiness: () => readiness }));
    for (const [state, status] of [
      ['starting', 503],
      ['ready', 200],
      ['stopping', 503],
    ] as const) {
      readiness = state;
      const response = await call(app, status, { url: '/ready' });
      const body =
        status === 200
          ? { status: 'ready', service: 'maestro', store: 'memory', durability: 'forgets' }
          : { type: 'urn:maestro:problem:not_ready', detail: `The server is ${state}` };
      expect(response.json()).toMatchObject(body);
      expect(response.headers['retry-after'] !== undefined).toBe(status === 503);
    }
  });

  it('is 503 while the store cannot write, and health is not', async () => {
    const deps = testDeps();
    const ping = async () => {
      throw new MaestroError('store_unavailable', 'The store can be read only');
    };
    const app = await testApp({ ...deps, stores: { kind: 'postgres', durability: 'durable', ping } });
    const response = await call(app, 503, { url: '/ready' });
    expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:store_unavailable' });
    expect(response.headers['retry-after']).toBeDefined();
    await call(app, 200, { url: '/health' });
  });

  it('that has ended tells each client that its connection closes', async () => {
    const app = await testApp(testDeps({ readiness: () => 'stopping' }));
    expect((await call(app, 200, { url: '/maestro/runs' })).headers.connection).toBe('close');
  });
});
