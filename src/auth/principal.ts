// Who calls, and what that caller may do.
import type { Actor } from '../domain/event/actor.ts';
import type { Permission } from '../domain/permission.ts';
import type { Role } from './role.ts';

export type Principal = {
  readonly tenant: string;
  readonly actor: Actor;
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  /** Patterns (`domain/pattern.ts`) of the owners whose runs it may write; `any` bounds nothing. */
  readonly owners: 'any' | readonly string[];
  /** When the credential ends, in RFC 3339; null where it has no end. */
  readonly expires_at: string | null;
};
