// The stores on PostgreSQL. Every write is one statement or one transaction, and its event lands
// with it.
import type { Client } from 'pg';
import { MaestroError } from '../../domain/errors.ts';
import { type Makers, madeStores, withStores } from '../make-stores.ts';
import type { CoreStores, MaestroStores } from '../store.ts';
import { artifactStore } from './artifacts.ts';
import { contentPlace } from './content-place.ts';
import { contentStore } from './contents.ts';
import { eventArchiveStore } from './event-archives.ts';
import { eventCursorStore, TENANTS_BEHIND } from './event-cursors.ts';
import { eventStore } from './events.ts';
import { type Ledger, type OwnSession, openLedger, ownSession } from './ledger.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import { packStore } from './packs.ts';
import { answered, type Patience, patiently } from './patience.ts';
import { openDatabase, type PostgresSettings } from './pool.ts';
import { runStore } from './runs.ts';
import { owns } from './statements.ts';

/** What makes the stores of capabilities for a tenant. */
export type PostgresMakers<More extends object> = Makers<More, Ledger>;

/** What makes those that belong to no tenant. */
export type PostgresInstanceMakers<Instance extends object> = Makers<Instance, OwnSession>;

export type PostgresStoreOptions = PostgresSettings & {
  maxArtifactsPerRun: number;
  /** Otherwise a schema that is not up to date is refused. */
  migrate: boolean;
  /** Otherwise a server that acknowledges before its disk does is refused. */
  allowUnsafeDurability: boolean;
  /** Called with what the start is waiting for, whenever it waits longer. */
  warn?: (message: string) => void;
  /** Folders with files of the one sequence of migrations, beside that of this driver. */
  migrations?: readonly URL[];
};

/**
 * Connects to a server whose commits are on disk, and brings its schema up to date. Throws where
 * either is impossible, and where the server has not answered for `connectTimeoutMs`. `makers` make
 * the stores of a tenant beside those of the core, `instanceMakers` those of no tenant.
 */
export async function postgresStores<More extends object, Instance extends object>(
  options: PostgresStoreOptions,
  makers: PostgresMakers<More>,
  instanceMakers: PostgresInstanceMakers<Instance>,
): Promise<MaestroStores<CoreStores & More, Instance>> {
  const isUnsafe = await prepare(options);
  const database = openDatabase(options);
  const opened = new Map<string, CoreStores & More>();
  return {
    kind: 'postgres',
    durability: isUnsafe ? 'unsafe' : 'durable',
    instance: madeStores(instanceMakers, ownSession(database)),
    of(tenant) {
      const stores = opened.get(tenant) ?? tenantStores(openLedger(database, tenant), options, makers);
      opened.set(tenant, stores);
      return stores;
    },
    tenants: async () => (await database.query<{ tenant: string }>(TENANTS, [])).map(({ tenant }) => tenant),
    tenantsBehind: async (cursor) =>
      (await database.query<{ tenant: string }>(TENANTS_BEHIND, [cursor])).map(({ tenant }) => tenant),
    async ping() {
      const [state] = await database.query<{ writable: boolean }>(WRITABLE, []);
      if (state?.writable !== true) throw new MaestroError('store_unavailable', 'The store is read-only');
    },
    async probe() {
      const [written] = await database.query(WRITE_PROBE, []);
      if (written === undefined) throw new MaestroError('store_unavailable', 'The probe row could not be written');
    },
    ...contentPlace(database),
    close: () => database.close(),
  };
}

function tenantStores<More extends object>(
  ledger: Ledger,
  { maxArtifactsPerRun, statementTimeoutMs }: PostgresStoreOptions,
  makers: PostgresMakers<More>,
) {
  const events = eventStore(ledger, statementTimeoutMs);
  const core: CoreStores = {
    runs: runStore(ledger),
    artifacts: artifactStore(ledger, maxArtifactsPerRun),
    packs: packStore(ledger),
    events,
    archives: eventArchiveStore(ledger, events),
    cursors: eventCursorStore(ledger),
    contents: contentStore(ledger),
  };
  return withStores(core, makers, ledger);
}

/** Brings the schema up to date. Returns whether the server acknowledges before its disk does. */
function prepare(options: PostgresStoreOptions): Promise<boolean> {
  const waiting = { ms: options.connectTimeoutMs, say: options.warn ?? (() => {}) };
  return patiently(options.url, waiting, async (client, patience) => {
    const unsafe = await unsafeSettings(client, patience);
    if (unsafe.length > 0 && !options.allowUnsafeDurability) {
      throw new Error(`The database has ${unsafe.join(' and ')}: what it acknowledges can be lost`);
    }
    await migrate(client, options.migrate, patience, [MIGRATIONS, ...(options.migrations ?? [])]);
    return unsafe.length > 0;
  });
}

async function unsafeSettings(client: Client, patience: Patience): Promise<string[]> {
  const { rows } = await answered(client, patience, 'its settings', () => client.query<{ name: string }>(UNSAFE));
  return rows.map(({ name }) => `${name}=off`);
}

const UNSAFE =
  "SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'";

// One step through the index for each tenant. Events stay when runs are deleted.
const TENANTS = owns(
  'tenants',
  `WITH RECURSIVE known AS (
     (SELECT tenant FROM events ORDER BY tenant LIMIT 1)
     UNION ALL SELECT (SELECT tenant FROM events WHERE tenant > known.tenant ORDER BY tenant LIMIT 1)
     FROM known WHERE known.tenant IS NOT NULL
   ) SELECT tenant FROM known WHERE tenant IS NOT NULL`,
);
// One that nobody else has locked.
const WRITE_PROBE = owns(
  'write_probe',
  `UPDATE write_probes SET written_at = clock_timestamp() WHERE number = (
     SELECT number FROM write_probes ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
   ) RETURNING number`,
);
const WRITABLE = owns(
  'writable',
  `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable`,
);
