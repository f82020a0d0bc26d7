import { describe, expect, it } from 'vitest';
import { adminToken } from '../../src/auth/admin-token.ts';

const SECRET = '0123456789abcdef0123456789abcdef';

describe('the secret of the administrator', () => {
  it('is that of the file without one line end, and nothing else is', () => {
    for (const end of ['', '\n', '\r\n']) {
      const { matches } = adminToken(SECRET + end, 'default');
      expect(matches(SECRET)).toBe(true);
      for (const other of ['', SECRET.slice(1), `${SECRET}0`, SECRET.toUpperCase(), ` ${SECRET}`, `${SECRET}\n`])
        expect(matches(other), JSON.stringify(other)).toBe(false);
    }
  });

  it('makes an admin and operator of the tenant, without an end', () => {
    const { principal } = adminToken(SECRET, 'acme');
    expect(principal).toMatchObject({
      tenant: 'acme',
      actor: { type: 'token', id: 'admin-token-file', name: 'ADMIN_TOKEN_FILE' },
      roles: ['admin', 'operator'],
      owners: 'any',
      expires_at: null,
    });
    expect(principal.permissions.has('tokens:write')).toBe(true);
  });

  it.each([
    ['empty', ''],
    ['of 31 characters', SECRET.slice(1)],
    ['of 31 characters and a line end', `${SECRET.slice(1)}\n`],
    ['with two line ends', `${SECRET}\n\n`],
    ['of two lines', `${SECRET}\n${SECRET}`],
    ['with a blank', `${SECRET} ${SECRET}`],
    ['with a blank at its end', `${SECRET} `],
    ['with a tab', `${SECRET}\t`],
    ['with a comma', `${SECRET},`],
    ['with a letter beyond ASCII', `${SECRET}ä`],
    ['with a byte-order mark', `\ufeff${SECRET}`],
    ['of 4,097 characters', 'x'.repeat(4_097)],
  ])('%s is refused in one line that does not show it', (_what, content) => {
    let message = '';
    try {
      adminToken(content, 'default');
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(/^must hold one secret of 32 to 4,096 characters .+$/);
    expect(message).not.toContain('0123456789');
  });

  it('keeps no secret in what it returns', () => {
    expect(JSON.stringify(adminToken(SECRET, 'default'))).not.toContain(SECRET);
  });
});
