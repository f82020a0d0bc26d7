// The settings of the loop, and its default durations.

/**
 * Lease duration. A live process extends the lease; after a crash, others take over once it
 * expires.
 */
export const LEASE_MS = 60_000;

/**
 * When the process stops, items that end within this time are finished; the others are given back.
 */
export const GRACE_MS = 2_000;

/**
 * How often a process looks for what other processes left undone. Missed wake-ups are caught here.
 */
export const POLL_MS = 10_000;

/** An item that was begun this often and never ended is given up. */
export const MAX_ATTEMPTS = 5;

export type LoopSettings = {
  now(): Date;
  /** Messages with the same `about` have the same cause. */
  warn(message: string, about?: string): void;
  leaseMs?: number;
  pollMs?: number;
  graceMs?: number;
};
