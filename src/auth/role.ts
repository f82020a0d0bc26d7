// Roles: what a principal may do, as sets of permissions.
import { PERMISSIONS, type Permission } from '../domain/permission.ts';

/** Kinds of roles. They are API: added, never renamed. */
export const ROLES = ['reader', 'reporter', 'admin', 'operator'] as const;
export type Role = (typeof ROLES)[number];

const READS = (Object.keys(PERMISSIONS) as Permission[]).filter(
  (one) => one.endsWith(':read') && one !== 'tokens:read',
);
const REPORTS: readonly Permission[] = ['runs:write', 'artifacts:write', 'evidence:write', 'packs:write'];

/**
 * The permissions of each role. An operator looks after the instance and reads no tenant's data.
 */
const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  reader: READS,
  reporter: [...READS, ...REPORTS],
  admin: [...READS, ...REPORTS, 'tokens:read', 'tokens:write'],
  operator: [],
};

/** Without roles of a newer version, which may have written the same database. They allow nothing here. */
export function knownRoles(roles: readonly Role[]): readonly Role[] {
  return roles.filter((one) => ROLES.includes(one));
}

/** The permissions of all `roles` together, each once. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(knownRoles(roles).flatMap((role) => PERMISSIONS_OF[role]));
}

/** Whether one of `roles` may change anything of a tenant. */
export function mayWrite(roles: readonly Role[]): boolean {
  return [...permissionsOf(roles)].some((one) => one.endsWith(':write'));
}
