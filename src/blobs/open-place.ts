// A place for content as the process uses it: looked at before it is believed, kept from filling up, tried out for `/ready`.
import { type PlaceCheck, type PlaceSettings, placeCheck } from './marker.ts';
import { safeBlobs } from './place.ts';
import { type ContentState, probeContent } from './probe.ts';
import type { BlobStores } from './store.ts';

export type OpenPlaceSettings = Omit<PlaceSettings, 'blobs'> & {
  /** Content is refused where less than this would be left on the disk; 0 fills it. */
  minFreeBytes: number;
};

export type Place = { blobs: BlobStores; check: PlaceCheck; probe(): Promise<ContentState> };

// Memory is never another's, and cannot be away.
const ALWAYS_THERE: PlaceCheck = {
  require: async () => {},
  requireStill: async () => {},
  prepareAgain: () => {},
  onReturn: () => {},
};

export function openPlace(blobs: BlobStores, { minFreeBytes, ...settings }: OpenPlaceSettings): Place {
  const check = blobs.kind === 'memory' ? ALWAYS_THERE : placeCheck({ ...settings, blobs });
  return {
    blobs: safeBlobs(blobs, check, minFreeBytes),
    check,
    probe: () => probeContent({ blobs, check, minFreeBytes, newId: settings.newId }),
  };
}
