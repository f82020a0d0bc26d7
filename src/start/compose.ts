// Builds what the routes need from what was opened. The server and the tests share this.
import { hash } from 'node:crypto';
import type { ContentRoutes } from '../blobs/plugin.ts';
import type { BlobStore } from '../blobs/store.ts';
import { MaestroError } from '../domain/errors.ts';
import type { Level } from '../domain/gate/flag.ts';
import type { PublicUrl } from '../http/public-url.ts';
import type { Readiness, Stop } from '../http/stopping.ts';
import type { Job } from '../jobs/job.ts';
import type { MaestroStores } from '../store/store.ts';
import { type BackgroundNeeds, openBackground } from './evidence.ts';
import type { TenantStores } from './stores.ts';
import { tryWrites } from './try-writes.ts';

export type Parts<Tenant extends TenantStores = TenantStores> = Omit<BackgroundNeeds, 'stores'> & {
  stores: MaestroStores<Tenant>;
  stop: Stop;
  readiness(): Readiness;
  nodeVersion: string;
  /** The background jobs of capabilities. */
  jobs: readonly Job[];
};

export type ComposeSettings = {
  content: Pick<ContentRoutes['blobs'], 'limits' | 'redirect'>;
  /** The lowest level at which a flag counts for the gate. */
  minimum: Level;
  requireIfMatch: boolean;
  publicUrl: PublicUrl | null;
};

/** There are no tenants yet. */
const TENANT = 'default';

/** How often a waiting request looks again if nothing is read in the background. */
const LOOK_MS = 250;

/** Starts the background jobs, and returns them with what the routes need. */
export function compose<Tenant extends TenantStores>(parts: Parts<Tenant>, settings: ComposeSettings) {
  const { stores, place, readers, trust, now, newId, stop, readiness, nodeVersion, jobs } = parts;
  const { minimum, requireIfMatch, publicUrl } = settings;
  const background = openBackground(parts);
  const needs = {
    ...{ now, newId, stop, readiness, nodeVersion, requireIfMatch, publicUrl, stores },
    storesFor: () => stores.of(TENANT),
    tryWrites: tryWrites(stores, place),
    digest: (data: string | Uint8Array) => hash('sha256', data, 'base64url'),
    blobs: { storeFor: () => blobsOf(place?.blobs.open(TENANT)), ...settings.content },
    evidence: {
      wake: () => background?.pending.wake(TENANT),
      nextReading: (ms: number) => background?.pending.nextReading(ms) ?? after(Math.min(ms, LOOK_MS)),
      read: (bytes: Uint8Array, receivedAt: string, signal: AbortSignal) => readers.read(bytes, { receivedAt, signal }),
      limits: { maxBytes: readers.maxBytes },
    },
    jobs: { progress: () => Promise.all(jobs.map((job) => job.progress(TENANT))) },
    trust: {
      current: trust.current,
      lastError: trust.lastError,
      judging: () => ({ minimum, trust: trust.current().digest }),
      asked: (_request: unknown, runId: string) => background?.stale.asked(TENANT, runId),
      progress: () => background?.stale.progress() ?? { done: 0, running: false },
    },
  };
  return { needs, background };
}

function blobsOf(blobs: BlobStore | undefined): BlobStore {
  if (blobs !== undefined) return blobs;
  throw new MaestroError('content_store_not_configured', 'There is no content store: BLOB_URL is not set');
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
