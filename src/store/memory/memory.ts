// The store that needs nothing and forgets everything when the process ends. Each call runs to its
// end before another begins, so every one of them is atomic.

import type { EventArchive } from '../event-archives.ts';
import { type Makers, madeStores, withStores } from '../make-stores.ts';
import type { ContentPlace, CoreStores, MaestroStores } from '../store.ts';
import { artifactStore } from './artifacts.ts';
import { contentStore } from './contents.ts';
import { eventArchiveStore } from './event-archives.ts';
import { type EventCursors, eventCursorStore } from './event-cursors.ts';
import { eventStore } from './events.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { packStore } from './packs.ts';
import { runStore } from './runs.ts';
import { openTables, type Tables } from './tables.ts';

/** What all tenants of one opening of the stores share. */
export type MemoryInstance = {
  /** What `make` returned when it was first given. */
  shared<State>(make: () => State): State;
};

/** What the stores of a tenant are made from. */
export type MemoryTenant = {
  readonly name: string;
  readonly ledger: Ledger;
  readonly tables: Tables;
  readonly instance: MemoryInstance;
};

/** What makes the stores of capabilities for a tenant. */
export type MemoryMakers<More extends object> = Makers<More, MemoryTenant>;

/** What makes those that belong to no tenant. */
export type MemoryInstanceMakers<Instance extends object> = Makers<Instance, MemoryInstance>;

export type MemoryStoreOptions = { maxArtifactsPerRun: number };

/** `makers` make the stores of a tenant beside those of the core, `instanceMakers` those of no tenant. */
export function memoryStores<More extends object, Instance extends object>(
  options: MemoryStoreOptions,
  makers: MemoryMakers<More>,
  instanceMakers: MemoryInstanceMakers<Instance>,
): MaestroStores<CoreStores & More, Instance> {
  const opened = new Map<string, CoreStores & More>();
  const instance = openInstance();
  return {
    kind: 'memory',
    durability: 'forgets',
    instance: madeStores(instanceMakers, instance),
    of(tenant) {
      const stores = opened.get(tenant) ?? tenantStores(tenant, instance, options, makers);
      opened.set(tenant, stores);
      return stores;
    },
    tenants: async () => [...opened.keys()],
    tenantsBehind: (cursor) => tenantsBehind(opened, cursor),
    ping: async () => {},
    probe: async () => {},
    ...contentPlace(opened),
    close: async () => {},
  };
}

function openInstance(): MemoryInstance {
  const states = new Map<() => unknown, unknown>();
  return {
    shared<State>(make: () => State) {
      if (!states.has(make)) states.set(make, make());
      return states.get(make) as State;
    },
  };
}

function tenantStores<More extends object>(
  name: string,
  instance: MemoryInstance,
  { maxArtifactsPerRun }: MemoryStoreOptions,
  makers: MemoryMakers<More>,
) {
  const [ledger, tables] = [openLedger(), openTables()];
  const cursors: EventCursors = new Map();
  const archives: EventArchive[] = [];
  const core: CoreStores = {
    runs: runStore(ledger, tables),
    artifacts: artifactStore(ledger, tables, maxArtifactsPerRun),
    packs: packStore(ledger, tables),
    events: eventStore(ledger),
    cursors: eventCursorStore(ledger, cursors),
    archives: eventArchiveStore(ledger, cursors, archives),
    contents: contentStore(tables, archives),
  };
  return withStores(core, makers, { name, ledger, tables, instance });
}

async function tenantsBehind(opened: ReadonlyMap<string, CoreStores>, cursor: string): Promise<string[]> {
  const behind = [];
  for (const [tenant, { cursors }] of opened) if ((await cursors.progress(cursor, 1)).waiting > 0) behind.push(tenant);
  return behind;
}

/** The place of content, which changes one call after the other. */
function contentPlace(
  opened: ReadonlyMap<string, CoreStores>,
): Pick<MaestroStores, 'contentPlace' | 'updateContentPlace'> {
  let place: ContentPlace = { id: null, marked: false };
  let changing: Promise<unknown> = Promise.resolve();
  const namesContent = async () => {
    for (const { contents } of opened.values()) if ((await contents.named(1)).length > 0) return true;
    return false;
  };
  return {
    contentPlace: async () => place,
    updateContentPlace(change) {
      const changed = changing.then(async () => {
        place = await change(place, await namesContent());
        return place;
      });
      changing = changed.catch(() => {});
      return changed;
    },
  };
}
