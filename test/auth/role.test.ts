import { describe, expect, it } from 'vitest';
import { knownRoles, mayWrite, permissionsOf, ROLES, type Role } from '../../src/auth/role.ts';
import { PERMISSIONS } from '../../src/domain/permission.ts';

describe('roles', () => {
  it('have no permission where there is none of them', () => {
    expect(permissionsOf([]).size).toBe(0);
    expect(mayWrite([])).toBe(false);
  });

  it('grow from reader to reporter to admin, who may do everything that a tenant has', () => {
    const [reader, reporter, admin] = (['reader', 'reporter', 'admin'] as const).map((role) => permissionsOf([role]));
    expect([...(reader ?? [])].every((one) => one.endsWith(':read'))).toBe(true);
    expect([...(reader ?? [])].every((one) => reporter?.has(one))).toBe(true);
    expect([...(admin ?? [])].sort()).toEqual(Object.keys(PERMISSIONS).sort());
    expect(reporter?.has('tokens:write')).toBe(false);
    expect(reporter?.has('tokens:read')).toBe(false);
  });

  it('let an operator read nothing of a tenant', () => {
    expect(permissionsOf(['operator']).size).toBe(0);
  });

  it('of a newer version are none of those that are known', () => {
    expect(knownRoles(['reader', 'auditor' as Role, 'constructor' as Role, 'operator'])).toEqual([
      'reader',
      'operator',
    ]);
  });

  it('write unless they only read', () => {
    expect(ROLES.filter((role) => mayWrite([role]))).toEqual(['reporter', 'admin']);
  });
});
