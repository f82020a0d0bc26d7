import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { call, get, testApp, testDeps } from '../helper.ts';

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
      detail: 'Something went wrong; the server log has the details',
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
    for (const evidence of failing) {
      const deps = testDeps();
      const stores = deps.storesFor({} as never);
      const app = await testApp(
        { ...deps, storesFor: () => ({ ...stores, runs: { ...stores.runs, evidence } }) },
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
