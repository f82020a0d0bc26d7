// Reads the content that waits to be read, whoever stored it and whenever.
import { endOrStop } from '../jobs/end-or-stop.ts';
import { causeOf, reasonOf } from '../jobs/failure.ts';
import { withLease } from './jobs/lease.ts';
import { readLeased } from './jobs/read-leased.ts';
import { readingAnnouncements } from './jobs/reading-announcements.ts';
import { GRACE_MS, type JobSettings, LEASE_MS, POLL_MS } from './jobs/settings.ts';
import type { Leased } from './store.ts';

export type PendingSettings = JobSettings;

export type PendingReadings = {
  /** Looks now whether a tenant has content that waits. */
  wake(tenant: string): void;
  /**
   * Resolves when a document was read in this process, at the latest after a quarter of a second or
   * `ms`.
   */
  nextReading(ms: number): Promise<void>;
  /**
   * Begins nothing more. Resolves when all that was begun has ended within two seconds or was given
   * back.
   */
  close(): Promise<void>;
};

type Job = {
  readonly settings: PendingSettings;
  /** Those that are known to this process. */
  readonly tenants: Set<string>;
  readonly running: Set<Promise<void>>;
  readonly readings: ReturnType<typeof readingAnnouncements>;
  readonly stopping: AbortController;
  looking: Promise<void> | null;
  polling: Promise<void> | null;
  lookAgain: boolean;
  closed: boolean;
};

/**
 * Reads what waits, now and whenever something comes, as many documents at a time as there are
 * workers.
 */
export function readPending(settings: PendingSettings): PendingReadings {
  const job = newJob(settings);
  const timer = setInterval(() => poll(job), settings.pollMs ?? POLL_MS).unref();
  poll(job);
  return {
    wake(tenant) {
      job.tenants.add(tenant);
      look(job);
    },
    nextReading: job.readings.next,
    async close() {
      job.closed = true;
      clearInterval(timer);
      await job.polling;
      await job.looking;
      await endOrStop([...job.running], settings.graceMs ?? GRACE_MS, job.stopping);
    },
  };
}

function newJob(settings: PendingSettings): Job {
  return {
    settings,
    tenants: new Set(),
    running: new Set(),
    readings: readingAnnouncements(),
    stopping: new AbortController(),
    looking: null,
    polling: null,
    lookAgain: false,
    closed: false,
  };
}

function poll(job: Job): void {
  job.polling ??= findTenants(job).finally(() => {
    job.polling = null;
  });
}

async function findTenants(job: Job): Promise<void> {
  try {
    for (const tenant of await job.settings.stores.tenants()) job.tenants.add(tenant);
  } catch (error) {
    warnOfPause(job, error);
  }
  look(job);
}

function look(job: Job): void {
  job.lookAgain = true;
  if (job.closed) return;
  job.looking ??= lookAround(job)
    .catch((error) => {
      job.lookAgain = false;
      warnOfPause(job, error);
    })
    .finally(() => {
      job.looking = null;
      // A look was requested after the last one and before this line.
      if (job.lookAgain && !isBusy(job)) look(job);
    });
}

async function lookAround(job: Job): Promise<void> {
  await job.settings.ready?.();
  do {
    job.lookAgain = false;
    // One document of each tenant in turn, so that no tenant waits for all documents of another.
    for (const tenant of job.tenants) {
      // Each document that ends looks again.
      if (job.closed || isBusy(job)) return;
      const leased = await leaseOne(job.settings, tenant);
      if (leased !== undefined) begin(job, tenant, leased);
    }
  } while (job.lookAgain);
}

async function leaseOne({ stores, leaseMs, now }: PendingSettings, tenant: string): Promise<Leased | undefined> {
  const lease = { ms: leaseMs ?? LEASE_MS, at: now().toISOString() };
  const [leased] = await stores.of(tenant).readings.leaseWaiting(1, lease);
  return leased;
}

function begin(job: Job, tenant: string, leased: Leased): void {
  const { stores, leaseMs = LEASE_MS, now } = job.settings;
  job.lookAgain = true;
  const holder = { readings: stores.of(tenant).readings, leaseMs, now };
  const reading = withLease(leased.artifact.id, holder, () =>
    readLeased(job.settings, tenant, leased, job.stopping.signal),
  ).finally(() => {
    job.running.delete(reading);
    job.readings.announce();
    look(job);
  });
  job.running.add(reading);
}

function isBusy({ running, settings }: Job): boolean {
  return running.size >= settings.readers.workers;
}

function warnOfPause({ settings }: Job, error: unknown): void {
  settings.warn(`Reading of evidence is paused: ${reasonOf(error)}`, causeOf(error));
}
