import { describe, expect, it } from 'vitest';
import { call, slowTurns, testApp, testDeps } from '../helper.ts';

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

  it('answers 503 while the turns of its loop take longer than the limit, and then no more', {
    tags: 'slow',
  }, async () => {
    const app = await testApp(testDeps(), { maxEventLoopDelayMs: 200 });
    await slowTurns(300, 4);
    const response = await call(app, 503, { url: '/maestro/runs' });
    expect(response.json()).toMatchObject({ type: 'urn:maestro:problem:overloaded' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    await call(app, 200, { url: '/health' });
    await expect.poll(async () => (await app.inject('/maestro/runs')).statusCode).toBe(200);
    await app.close();
  });

  it('answers while they take less, though one takes longer than its load is measured', { tags: 'slow' }, async () => {
    const app = await testApp();
    await slowTurns(300, 4);
    await call(app, 200, { url: '/maestro/runs' });
    await app.close();
  });
});

it('a query string that is not percent-encoded UTF-8 is malformed, and named as that', async () => {
  const refusal = (await call(await testApp(), 400, { url: '/maestro/runs?owner=%ff' })).json();
  expect(refusal).toMatchObject({ detail: 'The query string is not valid percent-encoded UTF-8' });
});
