// Leases on documents: extended while a document is being read, and released if reading is abandoned.
import type { ReadingStore } from '../store.ts';

export type Holding = {
  readonly readings: Pick<ReadingStore, 'extendLease' | 'refundAttempt'>;
  /** How long the lease lasts. A process that dies leaves its documents to others after that. */
  readonly leaseMs: number;
  now(): Date;
};

/**
 * Extends the lease of an artifact, three times in its duration, until `act` has ended. Where the store is away the lease ends: another process
 * may read the same then, and the first to finish counts.
 */
export async function holding(
  id: string,
  { readings, leaseMs, now }: Holding,
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

/** Gives an artifact back unread: others may take it at once, and the attempt is not counted. */
export async function giveBack(id: string, { readings, now }: Omit<Holding, 'leaseMs'>): Promise<void> {
  await readings.refundAttempt(id).catch(() => {});
  await readings.extendLease(id, { ms: 0, at: now().toISOString() }).catch(() => {});
}
