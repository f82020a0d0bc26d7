// What the background jobs of evidence are given and have in common.
import { systemActor } from '../../domain/event/actor.ts';
import type { Stamp } from '../../domain/event/event.ts';
import type { CoreStores, MaestroStores } from '../../store/store.ts';
import type { Readers } from '../readers.ts';
import type { ReadingStore } from '../store.ts';
import type { Source } from './fetch-content.ts';

/**
 * Lease duration. A live process extends the lease; after a crash, others take over once it
 * expires.
 */
export const LEASE_MS = 60_000;

/**
 * When the process stops, jobs that end within this time are finished; the others are given back.
 */
export const GRACE_MS = 2_000;

/**
 * How often a process looks for what other processes left undone. Missed wake-ups are caught here.
 */
export const POLL_MS = 10_000;

/**
 * An artifact that was begun this often and never finished is given up: it may be what ends the
 * process.
 */
export const MAX_ATTEMPTS = 5;

type Stores = Pick<CoreStores, 'runs' | 'artifacts'> & { readonly readings: ReadingStore };

export type JobSettings = {
  stores: Pick<MaestroStores<Stores>, 'of' | 'tenants'>;
  contentOf: Source['contentOf'];
  /**
   * Rejects while the content store is unavailable, so that nothing is begun that would only fail.
   */
  ready?(): Promise<void>;
  readers: Readers;
  now(): Date;
  newId(): string;
  /** Messages with the same `about` have the same cause. */
  warn(message: string, about?: string): void;
  leaseMs?: number;
  pollMs?: number;
  graceMs?: number;
};

/** The stamp of what a job writes; each write counts as a request of its own. */
export function stampBy({ newId, now }: Pick<JobSettings, 'newId' | 'now'>, job: 'reader' | 'verifier'): Stamp {
  return { id: newId(), at: now().toISOString(), request_id: newId(), actor: systemActor(job) };
}
