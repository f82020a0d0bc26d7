// One leased item: its lease is extended while it is worked on, and then it has ended, is given
// back, or is tried again later.
import { backOffMs } from './back-off.ts';
import { causeOf, detailOf, reasonOf } from './failure.ts';
import { LEASE_MS, type LoopSettings, MAX_ATTEMPTS } from './settings.ts';
import type { Item, Work } from './work.ts';

export type Attending<Leased extends Item> = {
  readonly work: Work<Leased>;
  readonly settings: LoopSettings;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
};

/**
 * Never rejects. The lease is extended three times per lease duration. While the store is
 * unavailable the lease expires: another process may then work on the same item, and the first to
 * finish counts.
 */
export async function attend<Leased extends Item>(
  attending: Attending<Leased>,
  tenant: string,
  item: Leased,
): Promise<void> {
  const { work, settings, signal } = attending;
  const { leaseMs = LEASE_MS } = settings;
  let extended: Promise<void> = Promise.resolve();
  const extend = () => {
    extended = work.leases.extend(tenant, item, leaseMs).catch(() => {});
  };
  const timer = setInterval(extend, leaseMs / 3).unref();
  try {
    if (item.attempts > MAX_ATTEMPTS) await work.giveUp(tenant, item);
    else await work.act(tenant, item, signal);
  } catch (error) {
    clearInterval(timer);
    // An extension that lands later would revive the lease.
    await extended;
    if (signal.aborted) await giveBack(work, tenant, item);
    else await fail(attending, tenant, item, error);
  } finally {
    clearInterval(timer);
  }
}

/** Others may lease it at once, and the attempt is not counted. */
async function giveBack<Leased extends Item>({ leases }: Work<Leased>, tenant: string, item: Leased): Promise<void> {
  await leases.refund(tenant, item).catch(() => {});
  await leases.extend(tenant, item, 0).catch(() => {});
}

// However often that takes, the attempt is not counted: this failure did not end the process.
async function fail<Leased extends Item>(
  { work, settings }: Attending<Leased>,
  tenant: string,
  item: Leased,
  error: unknown,
): Promise<void> {
  const { now, warn, leaseMs = LEASE_MS } = settings;
  warn(work.failedInWords(item, reasonOf(error)), causeOf(error));
  const failure = { at: now().toISOString(), detail: detailOf(error) };
  await work.leases.fail(tenant, item, failure, backOffMs(item.failures, leaseMs)).catch(() => {});
}
