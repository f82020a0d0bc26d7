import { expect, it } from 'vitest';
import type { ErrorCode } from '../../src/domain/errors.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { refusalHeaders } from '../../src/http/refusal-headers.ts';

it('every 401 says how to authenticate, and whether a credential was presented', () => {
  for (const [code, { status }] of Object.entries(PROBLEMS)) {
    const challenge = refusalHeaders(code as ErrorCode)['www-authenticate'];
    expect(challenge !== undefined, code).toBe(status === 401);
    if (status === 401) {
      expect(challenge).toMatch(/^Bearer realm="maestro"/);
      const error = /error="(\w+)"/.exec(challenge ?? '')?.[1];
      const malformed = code === 'credentials_malformed' ? 'invalid_request' : 'invalid_token';
      expect(error, code).toBe(code === 'credentials_missing' ? undefined : malformed);
    }
  }
});

it('every 429 and 503 says when to come again, and nothing else does', () => {
  for (const [code, { status }] of Object.entries(PROBLEMS)) {
    const seconds = { 429: '60', 503: '2' }[status];
    expect(refusalHeaders(code as ErrorCode)['retry-after'], code).toBe(seconds);
  }
});
