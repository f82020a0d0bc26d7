// The content store as the process uses it: checked around each use, kept from filling up, and
// probed for `/ready`.
import { checkedPlace } from './checked-place.ts';
import { type PlaceCheck, type PlaceSettings, placeCheck } from './place-check.ts';
import { type ContentState, probeContent } from './probe.ts';
import type { BlobStores } from './store.ts';

export type OpenPlaceSettings = Omit<PlaceSettings, 'blobs'> & {
  /** Content is refused if less than this would be left on the disk; 0 lets the disk fill up. */
  minFreeBytes: number;
};

export type Place = { blobs: BlobStores; check: PlaceCheck; probe(): Promise<ContentState> };

// Memory belongs to this process alone, and cannot be away.
const ALWAYS_THERE: PlaceCheck = {
  require: async () => {},
  requireStill: async () => {},
  prepareAgain: () => {},
  onReturn: () => {},
};

export function openPlace(blobs: BlobStores, { minFreeBytes, ...settings }: OpenPlaceSettings): Place {
  const check = blobs.kind === 'memory' ? ALWAYS_THERE : placeCheck({ ...settings, blobs });
  return {
    blobs: checkedPlace(blobs, check, minFreeBytes),
    check,
    probe: () => probeContent({ blobs, check, minFreeBytes, newId: settings.newId }),
  };
}
