import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { BlobStore } from './blobs/store.ts';
import type { MaestroStore, MaestroStores } from './store/store.ts';

export type Readiness = 'starting' | 'ready' | 'stopping';

/** All that a route may ask for. Features meet only here. */
export type Deps = {
  /** The store of the tenant that the request belongs to. */
  storeFor(request: FastifyRequest): MaestroStore;
  /** Which store that is, and whether it can read and write now. */
  stores: Pick<MaestroStores, 'kind' | 'durability' | 'ping'>;
  /** Where content lies, and how it is taken and given. */
  blobs: {
    /** The blob store of the tenant that the request belongs to. Throws `content_store_not_configured`. */
    storeFor(request: FastifyRequest): BlobStore;
    limits: { maxBytes: number; idleMs: number; totalMs: number };
    /** Whether content is fetched from where it lies, where that gives out links. */
    redirect: boolean;
  };
  /** Told of an artifact that has got its content: at most once, and not where the process ends first. Who must not miss one reads the events. */
  afterContentStored(artifactId: string): void;
  now(): Date;
  /** A new UUID version 7: later ids sort behind earlier ones. */
  newId(): string;
  /** SHA-256 of bytes, or of a text in UTF-8, as base64url without padding (RFC 4648). */
  digest(data: string | Uint8Array): string;
  /** Whether a PATCH must say by `If-Match` which version it changes. */
  requireIfMatch: boolean;
  /** Whether the process takes work now. */
  readiness(): Readiness;
};

/** A capability beside the core: its routes, registered under `/maestro`. */
export type Feature = (deps: Deps) => FastifyPluginAsync;
