// Opens the store that `DATABASE_URL` names. Drivers are loaded only if used, so that the memory
// store starts without them.
import { memoryStores } from '../store/memory/memory.ts';
import type { CoreStores, Durability, MaestroStores } from '../store/store.ts';
import type { product } from './capabilities.ts';
import type { InstanceIn, JoinedStoreFiles, StoresIn } from './capability.ts';
import type { Config } from './config.ts';
import { giveUp } from './give-up.ts';
import type { Write } from './host.ts';
import { joinNamed } from './join-named.ts';
import { settingFault } from './setting-faults.ts';

/** The stores that the capabilities of the product have for each tenant. */
export type ProductStores = StoresIn<typeof product.stores>;

/** Their stores that belong to no tenant. */
export type ProductInstance = InstanceIn<typeof product.stores>;

/** The stores of one tenant, whichever driver has them. */
export type TenantStores = CoreStores & ProductStores;

export type Stores = MaestroStores<TenantStores, ProductInstance>;

/** What the capabilities of a list add to the stores. */
export type AddedStores<More extends object, Instance extends object> = {
  readonly stores: JoinedStoreFiles<More, Instance>;
  readonly migrations: readonly URL[];
};

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
export function openStores<More extends object, Instance extends object>(
  config: Config,
  options: StoresOptions,
  added: AddedStores<More, Instance>,
): Promise<MaestroStores<CoreStores & More, Instance>> {
  return openDriver(config, options, added).catch((error) => {
    throw settingFault('DATABASE_URL', error);
  });
}

async function openDriver<More extends object, Instance extends object>(
  config: Config,
  options: StoresOptions,
  { stores, migrations }: AddedStores<More, Instance>,
): Promise<MaestroStores<CoreStores & More, Instance>> {
  const { warn, migrates = false, makesRoom = false } = options;
  const { DATABASE_URL: place, MAX_ARTIFACTS_PER_RUN: maxArtifactsPerRun } = config;
  if (place === undefined) {
    const files = await stores.memory();
    return memoryStores({ maxArtifactsPerRun }, ownNamed(files.stores), files.instance);
  }
  const settings = {
    connections: config.DATABASE_CONNECTIONS,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    migrate: config.MIGRATE_AT_START || migrates,
    maxArtifactsPerRun,
    warn,
    migrations,
  };
  const { stores: ofTenant, instance } = await stores.postgres();
  const makers = ownNamed(ofTenant);
  if (place.kind === 'postgres') {
    const { postgresStores } = await import('../store/postgres/postgres.ts');
    const allowUnsafeDurability = config.ALLOW_UNSAFE_DURABILITY;
    return postgresStores({ ...settings, url: place.url, allowUnsafeDurability }, makers, instance);
  }
  const { embeddedStores } = await import('../store/embedded/embedded.ts');
  const inFolder = { ...settings, folder: place.folder, makesRoom, log: { warn }, giveUp };
  return embeddedStores(inFolder, makers, instance);
}

const CORE: Readonly<Record<keyof CoreStores, null>> = {
  ...{ runs: null, artifacts: null, packs: null, contents: null },
  ...{ events: null, cursors: null, archives: null },
};

// The drivers make the stores of a tenant at its first request, which is too late to refuse a name.
function ownNamed<Makers extends object>(makers: Makers): Makers {
  joinNamed('store', [CORE, makers]);
  return makers;
}
