// Stores of each driver with those of every capability, for tests that open them without `start/`.
import { product } from '../src/start/capabilities.ts';
import type { Stores } from '../src/start/stores.ts';
import { type EmbeddedOptions, embeddedStores as openEmbedded } from '../src/store/embedded/embedded.ts';
import { type MemoryStoreOptions, memoryStores as openMemory } from '../src/store/memory/memory.ts';
import { postgresStores as openPostgres, type PostgresStoreOptions } from '../src/store/postgres/postgres.ts';

const [memory, postgres] = await Promise.all([product.stores.memory(), product.stores.postgres()]);

export const memoryStores = (options: MemoryStoreOptions): Stores =>
  openMemory(options, memory.stores, memory.instance);

export const postgresStores = (options: PostgresStoreOptions): Promise<Stores> =>
  openPostgres(options, postgres.stores, postgres.instance);

export const embeddedStores = (options: EmbeddedOptions): Promise<Stores> =>
  openEmbedded(options, postgres.stores, postgres.instance);
