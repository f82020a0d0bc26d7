import type { ContentStore } from '../store/contents.ts';
import type { BlobStores } from './store.ts';

/** What a sweep needs of the rows of one tenant. */
type Rows = Pick<ContentStore, 'has'>;

export const SWEEP_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Removes the blobs of `tenants` that no row names and that were last kept before `moment`. The
 * rows are read again right before each removal. Returns the number of removed blobs. Blobs that
 * probes of dead processes left are removed too, and not counted.
 */
export async function sweep(
  blobs: BlobStores,
  rowsOf: (tenant: string) => Rows,
  tenants: readonly string[],
  moment: Date,
): Promise<number> {
  let removed = 0;
  for (const tenant of tenants) {
    const [store, rows] = [blobs.open(tenant), rowsOf(tenant)];
    for await (const sha256 of store.keptBefore(moment)) {
      if (await rows.has(sha256)) continue;
      if (await store.remove(sha256, moment, () => rows.has(sha256))) removed += 1;
    }
  }
  for await (const sha256 of blobs.probe.keptBefore(moment)) {
    await blobs.probe.remove(sha256, moment, async () => false);
  }
  return removed;
}
