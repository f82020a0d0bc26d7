// API tokens: what is stored of one, what callers see of it, and what they send.
import { z } from 'zod';
import { MAX_NAME_CHARACTERS, text, timestamp, utcTimestamp } from '../domain/bounds.ts';
import { compileSegments } from '../domain/pattern.ts';
import { knownRoles, ROLES } from './role.ts';

const MAX_OWNERS = 100;
const MAX_OWNER_CHARACTERS = 1_024;
export const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;
export const [DEFAULT_LIFETIME_DAYS, MAX_LIFETIME_DAYS] = [90, 366];

const EXAMPLE_ID = '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f';
const STATUSES = ['active', 'expired', 'revoked'] as const;

const Role = z.enum(ROLES);
const optionalTime = (description: string) =>
  utcTimestamp()
    .nullable()
    .meta({ description: `${description}: RFC 3339, UTC, milliseconds.`, examples: [null] });

/** A token as callers see it: nothing that its text could be compared with. */
export const Token = z
  .object({
    id: z.string().meta({ description: 'Id of the token, a UUID version 7.', examples: [EXAMPLE_ID] }),
    name: z.string().meta({ description: 'What the token is for.', examples: ['payment-api pipeline'] }),
    roles: z.array(Role).meta({ description: 'Its roles.', examples: [['reporter']] }),
    owners: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Patterns of the owners whose runs it may write. Null: of any owner.', examples: [null] }),
    status: z.enum(STATUSES).meta({
      description: 'Only an `active` token is accepted. `revoked` comes before `expired`.',
      examples: ['active'],
    }),
    created_at: utcTimestamp().meta({
      description: 'When it was created: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T09:00:00.000Z'],
    }),
    created_by: z.string().meta({ description: 'Id of the actor who created it.', examples: ['system:token create'] }),
    expires_at: utcTimestamp().meta({
      description: 'When it ends: RFC 3339, UTC, milliseconds.',
      examples: ['2026-05-01T09:00:00.000Z'],
    }),
    rotated_at: optionalTime('When it got its current text, if it was rotated'),
    previous_until: optionalTime('Until when its previous text is accepted, too, if it is'),
    revoked_at: optionalTime('When it was revoked, if it was'),
    last_used_at: optionalTime('When it was last used, to the minute; null before the first use'),
  })
  .meta({ id: 'Token', description: 'An API token, without its text.' });
export type Token = z.infer<typeof Token>;

export const CreatedToken = Token.extend({
  token: z.string().meta({
    description: 'The text of the token. It is not stored, and no other answer has it: keep it now.',
    examples: ['mst_0199a1c26d2a7b3c8e1f0a1b2c3d4e5f003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0tkO9b'],
  }),
}).meta({ id: 'CreatedToken', description: 'An API token with its text.' });
export type CreatedToken = z.infer<typeof CreatedToken>;

/** A pattern of owners, as `domain/pattern.ts` compiles it. */
export const OwnerPattern = text(MAX_OWNER_CHARACTERS).superRefine((value, context) => {
  try {
    compileSegments(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const MAX_ROLES = ROLES.length;

// A list of the wrong length is refused for that alone.
const lengthOf = (error: string) => ({ error, abort: true });

const once = <Of extends z.ZodType<readonly string[]>>(list: Of, what: string) =>
  list.refine((values) => new Set(values).size === values.length, { error: `must not name ${what} twice` });

const expiry = (description: string) =>
  timestamp()
    .nullish()
    .meta({ description, examples: ['2026-05-01T09:00:00Z'] });

export const CreateTokenRequest = z
  .strictObject({
    name: text(MAX_NAME_CHARACTERS).meta({ description: 'What the token is for.', examples: ['payment-api pipeline'] }),
    roles: once(
      z
        .array(Role)
        .min(1, lengthOf('must name one role at least'))
        .max(MAX_ROLES, lengthOf(`must name at most ${MAX_ROLES} roles`)),
      'a role',
    ).meta({
      description: 'Its roles: none that the caller does not have.',
      examples: [['reporter']],
    }),
    owners: once(
      z
        .array(OwnerPattern)
        .min(1, lengthOf('must name one owner at least'))
        .max(MAX_OWNERS, lengthOf(`must name at most ${MAX_OWNERS} owners`)),
      'an owner',
    )
      .nullish()
      .meta({
        description:
          'Patterns of the owners whose runs it may write; a `*` stands for characters between two slashes. Null or ' +
          'absent: any owner, where the caller is not bound to some.',
        examples: [['team-payments']],
      }),
    expires_at: expiry(
      `When it ends: at most ${MAX_LIFETIME_DAYS} days from now. Null or absent: in ${DEFAULT_LIFETIME_DAYS} days.`,
    ),
  })
  .meta({ id: 'CreateTokenRequest', description: 'A token to create.' });
export type CreateTokenRequest = z.infer<typeof CreateTokenRequest>;

export const RotateTokenRequest = z
  .strictObject({
    grace_seconds: z
      .int()
      .min(0, 'must be 0 or more')
      .max(MAX_GRACE_SECONDS, `must be ${MAX_GRACE_SECONDS} or less`)
      .nullish()
      .meta({
        description:
          'How long the current text is still accepted, at most 7 days and never beyond its `expires_at`. Null or ' +
          'absent: 0.',
        examples: [3_600],
      }),
    expires_at: expiry(
      `When the new text ends: at most ${MAX_LIFETIME_DAYS} days from now. Null or absent: when the current one does.`,
    ),
  })
  .meta({ id: 'RotateTokenRequest', description: 'How to rotate a token.' });
export type RotateTokenRequest = z.infer<typeof RotateTokenRequest>;

export const TokenParams = z.object({
  token_id: z.string().meta({ description: 'Id of the token.', examples: [EXAMPLE_ID] }),
});

export type StoredToken = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly z.infer<typeof Role>[];
  /** Patterns of the owners whose runs it may write; null bounds nothing. */
  readonly owners: readonly string[] | null;
  /** RFC 3339, UTC, milliseconds: like all times of a token. */
  readonly created_at: string;
  /** Id of the actor who created it. */
  readonly created_by: string;
  readonly expires_at: string;
  readonly rotated_at: string | null;
  readonly revoked_at: string | null;
  /** To the minute; null before the first use. */
  readonly last_used_at: string | null;
  /** SHA-256 of its text (`tokenDigest`). */
  readonly digest: string;
  /** The digest before the last rotation, and until when it still counts. */
  readonly previous: { readonly digest: string; readonly until: string } | null;
};

/** Whether a token is accepted at `at` (RFC 3339, UTC, milliseconds), and why not. */
export function statusOf({ revoked_at, expires_at }: StoredToken, at: string): Token['status'] {
  if (revoked_at !== null) return 'revoked';
  return expires_at <= at ? 'expired' : 'active';
}

/** What callers see of a token at `at`. Spelt out, so that no digest can slip in. */
export function shownToken(token: Readonly<StoredToken>, at: string): Token {
  const { id, name, roles, owners, created_at, created_by, expires_at, rotated_at, revoked_at, last_used_at } = token;
  const status = statusOf(token, at);
  const until = token.previous?.until ?? '';
  return {
    ...{ id, name, roles: [...knownRoles(roles)], owners: owners === null ? null : [...owners], status },
    ...{ created_at, created_by, expires_at, rotated_at },
    previous_until: status === 'active' && until > at ? until : null,
    ...{ revoked_at, last_used_at },
  };
}
