// Probes whether the content store can write, read and remove bytes, with a blob of no tenant.
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { PlaceCheck } from './place-check.ts';
import { unavailable } from './refusals.ts';
import { requireRoom } from './room.ts';
import type { BlobStore, BlobStores } from './store.ts';

export type ContentState = 'writable' | 'full';

export type ProbeSettings = { blobs: BlobStores; check: PlaceCheck; minFreeBytes: number; newId(): string };

/**
 * Throws `content_store_unavailable` if the place is the wrong one or a write, read or removal
 * fails. A full disk is a state, not a failure.
 */
export async function probeContent({ blobs, check, minFreeBytes, newId }: ProbeSettings): Promise<ContentState> {
  await check.require();
  try {
    await tryOut(blobs.probe, Buffer.from(`probe ${newId()}`));
    await requireRoom(blobs, minFreeBytes);
    return 'writable';
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'content_store_full') return 'full';
    throw code === 'content_lost' ? unavailable(error) : error;
  }
}

async function tryOut(store: BlobStore, bytes: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const incoming = await store.receive(bytes.length);
  try {
    await incoming.write(bytes);
    await incoming.keep(sha256);
  } finally {
    await incoming.discard();
  }
  const found = await buffer(await store.read(sha256));
  await store.remove(sha256, EVER, async () => false);
  if (!found.equals(bytes)) throw unavailable(new Error('what was read is not what was written'));
}

/** Later than any blob was kept. */
const EVER = new Date('9999-12-31T00:00:00.000Z');
