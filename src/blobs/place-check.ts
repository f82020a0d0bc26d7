// Checks at any time that the content store is there and is the right one, and reports when it
// is lost and when it is back.
import { MaestroError } from '../domain/errors.ts';
import { within } from '../http/time-limit.ts';
import { type ClaimSettings, claimPlace } from './claim-place.ts';
import { unavailable } from './refusals.ts';
import { singleFlight } from './single-flight.ts';
import type { BlobStores } from './store.ts';

export type PlaceSettings = Omit<ClaimSettings, 'blobs' | 'log'> & {
  blobs: Pick<BlobStores, 'open' | 'marker' | 'prepare'>;
  log: { info(message: string): void; warn(message: string): void };
  /** An answer of the place that takes longer is none; 10 s by default. */
  limitMs?: number;
};

export type PlaceCheck = {
  /**
   * Resolves if the place is the right one, as seen after the call or at most `sinceMs` before it.
   * Throws `content_store_unavailable`, and what the store throws.
   */
  require(sinceMs?: number): Promise<void>;
  /**
   * The same for a place that was right before. Each call reads the marker; calls do not share a
   * read.
   */
  requireStill(): Promise<void>;
  /** Has the place prepared again before it is used again. */
  prepareAgain(): void;
  /** Calls the listener whenever the place is back. */
  onReturn(listener: () => void): void;
};

const LIMIT_MS = 10_000;

/** Reads the marker of the place when it is asked, and writes it if that is safe. */
export function placeCheck(settings: PlaceSettings): PlaceCheck {
  const { blobs, limitMs = LIMIT_MS } = settings;
  const availability = availabilityOf(settings.log);
  let prepared = false;
  let seenAt = Number.NEGATIVE_INFINITY;
  let known: string | null = null;

  const look = singleFlight(async () => {
    const began = performance.now();
    try {
      known = await claimPlace(settings, known);
      if (!prepared) await blobs.prepare();
      prepared = true;
    } catch (error) {
      prepared = false;
      if (isUnavailable(error)) availability.lost(error);
      throw error;
    }
    seenAt = began;
    availability.back();
  });
  const inTime = <Result>(work: Promise<Result>) => within(work, limitMs, () => availability.lost(late(settings)));
  const require = async (sinceMs = 0) => {
    if (!availability.isLost() && performance.now() - seenAt < sinceMs) return;
    await inTime(look());
  };
  return {
    require,
    async requireStill() {
      // Uploads that end at the same time do not wait for each other's read, so that they do not
      // all come to the database at once.
      const text = await inTime(blobs.marker.read());
      if (text === null || text !== known) await require();
    },
    prepareAgain() {
      prepared = false;
    },
    onReturn: availability.onReturn,
  };
}

const late = ({ blobs, limitMs = LIMIT_MS }: PlaceSettings) =>
  unavailable(new Error(`${blobs.marker.where} was not read within ${limitMs} ms`));

/** Whether the place is lost, logged each time that it is found to be, and once when it is back. */
function availabilityOf(log: PlaceSettings['log']) {
  const listeners: (() => void)[] = [];
  let isLost = false;
  return {
    isLost: () => isLost,
    lost(error: MaestroError): MaestroError {
      isLost = true;
      log.warn(`The content store is unavailable: ${reasonOf(error)}`);
      return error;
    },
    back(): void {
      if (!isLost) return;
      isLost = false;
      log.info('The content store is available again');
      for (const listener of listeners) listener();
    },
    onReturn(listener: () => void): void {
      listeners.push(listener);
    },
  };
}

const isUnavailable = (error: unknown): error is MaestroError =>
  error instanceof MaestroError && error.code === 'content_store_unavailable';

const reasonOf = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message);
