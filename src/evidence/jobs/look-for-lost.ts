// One pass over content that was recorded as lost: what is there again is read again.
import type { Artifact } from '../../domain/artifact/artifact.ts';
import { readAgain } from '../../domain/evidence/evidence-changes.ts';
import { isLost } from '../../domain/evidence/reading.ts';
import { fetchContent } from './fetch-content.ts';
import { type JobSettings, stampBy } from './settings.ts';

const PAGE = 50;

/**
 * Bytes fetched in vain, for content that is still lost, before the job waits for the next poll.
 */
const MAX_FETCHED_BYTES = 64 * 1024 * 1024;

export type LostSettings = Omit<JobSettings, 'leaseMs'> & {
  /** Called when content of a tenant waits to be read again. */
  wake(tenant: string): void;
};

export type LostSearch = {
  readonly settings: LostSettings;
  readonly signal: AbortSignal;
  /**
   * By tenant, the id of the artifact that was looked at last: the next pass continues after it.
   */
  readonly lookedTo: Map<string, string>;
  isClosed(): boolean;
};

/** Rejects where a store does. */
export async function lookForLost(search: LostSearch): Promise<void> {
  const { stores, ready } = search.settings;
  for (const tenant of await stores.tenants()) {
    // Listed first: where nothing was lost, the content store is not asked whether it is ready.
    if ((await stores.of(tenant).readings.lost('', 1)).length === 0) continue;
    await ready?.();
    await lookThrough(search, tenant);
  }
}

/** From where the last pass ended to the last artifact, unless too much is fetched in vain. */
async function lookThrough(search: LostSearch, tenant: string): Promise<void> {
  const { settings, lookedTo, isClosed } = search;
  let fetched = 0;
  while (!isClosed()) {
    const page = await settings.stores.of(tenant).readings.lost(lookedTo.get(tenant) ?? '', PAGE);
    for (const artifact of page) {
      if (isClosed()) return;
      lookedTo.set(tenant, artifact.id);
      if (await isThere(search, tenant, artifact)) await startAgain(settings, tenant, artifact.id);
      else fetched += Math.min(artifact.content?.size ?? 0, settings.readers.maxBytes);
      if (fetched > MAX_FETCHED_BYTES) return;
    }
    if (page.length < PAGE) {
      lookedTo.delete(tenant);
      return;
    }
  }
}

async function isThere(
  { settings, signal }: LostSearch,
  tenant: string,
  { content }: Readonly<Artifact>,
): Promise<boolean> {
  return content !== null && (await fetchContent(settings, tenant, content, signal)) !== null;
}

async function startAgain(settings: LostSettings, tenant: string, id: string): Promise<void> {
  const store = settings.stores.of(tenant);
  const { reading } = await store.readings.get(id);
  if (reading === null || !isLost(reading)) return;
  await store.artifacts.update(id, (row) => readAgain(row, stampBy(settings, 'reader')));
  settings.wake(tenant);
}
