import { expect, it } from 'vitest';
import { Whoami, whoamiOf } from '../../src/auth/whoami.ts';
import { unidentified } from '../../src/start/request-context.ts';
import { callerWith } from './tokens.ts';

it('a caller sees its tenant, actor, roles, permissions in order, and owners', () => {
  const caller = whoamiOf({
    ...callerWith(['reporter'], ['team-a']),
    tenant: 'acme',
    expires_at: '2026-05-01T09:00:00.000Z',
  });
  expect(caller).toMatchObject({
    ...{ tenant: 'acme', actor: { type: 'token', id: 'caller', name: 'caller' }, roles: ['reporter'] },
    ...{ owners: ['team-a'], expires_at: '2026-05-01T09:00:00.000Z' },
  });
  expect(caller.permissions).toEqual([...caller.permissions].sort());
  expect(caller.permissions).toContain('runs:write');
  expect(caller.permissions).not.toContain('tokens:write');
});

it('a caller who is bound to no owner sees none, and one that does not end sees no end', () => {
  const caller = whoamiOf(unidentified());
  expect(caller).toMatchObject({ roles: ['admin', 'operator'], owners: null, expires_at: null });
  expect(Whoami.strict().parse(caller)).toEqual(caller);
});
