import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROBLEM_TYPE, Problem } from '../../src/http/problem.ts';
import { answers, knownRefusals, openRefusals, probeRefusals, refusals } from '../../src/http/responses.ts';
import { declaredRoutes } from '../helper.ts';

describe('the responses of a route', () => {
  it('have one entry for each status, which names all its codes', () => {
    const responses = refusals('run_full', 'run_finished');
    expect(Object.keys(responses)).toEqual(['400', '401', '403', '409', '422', '429', '500', '503']);
    expect(responses[409]?.description).toBe('Run full (`run_full`), or Run finished (`run_finished`)');
    expect(responses[409]?.content[PROBLEM_TYPE].schema).toBe(Problem);
  });

  it('name what a caller may lack: a credential, a grant and a permission', () => {
    const said = (responses: ReturnType<typeof refusals>, status: number) => responses[status]?.description ?? '';
    const coded = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, code]) => code);
    const all = refusals('owner_not_granted');
    expect(coded(said(all, 401))).toEqual([
      ...['credentials_missing', 'credentials_malformed'],
      ...['token_mistyped', 'token_unknown', 'token_expired', 'token_revoked'],
    ]);
    expect(said(all, 401)).toMatch(/, or one of the `id_token_\.\.\.` codes of an ID token \(see docs\/callers\.md\)$/);
    expect(coded(said(all, 403)).sort()).toEqual([
      ...['authentication_not_chosen', 'host_not_allowed', 'no_grant', 'owner_not_granted', 'permission_missing'],
    ]);
    expect(coded(said(all, 429))).toEqual(['too_many_sign_ins']);
    expect(coded(said(all, 503))).toContain('issuer_unavailable');
    expect(coded(said(knownRefusals(), 403))).not.toContain('permission_missing');
    expect(Object.keys(openRefusals())).toEqual(['400', '403', '422', '500', '503']);
    expect(said(openRefusals(), 403)).toBe('Host not allowed (`host_not_allowed`)');
    expect(said(openRefusals(), 503)).not.toContain('issuer_unavailable');
    expect(Object.keys(probeRefusals())).toEqual(['400', '422', '500', '503']);
  });

  it('of every route are those of its callers: known or not, with a permission or without', async () => {
    const counts: Record<string, number> = {};
    for (const { method, url, permission = '', response } of await declaredRoutes()) {
      const kind = ['none', 'identified'].includes(permission) ? permission : 'permission';
      counts[kind] = (counts[kind] ?? 0) + 1;
      const { description = '' } = (response[403] ?? {}) as { description?: string };
      const where = `${method} ${url}`;
      expect([401 in response, 429 in response], where).toEqual([kind !== 'none', kind !== 'none']);
      expect(description.includes('`no_grant`'), where).toBe(kind !== 'none');
      expect(description.includes('`permission_missing`'), where).toBe(kind === 'permission');
    }
    // With the HEAD of each GET.
    expect(counts).toEqual({ none: 6, identified: 2, permission: 38 });
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
    // Those of content, evidence and tokens have their own.
    for (const { method, url, response } of routes.filter(
      (route) => !/\/(content|evidence|inspect)$|\/tokens/.test(route.url),
    )) {
      const expected = [method === 'POST' ? 201 : 200, 400, 422, 500, 503];
      if (url !== '/health' && url !== '/ready') expected.push(403);
      if (url.startsWith('/maestro/')) expected.push(401, 429);
      if (method === 'POST' || method === 'PATCH') expected.push(408, 413, 415);
      if (url.includes(':') || (method === 'POST' && url !== '/maestro/runs')) expected.push(404);
      if (method === 'POST' || method === 'PATCH' || url.endsWith('/release-gate')) expected.push(409);
      if (method === 'PATCH') expected.push(412, 428);
      expect(Object.keys(response).map(Number).sort(), `${method} ${url}`).toEqual(expected.sort());
    }
  });
});
