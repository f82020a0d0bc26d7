// The settings of the store: which driver it has, and how that works.
import { z } from 'zod';
import { flag, whole } from '../domain/setting.ts';

/** A PostgreSQL, whose URL is checked when it is connected to, or the folder of one that Maestro runs for itself. */
export type DatabasePlace =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string };

const EMBEDDED = 'embedded:';

function databaseOf(url: string): DatabasePlace {
  return url.startsWith(EMBEDDED)
    ? { kind: 'embedded', folder: url.slice(EMBEDDED.length) }
    : { kind: 'postgres', url };
}

export const STORE_SETTINGS = {
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/|embedded:)./, 'must be a postgres:// URL, or embedded: and a folder')
    .transform(databaseOf)
    .optional()
    .describe(
      'Where everything is kept: PostgreSQL 15 or newer, or the folder of one that Maestro starts itself; unset: in memory, until it stops',
    ),
  DATABASE_CONNECTIONS: whole(1, 1_000, 10).describe('Connections to PostgreSQL that one process opens at most'),
  DATABASE_CONNECT_TIMEOUT_MS: whole(100, 600_000, 5_000).describe('Time to connect to PostgreSQL'),
  STATEMENT_TIMEOUT_MS: whole(100, 600_000, 5_000).describe('Time for one statement to PostgreSQL'),
  MIGRATE_AT_START: flag('true').describe('Bring the schema of the database up to date at start'),
  ALLOW_UNSAFE_DURABILITY: flag('false').describe(
    'Accept a PostgreSQL that acknowledges writes before they are on disk',
  ),
  MAX_ARTIFACTS_PER_RUN: whole(1, 10_000, 10_000).describe('Artifacts that one run holds at most'),
};
