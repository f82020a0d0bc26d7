import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { BlobStore } from './blobs/store.ts';
import type { Reading } from './domain/evidence/evidence.ts';
import type { Judging } from './domain/gate/flags.ts';
import type { PublicUrl } from './http/public-url.ts';
import type { Writes } from './start/try-writes.ts';
import type { MaestroStore, MaestroStores } from './store/store.ts';
import type { TrustPolicy } from './trust/trust-policy.ts';

export type Readiness = 'starting' | 'ready' | 'stopping';

/** Tells running requests that the process is stopping. */
export type Stop = {
  /** Aborted when the process is told to stop. */
  readonly begun: AbortSignal;
  /** Aborted when what is still under way has to end. */
  readonly over: AbortSignal;
};

/** All that a route may ask for. Features meet only here. */
export type Deps = {
  /** The store of the tenant that the request belongs to. */
  storeFor(request: FastifyRequest): MaestroStore;
  /** Which store that is, and whether it can read and write now. */
  stores: Pick<MaestroStores, 'kind' | 'durability' | 'ping'>;
  /** Whether rows and content can be written, as tried out some seconds ago at most. Rejects while they cannot. */
  tryWrites(): Promise<Writes>;
  /** Where content lies, and how it is taken and given. */
  blobs: {
    /** The blob store of the tenant that the request belongs to. Throws `content_store_not_configured`. */
    storeFor(request: FastifyRequest): BlobStore;
    limits: { maxBytes: number; idleMs: number; totalMs: number };
    /** Whether content is fetched from where it lies, where that gives out links. */
    redirect: boolean;
  };
  /** What content is. */
  evidence: {
    /** Told that something waits to be read, of the tenant that the request belongs to. Who is not told finds it later. */
    wake(request: FastifyRequest): void;
    /** Resolves when something was read here, at the latest after some hundred milliseconds or `ms`, whichever is less. */
    nextReading(ms: number): Promise<void>;
    /** Reads a document that is not kept. Rejects with the reason of `signal` where that is aborted, and where nothing can be read now. */
    read(bytes: Uint8Array, receivedAt: string, signal: AbortSignal): Promise<Reading>;
    /** The most bytes of a document that are read. */
    limits: { maxBytes: number };
  };
  /** What is trusted, and how flags are judged by it. */
  trust: {
    current(): TrustPolicy;
    /** Why it could not be read again; null where it could. */
    lastError(): string | null;
    judging(): Judging;
    /** Told that the gate of a run was asked while something of it must be verified again. */
    asked(request: FastifyRequest, runId: string): void;
    /** How many documents were verified again here since it was loaded, and whether some are on their way. */
    progress(): { done: number; running: boolean };
  };
  now(): Date;
  /** A new UUID version 7: later ids sort behind earlier ones. */
  newId(): string;
  /** SHA-256 of bytes, or of a text in UTF-8, as base64url without padding (RFC 4648). */
  digest(data: string | Uint8Array): string;
  /** Whether a PATCH must say by `If-Match` which version it changes. */
  requireIfMatch: boolean;
  /** Where callers reach Maestro through a proxy (`PUBLIC_URL`); null where nothing says so. */
  publicUrl: PublicUrl | null;
  /** The version of Node.js, such as `24.11.1`. */
  nodeVersion: string;
  /** Whether the process takes work now. */
  readiness(): Readiness;
  stop: Stop;
};

/** A capability beside the core: its routes, registered under `/maestro`. */
export type Feature = (deps: Deps) => FastifyPluginAsync;
