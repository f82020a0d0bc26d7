import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { canonicalPath } from '../../src/http/canonical-path.ts';

async function pathOf(url: string): Promise<string> {
  const app = fastify();
  for (const pattern of ['/maestro/runs', '/maestro/runs/:run_id/steps/:step', '/files/*'])
    app.get(pattern, async (request) => canonicalPath(request));
  return (await app.inject(url)).body;
}

it('is the path itself where nothing is encoded', async () => {
  for (const path of ['/maestro/runs', '/maestro/runs/0199a1c2-7e3b/steps/a_b~c.d', '/files/a'])
    expect(await pathOf(path)).toBe(path);
});

it('is the same for every spelling that leads to one route with the same parameters', async () => {
  for (const url of [
    ...['/maestro/%72uns', '/m%61estro/runs', '/maestro/runs?', '/maestro/runs?b=1&a=2', '/maestro/runs#here'],
    ...['http://localhost:8001/maestro/runs', 'https://other/maestro/run%73?x'],
  ])
    expect(await pathOf(url), url).toBe('/maestro/runs');
  for (const step of ['a%2Fb%20c', 'a%2fb%20c', '%61%2Fb%20%63'])
    expect(await pathOf(`/maestro/runs/r1/steps/${step}`), step).toBe('/maestro/runs/r1/steps/a%2Fb%20c');
});

it('differs where the parameters do', async () => {
  const steps = ['a', 'A', 'a%2Fb', 'a%252Fb', 'a%20b', 'a+b', 'a%3Fb', '%C3%A4'];
  const paths = await Promise.all(steps.map((step) => pathOf(`/maestro/runs/r1/steps/${step}`)));
  expect(new Set(paths).size).toBe(steps.length);
});
