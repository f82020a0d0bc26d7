// Opens the store that `DATABASE_URL` names. Drivers are loaded only if used, so that the memory
// store starts without them.
import type { ReadingStore } from '../evidence/store.ts';
import { memoryStores } from '../store/memory/memory.ts';
import type { CoreStores, Durability, MaestroStores } from '../store/store.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';
import { settingFault } from './setting-faults.ts';

/** The stores of one tenant, which every driver has. */
export type TenantStores = CoreStores & { readonly readings: ReadingStore };

export type Stores = MaestroStores<TenantStores>;

export const STORES_IN_WORDS: Record<Durability, string> = {
  forgets: 'The memory store is in use: it forgets everything when the process ends',
  durable: 'PostgreSQL is in use: what is acknowledged is on disk',
  unsafe: 'PostgreSQL is in use and does not wait for its disk: what is acknowledged can be lost',
};

export type StoresOptions = {
  warn: Write;
  /** Whether to bring the schema up to date regardless of `MIGRATE_AT_START`. */
  migrates?: boolean;
  /** Whether the process only frees space, and may use the reserve for that. */
  makesRoom?: boolean;
};

/** Throws an error of one line that names the setting. */
export function openStores(config: Config, options: StoresOptions): Promise<Stores> {
  return openDriver(config, options).catch((error) => {
    throw settingFault('DATABASE_URL', error);
  });
}

async function openDriver(config: Config, options: StoresOptions): Promise<Stores> {
  const { warn, migrates = false, makesRoom = false } = options;
  const { DATABASE_URL: place, MAX_ARTIFACTS_PER_RUN: maxArtifactsPerRun } = config;
  if (place === undefined) return memoryStores({ maxArtifactsPerRun });
  const settings = {
    connections: config.DATABASE_CONNECTIONS,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    migrate: config.MIGRATE_AT_START || migrates,
    maxArtifactsPerRun,
    warn,
  };
  if (place.kind === 'postgres') {
    const { postgresStores } = await import('../store/postgres/postgres.ts');
    const allowUnsafeDurability = config.ALLOW_UNSAFE_DURABILITY;
    return postgresStores({ ...settings, url: place.url, allowUnsafeDurability });
  }
  const { embeddedStores } = await import('../store/embedded/embedded.ts');
  return embeddedStores({ ...settings, folder: place.folder, makesRoom, log: { warn }, giveUp });
}

// Uncaught on purpose: the process stops in order, with the exit status of a failure.
function giveUp(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
