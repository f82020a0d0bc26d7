import { expect, it } from 'vitest';
import { call, get, testApp } from '../helper.ts';

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
