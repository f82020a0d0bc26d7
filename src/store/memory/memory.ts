// The store that needs nothing and forgets everything when the process ends. Each call runs to its
// end before another begins, so every one of them is atomic.
import type { ContentStore } from '../../blobs/contents.ts';
import type { ReadingStore } from '../../evidence/store.ts';
import type { EventArchive } from '../event-archives.ts';
import type { ContentPlace, CoreStores, MaestroStores } from '../store.ts';
import { artifactStore } from './artifacts.ts';
import { contentStore } from './contents.ts';
import { eventArchiveStore } from './event-archives.ts';
import { type EventCursors, eventCursorStore } from './event-cursors.ts';
import { eventStore } from './events.ts';
import { openLedger } from './ledger.ts';
import { packStore } from './packs.ts';
import { readingStore } from './readings.ts';
import { runStore } from './runs.ts';
import { openTables } from './tables.ts';

export type TenantStores = CoreStores & { readonly contents: ContentStore; readonly readings: ReadingStore };

export type MemoryStoreOptions = { maxArtifactsPerRun: number };

export function memoryStores(options: MemoryStoreOptions): MaestroStores<TenantStores> {
  const opened = new Map<string, TenantStores>();
  return {
    kind: 'memory',
    durability: 'forgets',
    of(tenant) {
      const stores = opened.get(tenant) ?? tenantStores(options);
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

function tenantStores({ maxArtifactsPerRun }: MemoryStoreOptions): TenantStores {
  const [ledger, tables] = [openLedger(), openTables()];
  const cursors: EventCursors = new Map();
  const archives: EventArchive[] = [];
  return {
    runs: runStore(ledger, tables),
    artifacts: artifactStore(ledger, tables, maxArtifactsPerRun),
    packs: packStore(ledger, tables),
    events: eventStore(ledger),
    cursors: eventCursorStore(ledger, cursors),
    archives: eventArchiveStore(ledger, cursors, archives),
    contents: contentStore(tables, archives),
    readings: readingStore(tables),
  };
}

async function tenantsBehind(opened: ReadonlyMap<string, TenantStores>, cursor: string): Promise<string[]> {
  const behind = [];
  for (const [tenant, { cursors }] of opened)
    if ((await cursors.progress(cursor, 1, '')).waiting > 0) behind.push(tenant);
  return behind;
}

/** The place of content, which changes one call after the other. */
function contentPlace(
  opened: ReadonlyMap<string, TenantStores>,
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
