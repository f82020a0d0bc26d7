// Opens the content store that `BLOB_URL` names.
import { memoryBlobs } from '../blobs/memory.ts';
import { openPlace, type Place } from '../blobs/open-place.ts';
import type { BlobPlace } from '../blobs/settings.ts';
import type { BlobStores } from '../blobs/store.ts';
import { now } from './clock.ts';
import type { Config } from './config.ts';
import type { Host, Write } from './host.ts';
import { newId } from './new-id.ts';
import { settingFault } from './setting-faults.ts';
import type { Stores } from './stores.ts';
import { throttled } from './throttled-log.ts';

const MEMORY_BLOB_BYTES = 256 * 1024 * 1024;

type Settings = Pick<Config, 'BLOB_URL' | 'DATABASE_URL'>;

/**
 * The content store, null if none is configured. Does not access the place. Throws an error of
 * one line.
 */
export function openBlobs(settings: Settings, env: Host['env']): Promise<BlobStores | null> {
  // The AWS SDK's notices about its own later versions are of no use to operators.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return openDriver(placeOf(settings)).catch((error) => {
    throw settingFault(settings.BLOB_URL === undefined ? 'DATABASE_URL' : 'BLOB_URL', error);
  });
}

/** By default, content lies beside the rows if they are in memory or in a folder. */
function placeOf({ BLOB_URL, DATABASE_URL }: Settings): BlobPlace | { kind: 'memory' } | null {
  if (BLOB_URL !== undefined) return BLOB_URL;
  if (DATABASE_URL === undefined) return { kind: 'memory' };
  return DATABASE_URL.kind === 'embedded' ? { kind: 'file', folder: `${DATABASE_URL.folder}/blobs` } : null;
}

async function openDriver(place: ReturnType<typeof placeOf>): Promise<BlobStores | null> {
  if (place === null) return null;
  if (place.kind === 'memory') return memoryBlobs({ maxBytes: MEMORY_BLOB_BYTES, now });
  if (place.kind === 'file') {
    const { fileBlobs, refuseFile } = await import('../blobs/file.ts');
    await refuseFile(place.folder);
    return fileBlobs({ folder: place.folder, newId, now });
  }
  const { s3Blobs } = await import('../blobs/s3.ts');
  return s3Blobs({ place, newId });
}

/**
 * The place with its checks: that it is the one that the rows name, and that it does not fill up.
 */
export function placeFor(
  { CONTENT_MIN_FREE_BYTES: minFreeBytes }: Pick<Config, 'CONTENT_MIN_FREE_BYTES'>,
  blobs: BlobStores,
  stores: Stores,
  { info, warn }: { info: Write; warn: Write },
): Place {
  return openPlace(blobs, { stores, newId, minFreeBytes, log: { info, warn: throttled(warn, now) } });
}
