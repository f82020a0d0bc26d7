import type { RouteOptions } from 'fastify';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { documentation } from '../../src/openapi/documentation.ts';

const route = (url: string, summary: string) =>
  ({ method: 'GET', url, schema: { summary, response: { 200: z.object({}) } } }) as unknown as RouteOptions;

it('the documentation describes the routes that it is given, and its pages show the same document', async () => {
  const routes = [route('/one', 'The first'), route('/two', 'The second')];
  const { json, pages } = await documentation(routes, { publicUrl: null, version: '1.2.3' });
  const { info, paths } = JSON.parse(json);
  expect(info.version).toBe('1.2.3');
  expect(Object.keys(paths)).toEqual(['/one', '/two']);
  expect(paths['/two'].get.summary).toBe('The second');
  expect((await pages.inject('/docs/json')).json().paths).toEqual(paths);
});
