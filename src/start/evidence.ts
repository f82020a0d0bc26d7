// Opens the readers of documents and the background jobs on the content of artifacts.
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import type { Place } from '../blobs/open-place.ts';
import { findLost } from '../evidence/find-lost.ts';
import { LIMITS } from '../evidence/limits.ts';
import { type PendingSettings, readPending } from '../evidence/read-pending.ts';
import type { Readers } from '../evidence/readers.ts';
import { verifyStale } from '../evidence/verify-stale.ts';
import { type ReadingWorkers, readingWorkers } from '../evidence/workers.ts';
import type { Job } from '../jobs/job.ts';
import type { MaestroStores } from '../store/store.ts';
import type { CurrentTrust } from '../trust/current.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';
import type { TenantStores } from './stores.ts';
import { throttled } from './throttled-log.ts';

// This file is .js when compiled and .ts in the sources; so is the verifier, which the workers
// load.
const VERIFIER = new URL(`../trust/verify${extname(import.meta.url)}`, import.meta.url).href;

/** Workers are started when there is something to read. */
export function openReaders(config: Config, trust: CurrentTrust): ReadingWorkers {
  const workers = config.EVIDENCE_WORKERS ?? workersFor(availableParallelism());
  const limits = { ...LIMITS, maxBytes: config.EVIDENCE_LIMIT };
  const verifying = { verifier: VERIFIER, trust: trust.current };
  return readingWorkers({ workers, maxMs: config.EVIDENCE_TIMEOUT_MS, limits, verifying });
}

const MOST_WORKERS = 4;

/** One processor is left to the server; each worker may take 800 MiB. */
export function workersFor(processors: number): number {
  return Math.min(Math.max(processors - 1, 1), MOST_WORKERS);
}

/** The place is checked before background reading, at most this long ago. */
const PLACE_SEEN_MS = 1_000;

export type BackgroundNeeds = {
  stores: MaestroStores<TenantStores>;
  place: Place | null;
  readers: Readers;
  trust: CurrentTrust;
  now(): Date;
  newId(): string;
  warn: Write;
};

/** Starts the background jobs; null if content has no place. */
export function openBackground({ stores, place, readers, trust, now, newId, warn }: BackgroundNeeds) {
  if (place === null) return null;
  const { blobs, check } = place;
  const contentOf: PendingSettings['contentOf'] = (tenant, sha256, range) => blobs.open(tenant).read(sha256, range);
  const ready = () => check.require(PLACE_SEEN_MS);
  const settings = { stores, contentOf, ready, readers, now, newId, warn: throttled(warn, now) };
  const pending = readPending(settings);
  const lost = findLost({ ...settings, wake: pending.wake });
  const stale = verifyStale({ ...settings, trust: trust.current });
  check.onReturn(() => {
    pending.poll();
    lost.look();
  });
  let closing: Promise<unknown> | null = null;
  const close = () => {
    closing ??= Promise.all([lost.close(), pending.close(), stale.close()]);
    return closing;
  };
  return { pending, stale, jobs: [pending, stale.job, lost.job] as readonly Job[], close };
}
