import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROBLEM_TYPE, Problem } from '../../src/http/problem.ts';
import { answers, openRefusals, probeRefusals, refusals } from '../../src/http/responses.ts';
import { declaredRoutes } from '../helper.ts';

describe('the responses of a route', () => {
  it('have one entry for each status, which names all its codes', () => {
    const responses = refusals('run_full', 'run_finished');
    expect(Object.keys(responses)).toEqual(['400', '401', '403', '409', '422', '429', '500', '503']);
    expect(responses[409]?.description).toBe('Run full (`run_full`), or Run finished (`run_finished`)');
    expect(responses[409]?.content[PROBLEM_TYPE].schema).toBe(Problem);
  });

  it('name every reason why a caller is refused, and none where nobody is asked', () => {
    const { 401: unauthorized, 403: forbidden } = refusals();
    for (const code of ['credentials_missing', 'credentials_malformed', 'token_mistyped', 'token_unknown'])
      expect(unauthorized?.description).toContain(code);
    expect(unauthorized?.description).toMatch(/`token_expired`.+`token_revoked`.+`id_token_...`/);
    expect(forbidden?.description).toMatch(/`permission_missing`.+`no_grant`.+`authentication_not_chosen`/);
    expect(Object.keys(openRefusals())).toEqual(['400', '403', '422', '500', '503']);
    expect(openRefusals()[403]?.description).toBe('Host not allowed (`host_not_allowed`)');
    expect(Object.keys(probeRefusals())).toEqual(['400', '422', '500', '503']);
  });

  it('of every write name a page of another site, those of every route a foreign Host', async () => {
    const writes = new Set<string>();
    for (const { method, url, response } of await declaredRoutes()) {
      const { description = '' } = (response[403] ?? {}) as { description?: string };
      expect(description.includes('host_not_allowed'), url).toBe(url.startsWith('/maestro') || url === '/version');
      expect(description.includes('cross_site_request'), `${method} ${url}`).toBe(!['GET', 'HEAD'].includes(method));
      if (!['GET', 'HEAD'].includes(method)) writes.add(`${method} ${url}`);
    }
    expect(writes.size).toBe(10);
  });

  it('hold the schema under its media type', () => {
    const schema = z.object({});
    expect(answers(200, 'Fine.', schema)).toEqual({
      200: { description: 'Fine.', content: { 'application/json': { schema } } },
    });
  });

  it('are declared by every route: a success, and each refusal that it can give', async () => {
    const routes = await declaredRoutes();
    expect(routes.filter((route) => route.method !== 'HEAD')).toHaveLength(28);
    // Those of content and evidence have their own.
    for (const { method, url, response } of routes.filter(
      (route) => !/\/(content|evidence|inspect)$/.test(route.url),
    )) {
      const isCreate = method === 'POST' && !url.includes(':');
      const expected = [method === 'DELETE' ? 204 : isCreate ? 201 : 200, 400, 422, 500, 503];
      if (url !== '/health' && url !== '/ready') expected.push(403);
      if (url.startsWith('/maestro')) expected.push(401, 429);
      if (['POST', 'PATCH', 'DELETE'].includes(method)) expected.push(408, 413, 415);
      if (url.includes(':') || (method === 'POST' && !OF_NOTHING.includes(url))) expected.push(404);
      const mayConflict = ['POST', 'PATCH'].includes(method) && url !== '/maestro/tokens';
      if (mayConflict || url.endsWith('/release-gate')) expected.push(409);
      if (method === 'PATCH') expected.push(412, 428);
      expect(Object.keys(response).map(Number).sort(), `${method} ${url}`).toEqual(expected.sort());
    }
  });
});

/** What these create belongs to nothing that could be missing. */
const OF_NOTHING = ['/maestro/runs', '/maestro/tokens'];
