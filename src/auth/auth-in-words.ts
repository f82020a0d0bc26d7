// What AUTH_FILE grants, in words for the log.
import type { AuthFile } from './auth-file.ts';

const MOST_NAMED = 20;

/** One line: each issuer, and each grant with its issuer, tenant and roles. */
export function authInWords({ issuers, grants }: AuthFile): string {
  const from = issuers.map(({ name, issuer }) => `${name} (${issuer})`);
  const to = grants.map(({ name, issuer, tenant, roles }) => `${name} (${issuer} -> ${tenant}: ${roles.join(', ')})`);
  return `ID tokens of ${listed(from, 'issuer')} are accepted by ${listed(to, 'grant')}`;
}

function listed(all: readonly string[], noun: string): string {
  const count = `${all.length} ${noun}${all.length === 1 ? '' : 's'}`;
  if (all.length === 0) return count;
  const more = all.length > MOST_NAMED ? [`and ${all.length - MOST_NAMED} more`] : [];
  return `${count}: ${[...all.slice(0, MOST_NAMED), ...more].join('; ')}`;
}
