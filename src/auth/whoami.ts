// Who calls, as the caller sees it.
import { z } from 'zod';
import { utcTimestamp } from '../domain/bounds.ts';
import { ACTOR_TYPES } from '../domain/event/actor.ts';
import { PERMISSIONS, type Permission } from '../domain/permission.ts';
import type { Principal } from './principal.ts';
import { ROLES } from './role.ts';

const WORDS = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

export const Whoami = z
  .object({
    tenant: z
      .string()
      .meta({ description: 'The tenant whose data the caller reads and writes.', examples: ['default'] }),
    actor: z
      .object({
        type: z.enum(ACTOR_TYPES).meta({ description: 'What kind of actor it is.', examples: ['anonymous'] }),
        id: z.string().meta({ description: 'Id of the actor.', examples: ['anonymous'] }),
        name: z.string().meta({ description: 'Its name, for people.', examples: ['anonymous'] }),
      })
      .meta({
        description: 'The actor in the events that the caller causes.',
        examples: [{ type: 'anonymous', id: 'anonymous', name: 'anonymous' }],
      }),
    roles: z.array(z.enum(ROLES)).meta({ description: 'The roles of the caller.', examples: [['admin', 'operator']] }),
    permissions: z
      .array(z.enum(WORDS))
      .meta({ description: 'All that the roles allow, sorted.', examples: [['gate:read', 'runs:read']] }),
    owners: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Patterns of the owners whose runs it may write. Null: of any owner.', examples: [null] }),
    expires_at: utcTimestamp()
      .nullable()
      .meta({
        description: 'When the credential ends: RFC 3339, UTC, milliseconds. Null: it does not.',
        examples: [null],
      }),
  })
  .meta({ id: 'Whoami', description: 'The caller of the request.' });
export type Whoami = z.infer<typeof Whoami>;

export function whoamiOf({ tenant, actor, roles, permissions, owners, expires_at }: Principal): Whoami {
  const { type, id, name } = actor;
  return {
    ...{ tenant, actor: { type, id, name }, roles: [...roles], permissions: [...permissions].sort() },
    ...{ owners: owners === 'any' ? null : [...owners], expires_at },
  };
}
