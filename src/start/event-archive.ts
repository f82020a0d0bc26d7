// Old events lie in the content store, and are read from there as if they still stood in the log.
import type { Place } from '../blobs/open-place.ts';
import { keepBlob, readBlob } from '../blobs/whole-blob.ts';
import { MaestroError } from '../domain/errors.ts';
import { archiveEvents } from '../jobs/archive-events.ts';
import { wholeLog } from '../jobs/event-archive.ts';
import type { Job } from '../jobs/job.ts';
import type { CoreStores, MaestroStores } from '../store/store.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';
import { wrappedStores } from './wrapped-stores.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The place is checked before events are archived, at most this long ago. */
const PLACE_SEEN_MS = 1_000;

type Needs = {
  readonly stores: MaestroStores;
  readonly place: Place | null;
  now(): Date;
  newId(): string;
  readonly warn: Write;
};

/** Starts to archive what is older than `EVENTS_KEEP_DAYS`; null where events are kept for ever. */
export function openArchive({ EVENTS_KEEP_DAYS: days }: Pick<Config, 'EVENTS_KEEP_DAYS'>, needs: Needs): Job | null {
  if (days === undefined) return null;
  const { place } = needs;
  if (place === null) throw new Error('EVENTS_KEEP_DAYS needs BLOB_URL: there is no content store for old events');
  return archiveEvents({
    ...needs,
    keepMs: days * DAY_MS,
    async keep(tenant, text) {
      await place.check.require(PLACE_SEEN_MS);
      return keepBlob(place.blobs.open(tenant), Buffer.from(text));
    },
  });
}

/** The same stores, whose logs begin with their first event, wherever it lies. */
export function withWholeLog<Tenant extends CoreStores>(
  stores: MaestroStores<Tenant>,
  place: Place | null,
): MaestroStores<Tenant> {
  return wrappedStores(stores, (inner, tenant) => {
    const read = async (sha256: string) => {
      if (place === null) throw new MaestroError('content_store_not_configured', 'There is no content store');
      return readBlob(place.blobs.open(tenant), sha256);
    };
    return { ...inner, events: wholeLog({ events: inner.events, archives: inner.archives, read }) };
  });
}
