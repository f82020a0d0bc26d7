import { describe, expect, it } from 'vitest';
import { PageQuery, pageRequest } from '../../src/routes/page.ts';

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
