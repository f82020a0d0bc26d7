// Blobs of a place that is checked around each use: nothing counts as lost, and nothing is written
// or removed, unless the place is the right one.
import type { PlaceCheck } from './place-check.ts';
import { lost } from './refusals.ts';
import { requireRoom, watchedForRoom } from './room.ts';
import type { BlobStore, BlobStores, Incoming } from './store.ts';

/**
 * The same blobs. Throws `content_store_unavailable` while the place is away, and
 * `content_store_full` if it would have less than `minFreeBytes` left.
 */
export function checkedPlace(blobs: BlobStores, check: PlaceCheck, minFreeBytes: number): BlobStores {
  const received = async (store: BlobStore, bytes: number) => {
    await requireRoom(blobs, minFreeBytes, bytes);
    return watchedForRoom(await store.receive(bytes), blobs, minFreeBytes);
  };
  return { ...blobs, open: (tenant) => checkedStore(blobs.open(tenant), check, received) };
}

function checkedStore(
  store: BlobStore,
  check: PlaceCheck,
  received: (store: BlobStore, bytes: number) => Promise<Incoming>,
): BlobStore {
  return {
    ...store,
    async receive(bytes = 0) {
      await check.require();
      const incoming = await received(store, bytes).catch((error) => {
        // A folder beside the blobs may be missing.
        check.prepareAgain();
        throw error;
      });
      return checkedIncoming(incoming, check);
    },
    size: (sha256) => surely(check, () => store.size(sha256)),
    async read(sha256, range) {
      const bytes = await surely(check, () => store.read(sha256, range).catch(nullWhereLost));
      if (bytes === null) throw lost(sha256);
      return bytes;
    },
    async *keptBefore(moment) {
      await check.require();
      yield* store.keptBefore(moment);
    },
    async remove(sha256, moment, isNeeded) {
      await check.require();
      return store.remove(sha256, moment, isNeeded);
    },
  };
}

/**
 * Checks the place after a blob was kept too: something else may have been mounted there until
 * then.
 */
function checkedIncoming(incoming: Incoming, check: PlaceCheck): Incoming {
  return {
    ...incoming,
    async keep(sha256) {
      await incoming.keep(sha256);
      await check.requireStill();
    },
  };
}

/**
 * Null only if nothing was found twice, and the place was the right one after each time: it may
 * have come back in between.
 */
async function surely<Found>(check: PlaceCheck, find: () => Promise<Found | null>): Promise<Found | null> {
  for (let time = 0; time < 2; time += 1) {
    const found = await find();
    if (found !== null) return found;
    await check.require();
  }
  return null;
}

function nullWhereLost(error: unknown): null {
  if ((error as { code?: unknown }).code === 'content_lost') return null;
  throw error;
}
