// API tokens as they are stored.
import type { Role } from './role.ts';

export type StoredToken = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
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
