// Whether a place is the one that holds the content of this database. An unmounted folder is an empty one, and another bucket answers as
// well: only the marker tells, a text at the root of the place that the database knows, too.
import { createHash } from 'node:crypto';
import { MaestroError } from '../domain/errors.ts';
import { within } from '../http/time-limit.ts';
import type { ContentPlace, MaestroStores } from '../store/store.ts';
import type { ContentStore } from './contents.ts';
import { unavailable } from './refusals.ts';
import type { BlobStore, BlobStores } from './store.ts';

export type PlaceSettings = {
  blobs: Pick<BlobStores, 'open' | 'marker' | 'prepare'>;
  stores: Pick<
    MaestroStores<{ readonly contents: Pick<ContentStore, 'named'> }>,
    'contentPlace' | 'updateContentPlace' | 'tenants' | 'of' | 'durability'
  >;
  newId(): string;
  log: { info(message: string): void; warn(message: string): void };
  /** An answer that takes longer is none; 10 s by default. */
  limitMs?: number;
};

export type PlaceCheck = {
  /**
   * Resolves where the place is the right one, as seen after the call or at most `sinceMs` before it. Throws `content_store_unavailable`, and
   * what the store throws.
   */
  require(sinceMs?: number): Promise<void>;
  /** The same, for a place that was right before. Reads the marker once for each call; calls do not share a read. */
  requireStill(): Promise<void>;
  /** Has the place prepared again before it is used again. */
  prepareAgain(): void;
  /** Told whenever the place is back. */
  onReturn(listener: () => void): void;
};

const LIMIT_MS = 10_000;

/** Looks at the marker of a place whenever it is asked, and writes it where that is safe. */
export function placeCheck(settings: PlaceSettings): PlaceCheck {
  const { log, blobs, limitMs = LIMIT_MS } = settings;
  const listeners: (() => void)[] = [];
  let away = false;
  let prepared = false;
  let seenAt = Number.NEGATIVE_INFINITY;
  let known: string | null = null;

  async function look(): Promise<void> {
    const began = performance.now();
    try {
      known = await requireMarker(settings, known);
      if (!prepared) await blobs.prepare();
      prepared = true;
    } catch (error) {
      prepared = false;
      if (isUnavailable(error)) report(error);
      throw error;
    }
    seenAt = began;
    if (!away) return;
    away = false;
    log.info('The place for content is available again');
    for (const listener of listeners) listener();
  }

  function report(error: MaestroError): void {
    away = true;
    log.warn(`The place for content is unavailable: ${reasonOf(error)}`);
  }

  const lookOnce = shared(look);
  const inTime = <Result>(work: Promise<Result>) => {
    const late = unavailable(new Error(`${blobs.marker.where} was not read within ${limitMs} ms`));
    return within(work, limitMs, () => {
      report(late);
      return late;
    });
  };
  const require = async (sinceMs = 0) => {
    if (!away && performance.now() - seenAt < sinceMs) return;
    await inTime(lookOnce());
  };
  return {
    require,
    async requireStill() {
      // Uploads that end at the same time do not wait for each other, and so do not all come to the database at once.
      const text = await inTime(blobs.marker.read());
      if (text === null || text !== known) await require();
    },
    prepareAgain() {
      prepared = false;
    },
    onReturn(listener) {
      listeners.push(listener);
    },
  };
}

const isUnavailable = (error: unknown): error is MaestroError =>
  error instanceof MaestroError && error.code === 'content_store_unavailable';

const reasonOf = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message);

const MAX_STEPS = 6;

/**
 * Each step writes one thing and looks again, so an interrupted sequence resumes where it stopped. The marker is written under the lock of the
 * place's row: of two processes configured with different places, the second sees that one is already marked.
 */
async function requireMarker({ stores, blobs, newId, log }: PlaceSettings, before: string | null): Promise<string> {
  const { marker } = blobs;
  const forgets = stores.durability === 'forgets';
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const there = await marker.read();
    const known = await stores.contentPlace().catch((error) => {
      // A database that is away or busy makes no other place of it.
      if (there === null || there !== before) throw error;
      return { id: before, marked: true };
    });
    if (known.marked && known.id !== null && known.id === there) return known.id;
    const isProven = there === null && !known.marked && (await holdsNamed({ stores, blobs }));
    let refusal: MaestroError | null = null;
    await stores.updateContentPlace(async (place, namesContent) => {
      const found = await marker.read();
      const move = moveFor({ place, found, namesContent, isProven, forgets });
      if (move === 'make id') return { id: newId(), marked: false };
      if (move === 'adopt') return { id: found, marked: true };
      if (move === 'refuse') refusal = refusalOf(place, found, marker.where);
      if (move === 'write') {
        await marker.write(place.id ?? '');
        log.info(`The place for content belongs to this database from now on: ${marker.where}`);
      }
      return { ...place, marked: place.marked || move === 'write' || move === 'note' };
    });
    if (refusal !== null) throw refusal;
  }
  throw unavailable(new Error(`${marker.where} is written by others at the same time`));
}

type Situation = {
  place: ContentPlace;
  /** The text of the marker. */
  found: string | null;
  namesContent: boolean;
  /** Whether a blob that the database names lies there. */
  isProven: boolean;
  /** Whether the database forgets everything with the process, so that it has no place of its own. */
  forgets: boolean;
};

/** What to do of a place whose marker is not known to be right. */
export function moveFor({ place, found, namesContent, isProven, forgets }: Situation) {
  const { id, marked } = place;
  if (found !== null && found === id) return 'note';
  if (forgets && found !== null && !marked && !namesContent) return 'adopt';
  if (id === null) return 'make id';
  if (found !== null) return 'refuse';
  // Marked before, it lies elsewhere, also where nothing is named yet: what came into an empty mount point would be hidden by the mount.
  return !marked && (!namesContent || isProven) ? 'write' : 'refuse';
}

function refusalOf({ id }: ContentPlace, found: string | null, where: string): MaestroError {
  const isThis = `If this is the right place for this database all the same, let ${where} hold the text ${id}`;
  if (found === null) {
    return unavailable(new Error(`${where} is missing. Mount or name the place that holds the content. ${isThis}`));
  }
  const other = `${where} holds ${JSON.stringify(found.slice(0, 100))}, so the place belongs to another database`;
  return unavailable(new Error(`${other}. Mount or name the right one. ${isThis}`));
}

const MOST_TRIED = 100;

/** Whether one of the contents that rows name lies there with its digest: the smallest of some, but not an empty one, which says nothing. */
async function holdsNamed({ stores, blobs }: Pick<PlaceSettings, 'stores' | 'blobs'>): Promise<boolean> {
  for (const tenant of await stores.tenants()) {
    const store = blobs.open(tenant);
    const lying: { sha256: string; size: number }[] = [];
    for (const sha256 of await stores.of(tenant).contents.named(MOST_TRIED)) {
      const size = await store.size(sha256);
      if (size !== null && size > 0) lying.push({ sha256, size });
    }
    for (const { sha256 } of lying.sort((a, b) => a.size - b.size)) if (await isWhole(store, sha256)) return true;
  }
  return false;
}

async function isWhole(store: BlobStore, sha256: string): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of await store.read(sha256)) hash.update(chunk as Buffer);
  } catch {
    // What cannot be read proves nothing, and another one may be whole.
    return false;
  }
  return hash.digest('hex') === sha256;
}

/** Has at most one run at a time; whoever asks while one is under way gets what the next gives, which begins after it. */
function shared(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const begin = () => {
    running = run().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (running === null) return begin();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        return begin();
      });
    return next;
  };
}
