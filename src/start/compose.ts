// Builds what the routes need from what was opened. The server and the tests share this.
import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Mode } from '../auth/mode.ts';
import type { Principal } from '../auth/principal.ts';
import type { ContentRoutes } from '../blobs/plugin.ts';
import type { BlobStore } from '../blobs/store.ts';
import type { Artifact } from '../domain/artifact/artifact.ts';
import { MaestroError } from '../domain/errors.ts';
import type { Level } from '../domain/gate/flag.ts';
import { scopeOfActor } from '../domain/idempotency.ts';
import { announcements } from '../http/announcements.ts';
import type { Callers } from '../http/identification.ts';
import type { PublicUrl } from '../http/public-url.ts';
import { sharedLooks } from '../http/shared-looks.ts';
import type { Readiness, Stop } from '../http/stopping.ts';
import type { Job } from '../jobs/job.ts';
import type { MaestroStores } from '../store/store.ts';
import { announcingStores } from './announcing-stores.ts';
import { type BackgroundNeeds, openBackground } from './evidence.ts';
import { newSecret } from './new-secret.ts';
import { requestContexts } from './request-context.ts';
import type { TenantStores } from './stores.ts';
import { tryWrites } from './try-writes.ts';

export type Parts<Tenant extends TenantStores = TenantStores> = Omit<BackgroundNeeds, 'stores'> & {
  stores: MaestroStores<Tenant>;
  callerOf(request: FastifyRequest): Principal;
  callers: Callers;
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
  authentication: Mode;
};

/** Starts the background jobs, and returns them with what the routes need. */
export function compose<Tenant extends TenantStores>(parts: Parts<Tenant>, settings: ComposeSettings) {
  const { place, readers, trust, now, newId, stop, readiness, nodeVersion } = parts;
  const { minimum, requireIfMatch, publicUrl, authentication } = settings;
  const changes = announcements();
  const looks = sharedLooks();
  const changesOf = (tenant: string, runId: string) => `${tenant} ${runId}`;
  const stores = announcingStores(parts.stores, (tenant, runId) => changes.announce(changesOf(tenant, runId)));
  const background = openBackground({ ...parts, stores });
  const contextOf = requestContexts({ ...parts, stores });
  const tenantOf = (request: FastifyRequest) => contextOf(request).tenant;
  const needs = {
    ...{ now, newId, newSecret, stop, readiness, nodeVersion, requireIfMatch, publicUrl, stores },
    storesFor: (request: FastifyRequest) => contextOf(request).stores,
    stampOf: (request: FastifyRequest) => contextOf(request).stamp(),
    requireWritable: (request: FastifyRequest, artifact: Readonly<Artifact>) =>
      contextOf(request).requireWritable(artifact),
    ...{ callers: parts.callers, authentication },
    principalOf: (request: FastifyRequest) => contextOf(request).principal,
    keyScope: (request: FastifyRequest) => scopeOfActor(contextOf(request).actor, digest),
    nextChange: (request: FastifyRequest, runId: string, ms: number) =>
      changes.next(changesOf(tenantOf(request), runId), ms),
    // As JSON, so that no tenant can name the key of another.
    together: <Found>(request: FastifyRequest, key: string, look: () => Promise<Found>) =>
      looks(JSON.stringify([tenantOf(request), key]), look),
    tryWrites: tryWrites(stores, place),
    digest,
    blobs: {
      storeFor: (request: FastifyRequest) => blobsOf(place?.blobs.open(tenantOf(request))),
      ...settings.content,
    },
    evidence: {
      wake: (request: FastifyRequest) => background?.pending.wake(tenantOf(request)),
      read: (bytes: Uint8Array, receivedAt: string, signal: AbortSignal) => readers.read(bytes, { receivedAt, signal }),
      limits: { maxBytes: readers.maxBytes },
    },
    jobs: {
      progress: (request: FastifyRequest) =>
        Promise.all([...(background?.jobs ?? []), ...parts.jobs].map((job) => job.progress(tenantOf(request)))),
    },
    trust: {
      current: trust.current,
      lastError: trust.lastError,
      judging: () => ({ minimum, trust: trust.current().digest }),
      asked: (request: FastifyRequest, runId: string) => background?.stale.asked(tenantOf(request), runId),
      progress: () => background?.stale.progress() ?? { done: 0, running: false },
    },
  };
  return { needs, background };
}

const digest = (data: string | Uint8Array) => hash('sha256', data, 'base64url');

function blobsOf(blobs: BlobStore | undefined): BlobStore {
  if (blobs !== undefined) return blobs;
  throw new MaestroError('content_store_not_configured', 'There is no content store: BLOB_URL is not set');
}
