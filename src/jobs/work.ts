// What a background job gives the loop.
import type { JobProgress } from './job.ts';

/** What a job works on. */
export type Item = {
  /** How often it was leased without being ended or refunded, this time included. */
  readonly attempts: number;
  /** How often it failed in a row before. */
  readonly failures: number;
};

/** A turn of a tenant. */
export type Turn = {
  /** How long the lease lasts, in milliseconds. */
  readonly leaseMs: number;
  /** Whether nothing more is to be begun. */
  isClosed(): boolean;
};

/** Why an item failed: when, and in words that any caller may read. */
export type Failure = { readonly at: string; readonly detail: string };

/** The lease on an item. Whatever rejects here is ignored: the lease then ends by itself. */
export type Leases<Leased extends Item> = {
  /** Lets the lease end after so many milliseconds from now. */
  extend(tenant: string, item: Leased, ms: number): Promise<void>;
  /** Takes one attempt off the count. */
  refund(tenant: string, item: Leased): Promise<void>;
  /** The same for an item that failed: it is not leased again within so many milliseconds. */
  fail(tenant: string, item: Leased, failure: Failure, ms: number): Promise<void>;
};

export type Waiting = Omit<JobProgress, 'name'>;

export type Work<Leased extends Item> = {
  readonly name: string;
  /** How many items are worked on at the same time in this process. */
  readonly places: number;
  /** The tenants that may have something waiting. */
  tenants(): Promise<readonly string[]>;
  /**
   * Leases what is next for a tenant: nobody else gets it before the lease ends. Undefined where
   * nothing waits. Rejects where nothing can be begun now.
   */
  lease(tenant: string, turn: Turn): Promise<Leased | undefined>;
  /** Rejects where the item is to be tried again, and soon after `signal` is aborted. */
  act(tenant: string, item: Leased, signal: AbortSignal): Promise<void>;
  /** Ends an item that was begun too often: it may be what ends the process. */
  giveUp(tenant: string, item: Leased): Promise<void>;
  readonly leases: Leases<Leased>;
  /** What waits for a tenant, in all processes. */
  waiting(tenant: string): Promise<Waiting>;
  /** For the log: nothing can be begun now. */
  pausedInWords(reason: string): string;
  /** For the log: an item failed. */
  failedInWords(item: Leased, reason: string): string;
};
