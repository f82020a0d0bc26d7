import { expect, it } from 'vitest';
import { CALLER_PROBLEMS } from '../../src/http/caller-problems.ts';

it('what is wrong with a credential is 401, what its caller may not do 403, what may pass by 429 and 503', () => {
  for (const [code, { status }] of Object.entries(CALLER_PROBLEMS)) {
    const isOfCredential = /^(credentials|token|id_token)_/.test(code);
    expect(status === 401, code).toBe(isOfCredential);
    expect([401, 403, 429, 503], code).toContain(status);
  }
});
