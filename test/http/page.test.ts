import { describe, expect, it } from 'vitest';
import { PageQuery, pageRequest } from '../../src/http/page.ts';
import { newRun, testApp } from '../helper.ts';

describe('the query of a list', () => {
  it('takes a limit of 1 to 1,000 in plain decimal digits', () => {
    for (const limit of ['1', '10', '999', '1000']) {
      expect(pageRequest(PageQuery.parse({ limit }))).toEqual({ limit: Number(limit), cursor: null });
    }
    for (const limit of ['0', '1001', '9999', '-1', '+1', '01', '1.0', '1e2', '', ' 1', '0x10', '１', 'all']) {
      expect(PageQuery.safeParse({ limit }).success, limit).toBe(false);
    }
  });

  it('asks for the first 1,000 rows where nothing is said', () => {
    expect(pageRequest(PageQuery.parse({}))).toEqual({ limit: 1_000, cursor: null });
  });
});

it('the link to the next page is the path of the list, however the request spelt it', async () => {
  const app = await testApp();
  await newRun(app);
  await newRun(app);
  const links = [];
  for (const url of ['/maestro/runs', '/maestro/%72uns', 'http://a.example/maestro/runs']) {
    const { headers } = await app.inject(`${url}?limit=1&owner=team%2Da`);
    links.push(headers.link);
  }
  expect(links[0]).toMatch(/^<\/maestro\/runs\?limit=1&owner=team-a&cursor=\w+>; rel="next"$/);
  expect(new Set(links).size).toBe(1);
});
