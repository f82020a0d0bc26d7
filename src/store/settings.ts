// The settings of the store: its driver, and how that works.
import { z } from 'zod';
import { flag, optionalWhole, whole } from '../domain/setting.ts';

/**
 * A PostgreSQL, whose URL is checked on connecting, or the folder of one that Maestro runs itself.
 */
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
      'Where data is stored: PostgreSQL 15 or newer, or the folder of a PostgreSQL that Maestro runs itself; ' +
        'unset: in memory, until Maestro stops',
    ),
  DATABASE_CONNECTIONS: whole(1, 1_000, 10).describe('Maximum number of connections to PostgreSQL per process'),
  DATABASE_CONNECT_TIMEOUT_MS: whole(100, 600_000, 5_000).describe('Time limit for connecting to PostgreSQL'),
  STATEMENT_TIMEOUT_MS: whole(100, 600_000, 5_000).describe('Time limit for one PostgreSQL statement'),
  MIGRATE_AT_START: flag('true').describe('Bring the schema of the database up to date at start'),
  ALLOW_UNSAFE_DURABILITY: flag('false').describe(
    'Accept a PostgreSQL that acknowledges writes before they are on disk',
  ),
  MAX_ARTIFACTS_PER_RUN: whole(1, 10_000, 10_000).describe('Maximum number of artifacts in one run'),
  EVENTS_KEEP_DAYS: optionalWhole(1, 36_500).describe(
    'Days after which events move from the database into files in the content store; unset: never',
  ),
};
