// Whether a content store belongs to this database. An unmounted folder is an empty folder, and
// the wrong bucket answers too: only the marker tells them apart, a text at the root of the place
// that the database also has.
import { createHash } from 'node:crypto';
import type { MaestroError } from '../domain/errors.ts';
import type { ContentPlace, MaestroStores } from '../store/store.ts';
import type { ContentStore } from './contents.ts';
import { unavailable } from './refusals.ts';
import type { BlobStore, BlobStores } from './store.ts';

export type ClaimSettings = {
  blobs: Pick<BlobStores, 'open' | 'marker'>;
  stores: Pick<
    MaestroStores<{ readonly contents: Pick<ContentStore, 'named'> }>,
    'contentPlace' | 'updateContentPlace' | 'tenants' | 'of' | 'durability'
  >;
  newId(): string;
  log: { info(message: string): void };
};

const MAX_STEPS = 6;

/**
 * Returns the marker of the place if it is the one that the database names, and claims the place
 * for the database if that is safe. `before` is what the last call returned. Throws
 * `content_store_unavailable` if the place is another, and what the store throws.
 *
 * Each step writes one thing and looks again, so an interrupted sequence resumes where it stopped.
 * The marker is written under the lock of the place's row: of two processes configured with
 * different places, the second sees that one is already marked.
 */
export async function claimPlace({ stores, blobs, newId, log }: ClaimSettings, before: string | null): Promise<string> {
  const { marker } = blobs;
  const forgets = stores.durability === 'forgets';
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const there = await marker.read();
    const known = await stores.contentPlace().catch((error) => {
      // A database that does not answer does not make it another place.
      if (there === null || there !== before) throw error;
      return { id: before, marked: true };
    });
    if (known.marked && known.id !== null && known.id === there) return known.id;
    const isProven = there === null && !known.marked && (await holdsNamedContent({ stores, blobs }));
    let refusal: MaestroError | null = null;
    await stores.updateContentPlace(async (place, namesContent) => {
      const found = await marker.read();
      const next = nextStep({ place, found, namesContent, isProven, forgets });
      if (next === 'make id') return { id: newId(), marked: false };
      if (next === 'adopt') return { id: found, marked: true };
      if (next === 'refuse') refusal = refusalOf(place, found, marker.where);
      if (next === 'write') {
        await marker.write(place.id ?? '');
        log.info(`The content store belongs to this database from now on: ${marker.where}`);
      }
      return { ...place, marked: place.marked || next === 'write' || next === 'note' };
    });
    if (refusal !== null) throw refusal;
  }
  throw unavailable(new Error(`${marker.where} is written by others at the same time`));
}

type Situation = {
  place: ContentPlace;
  /** The text of the marker. */
  found: string | null;
  namesContent: boolean;
  /** Whether the place has a blob that the database names. */
  isProven: boolean;
  /** Whether the database lasts only as long as the process, so that no place belongs to it. */
  forgets: boolean;
};

/** The next step for a place whose marker is not known to be right. */
export function nextStep({ place, found, namesContent, isProven, forgets }: Situation) {
  const { id, marked } = place;
  if (found !== null && found === id) return 'note';
  if (forgets && found !== null && !marked && !namesContent) return 'adopt';
  if (id === null) return 'make id';
  if (found !== null) return 'refuse';
  // A place that was marked before is elsewhere, even if no content is named yet: what is written
  // into an empty mount point is hidden by the mount.
  return !marked && (!namesContent || isProven) ? 'write' : 'refuse';
}

function refusalOf({ id }: ContentPlace, found: string | null, where: string): MaestroError {
  const isThis = `If this is the right place for this database all the same, let ${where} hold the text ${id}`;
  if (found === null) {
    return unavailable(new Error(`${where} is missing. Mount or name the place that holds the content. ${isThis}`));
  }
  const other = `${where} holds ${JSON.stringify(found.slice(0, 100))}, so the place belongs to another database`;
  return unavailable(new Error(`${other}. Mount or name the right one. ${isThis}`));
}

const MOST_TRIED = 100;

// Whether the place has one of the contents that rows name, with the right digest. Small ones are
// tried first. An empty one proves nothing.
async function holdsNamedContent({ stores, blobs }: Pick<ClaimSettings, 'stores' | 'blobs'>): Promise<boolean> {
  for (const tenant of await stores.tenants()) {
    const store = blobs.open(tenant);
    const present: { sha256: string; size: number }[] = [];
    for (const sha256 of await stores.of(tenant).contents.named(MOST_TRIED)) {
      const size = await store.size(sha256);
      if (size !== null && size > 0) present.push({ sha256, size });
    }
    for (const { sha256 } of present.sort((a, b) => a.size - b.size)) if (await isWhole(store, sha256)) return true;
  }
  return false;
}

async function isWhole(store: BlobStore, sha256: string): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of await store.read(sha256)) hash.update(chunk as Buffer);
  } catch {
    // A blob that cannot be read proves nothing, and another one may be whole.
    return false;
  }
  return hash.digest('hex') === sha256;
}
