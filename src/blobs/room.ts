// Refuses content before the disk is full: the database on the same disk needs free space to work,
// and to delete.
import { full } from './refusals.ts';
import type { BlobStores, Incoming } from './store.ts';

const MIB = 1024 * 1024;

/** Throws `content_store_full` where less than `minBytes` would be left after `bytes` more. */
export async function requireRoom(blobs: Pick<BlobStores, 'free'>, minBytes: number, bytes = 0): Promise<void> {
  const free = await blobs.free();
  if (free === null || free - bytes >= minBytes) return;
  throw full(new Error(`${free} bytes are free on the disk, and ${minBytes} must stay free (CONTENT_MIN_FREE_BYTES)`));
}

/**
 * Checks free space while bytes arrive: uploads run in parallel, and chunked ones do not declare a
 * length.
 */
export function watchedForRoom(incoming: Incoming, blobs: Pick<BlobStores, 'free'>, minBytes: number): Incoming {
  let came = 0;
  let lookedAt = 0;
  return {
    ...incoming,
    async write(chunk) {
      came += chunk.length;
      if (came - lookedAt >= MIB) {
        lookedAt = came;
        await requireRoom(blobs, minBytes, chunk.length);
      }
      await incoming.write(chunk);
    },
  };
}
