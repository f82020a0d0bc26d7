import { expect, it } from 'vitest';
import { idTokenRefused } from '../../src/auth/id-token-refused.ts';
import { TOKEN_REFUSALS, type TokenRefusalCode } from '../../src/auth/token-refusal.ts';
import { PROBLEMS } from '../../src/http/problem.ts';

it('every reason has a code of its own, which is answered 401', () => {
  for (const reason of Object.keys(TOKEN_REFUSALS) as TokenRefusalCode[]) {
    const { code, message } = idTokenRefused(reason);
    expect(code).toBe(`id_token_${reason}`);
    expect(PROBLEMS[code].status).toBe(401);
    expect(message).toContain(TOKEN_REFUSALS[reason]);
  }
  const known = Object.keys(PROBLEMS).filter((code) => code.startsWith('id_token_'));
  expect(known).toHaveLength(Object.keys(TOKEN_REFUSALS).length);
});
