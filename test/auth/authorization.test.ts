import { describe, expect, it } from 'vitest';
import { authorizationOf, bearerToken } from '../../src/auth/authorization.ts';

describe('the Authorization header', () => {
  it('is found in whatever case, and is null where there is none', () => {
    expect(authorizationOf(['Host', 'x', 'AUTHORIZATION', 'Bearer a'])).toBe('Bearer a');
    expect(authorizationOf(['Host', 'authorization', 'X-Authorization', 'Bearer a', 'Authorizatio', 'b'])).toBeNull();
    expect(authorizationOf([])).toBeNull();
  });

  it('is none that could be accepted where there are several, even the same', () => {
    for (const other of ['Bearer a', 'Bearer b', 'Basic a', '']) {
      const header = authorizationOf(['Authorization', 'Bearer a', 'Host', 'x', 'authorization', other]);
      expect(() => bearerToken(header ?? '')).toThrow(expect.objectContaining({ code: 'credentials_malformed' }));
    }
  });
});

describe('the token in it', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'bEaReR abc'])('follows the scheme in %j', (header) => {
    expect(bearerToken(header)).toBe('abc');
  });

  it.each([
    ...['', 'Bearer', 'Bearer ', 'abc', 'Basic abc', 'Bearerabc', 'Bearer  abc', ' Bearer abc', 'Bearer abc '],
    ...['Bearer\tabc', 'Bearer \tabc', 'Bearer a bc', 'Bearer abc, Bearer abc', 'Bearer abc,', 'Bearer abc\n'],
    ...['Bearer abc\u0000', 'Bearer ab\u007fc', 'Bearer äbc', 'Bearer abc\nBearer abc', 'Bearer: abc', 'Token abc'],
  ])('is not in %j', (header) => {
    expect(() => bearerToken(header)).toThrow(expect.objectContaining({ code: 'credentials_malformed' }));
  });
});
