import { describe, expect, it } from 'vitest';
import { requireMayGrant } from '../../src/auth/may-grant.ts';
import type { Principal } from '../../src/auth/principal.ts';
import { permissionsOf, ROLES, type Role } from '../../src/auth/role.ts';
import { callerWith } from './tokens.ts';

/** The code of the refusal; null where it may. */
function refusal(principal: Principal, roles: readonly Role[], owners: readonly string[] | null = null): string | null {
  try {
    requireMayGrant(principal, { roles, owners });
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('a role is granted', () => {
  it('by nobody who lacks one of its permissions', () => {
    const granted = (mine: readonly Role[]) => ROLES.filter((role) => refusal(callerWith(mine), [role]) === null);
    expect(granted(['reader'])).toEqual(['reader']);
    expect(granted(['reporter'])).toEqual(['reader', 'reporter']);
    expect(granted(['admin'])).toEqual(['reader', 'reporter', 'admin']);
    expect(granted(['admin', 'operator'])).toEqual(ROLES);
    expect(granted(['operator'])).toEqual(['operator']);
    expect(granted([])).toEqual([]);
  });

  it('by what the caller may do, not by what its roles are called', () => {
    const narrowed = { ...callerWith(['admin']), permissions: permissionsOf(['reporter']) };
    expect(refusal(narrowed, ['reporter'])).toBeNull();
    expect(refusal(narrowed, ['admin'])).toBe('role_not_granted');
    const almost = new Set(permissionsOf(['admin']));
    almost.delete('tokens:read');
    expect(refusal({ ...callerWith([]), permissions: almost }, ['admin'])).toBe('role_not_granted');
  });

  it('by nobody where this version does not know it', () => {
    for (const mine of [
      ['admin', 'operator'],
      ['admin', 'auditor'],
    ] as Role[][])
      expect(refusal(callerWith(mine), ['reader', 'auditor' as Role])).toBe('role_not_granted');
  });

  it('not beside others that are', () => {
    expect(refusal(callerWith(['admin']), ['reader', 'operator'])).toBe('role_not_granted');
    expect(refusal(callerWith(['reporter']), ['reporter', 'admin'])).toBe('role_not_granted');
  });
});

describe('owners are granted', () => {
  const bound = callerWith(['admin'], ['team-a', 'web/*', 'lib/x*y']);

  it.each([
    ['the same text', ['team-a']],
    ['the same pattern', ['web/*', 'lib/x*y']],
    ['a text that a pattern matches', ['web/shop', 'lib/xay']],
    ['none', []],
  ])('where they are %s', (_what, owners) => {
    expect(refusal(bound, ['reporter'], owners)).toBeNull();
  });

  it.each([
    ['none that bound', null],
    ['another text', ['team-b']],
    ['a longer text', ['team-a2']],
    ['another case', ['Team-a']],
    ['a wider pattern', ['*']],
    ['a pattern of which one text is granted', ['team-*']],
    ['a pattern that no list of texts tells to be narrower', ['web/s*']],
    ['a pattern that a pattern matches as text', ['lib/x*']],
    ['one level more', ['web/shop/cart']],
    ['a step up', ['web/..']],
    ['one too many', ['team-a', 'team-b']],
  ])('not where they are %s', (_what, owners) => {
    expect(refusal(bound, ['reporter'], owners)).toBe('owner_not_granted');
    expect(refusal(bound, ['reader'], owners)).toBe('owner_not_granted');
  });

  it('without a bound by a caller who has none', () => {
    for (const owners of [null, ['*'], ['team-a']])
      expect(refusal(callerWith(['admin']), ['admin'], owners)).toBeNull();
  });

  it('not at all by a caller who is bound to none', () => {
    for (const owners of [null, ['*'], ['team-a']])
      expect(refusal(callerWith(['admin'], []), ['admin'], owners)).toBe('owner_not_granted');
  });
});

it('a refusal names what is not granted, and what would be', () => {
  expect(() => requireMayGrant(callerWith(['reporter']), { roles: ['admin'], owners: null })).toThrow(
    "The role 'admin' allows more than you may do",
  );
  const bound = callerWith(['admin'], ['team-a', 'web/*']);
  expect(() => requireMayGrant(bound, { roles: ['reader'], owners: ['team-b'] })).toThrow(
    "The owner 'team-b' is not among yours: 'team-a', 'web/*'",
  );
  expect(() => requireMayGrant(bound, { roles: ['reader'], owners: null })).toThrow(
    "name in owners some of 'team-a', 'web/*'",
  );
});
