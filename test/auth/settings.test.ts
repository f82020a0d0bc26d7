import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AUTH_SETTINGS } from '../../src/auth/settings.ts';
import { readSettings } from '../../src/start/config.ts';

const read = (environment: Record<string, string>) => readSettings(z.object(AUTH_SETTINGS), environment);

describe('the settings of authentication', () => {
  it('are all unset, and an empty variable sets none', () => {
    expect(read({})).toEqual({});
    expect(read({ AUTH: '', AUTH_FILE: '', ADMIN_TOKEN_FILE: '', TRUSTED_PROXIES: '' })).toEqual({});
  });

  it.each(['None', 'NONE', 'off', 'false', 'no', ' none', 'none ', 'require', 'Required', 'required,none'])(
    'take no other word for AUTH than none and required: %j',
    (AUTH) => {
      expect(() => read({ AUTH })).toThrow('Bad configuration: AUTH must be none or required');
    },
  );

  it('read the networks of trusted proxies', () => {
    expect(read({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).TRUSTED_PROXIES).toEqual([
      { address: '10.0.0.0', bits: 8, family: 'ipv4' },
      { address: '::1', bits: 128, family: 'ipv6' },
    ]);
    for (const TRUSTED_PROXIES of ['true', '*', '10.0.0.0/99', '1', 'loopback'])
      expect(() => read({ TRUSTED_PROXIES })).toThrow(/^Bad configuration: TRUSTED_PROXIES must be IP addresses .+$/);
  });
});
