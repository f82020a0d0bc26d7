// Leases on documents: extended while a document is being read, and released if reading is
// abandoned.
import type { ReadingStore } from '../store.ts';

export type LeaseHolder = {
  readonly readings: Pick<ReadingStore, 'extendLease' | 'refundAttempt'>;
  /**
   * The lease duration. After a process dies, its documents are free for others when the lease
   * expires.
   */
  readonly leaseMs: number;
  now(): Date;
};

/**
 * Extends the lease of an artifact three times per lease duration, until `act` has ended. While the
 * store is unavailable the lease expires: another process may then read the same document, and the
 * first to finish counts.
 */
export async function withLease(
  id: string,
  { readings, leaseMs, now }: LeaseHolder,
  act: () => Promise<void>,
): Promise<void> {
  const extend = () => {
    readings.extendLease(id, { ms: leaseMs, at: now().toISOString() }).catch(() => {});
  };
  const timer = setInterval(extend, leaseMs / 3).unref();
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
}

/** Gives an artifact back unread: others may lease it at once, and the attempt is not counted. */
export async function giveBack(id: string, { readings, now }: Omit<LeaseHolder, 'leaseMs'>): Promise<void> {
  await readings.refundAttempt(id).catch(() => {});
  await readings.extendLease(id, { ms: 0, at: now().toISOString() }).catch(() => {});
}
