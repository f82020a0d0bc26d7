// Nobody grants more than they have.
import { MaestroError } from '../domain/errors.ts';
import { compileSegments } from '../domain/pattern.ts';
import type { Principal } from './principal.ts';
import { knownRoles, permissionsOf, type Role } from './role.ts';

/** What a token may do. `owners` are patterns; null bounds nothing. */
export type Grantable = { readonly roles: readonly Role[]; readonly owners: readonly string[] | null };

/**
 * Throws `role_not_granted` or `owner_not_granted` where a token could do what `principal` cannot.
 * Whoever learns the text of a token can do what it can, so this holds for rotations, too.
 */
export function requireMayGrant(principal: Principal, { roles, owners }: Grantable): void {
  const role = roles.find((one) => !hasRole(principal, one));
  if (role !== undefined) throw new MaestroError('role_not_granted', `The role '${role}' allows more than you may do`);
  if (principal.owners === 'any') return;
  if (owners === null)
    throw new MaestroError(
      'owner_not_granted',
      `You may write runs of some owners only, and so may your tokens: name in owners some of ${inWords(principal.owners)}`,
    );
  const mine = principal.owners;
  const owner = owners.find((one) => !isWithin(one, mine));
  if (owner !== undefined)
    throw new MaestroError('owner_not_granted', `The owner '${owner}' is not among yours: ${inWords(mine)}`);
}

// An operator has no permissions in a tenant, so that only the role itself tells.
function hasRole({ roles, permissions }: Principal, role: Role): boolean {
  if (role === 'operator') return roles.includes('operator');
  // What a role of a newer version allows is not known.
  if (knownRoles([role]).length === 0) return false;
  return [...permissionsOf([role])].every((one) => permissions.has(one));
}

// Whether one pattern matches all that another does is only known where both are the same, or the
// other matches one text alone.
function isWithin(owner: string, mine: readonly string[]): boolean {
  return mine.some((one) => one === owner || (!owner.includes('*') && compileSegments(one)(owner)));
}

const inWords = (owners: readonly string[]) => owners.map((one) => `'${one}'`).join(', ');
