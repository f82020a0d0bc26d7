// The store that needs nothing and forgets everything when the process ends. Each call runs to its
// end before another begins, so every one of them is atomic.

import type { EventArchive } from '../event-archives.ts';
import { type Makers, withStores } from '../make-stores.ts';
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

/** What the stores of a tenant are made from. */
export type MemoryTenant = { readonly ledger: Ledger; readonly tables: Tables };

/** What makes the stores of capabilities. */
export type MemoryMakers<More extends object> = Makers<More, MemoryTenant>;

export type MemoryStoreOptions = { maxArtifactsPerRun: number };

/** `makers` make the stores beside those of the core. */
export function memoryStores<More extends object>(
  options: MemoryStoreOptions,
  makers: MemoryMakers<More>,
): MaestroStores<CoreStores & More> {
  const opened = new Map<string, CoreStores & More>();
  return {
    kind: 'memory',
    durability: 'forgets',
    of(tenant) {
      const stores = opened.get(tenant) ?? tenantStores(options, makers);
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

function tenantStores<More extends object>({ maxArtifactsPerRun }: MemoryStoreOptions, makers: MemoryMakers<More>) {
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
  return withStores(core, makers, { ledger, tables });
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
