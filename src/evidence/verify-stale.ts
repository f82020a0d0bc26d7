// Reads and verifies again what an older reader read, or what was verified under another trust
// policy.

import { endOrStop } from '../jobs/end-or-stop.ts';
import { causeOf, reasonOf } from '../jobs/failure.ts';
import { askedRuns } from './jobs/asked-runs.ts';
import { GRACE_MS, POLL_MS } from './jobs/settings.ts';
import { sweepStale } from './jobs/sweep-stale.ts';
import type { StaleSettings } from './jobs/verify-leased.ts';

export type StaleVerifications = {
  /**
   * Called when the gate of a run was asked while something of the run is stale: it is verified
   * next.
   */
  asked(tenant: string, runId: string): void;
  /** Called when another trust policy was loaded. */
  changed(): void;
  /**
   * How many artifacts were verified here since the trust policy was loaded, and whether a sweep is
   * running.
   */
  progress(): { done: number; running: boolean };
  /**
   * Begins nothing more. Resolves when all that was begun has ended within two seconds or was given
   * back.
   */
  close(): Promise<void>;
};

type Job = {
  sweep(): Promise<void>;
  warn: StaleSettings['warn'];
  running: Promise<void> | null;
  again: boolean;
  closed: boolean;
};

/**
 * Reads and verifies again what is stale: now, at every poll, and whenever the trust policy
 * changes.
 */
export function verifyStale(settings: StaleSettings): StaleVerifications {
  const asked = askedRuns();
  const stopping = new AbortController();
  let done = 0;
  const sweep = {
    settings,
    asked,
    signal: stopping.signal,
    isClosed: () => job.closed,
    onVerified: () => {
      done += 1;
    },
  };
  const job: Job = { sweep: () => sweepStale(sweep), warn: settings.warn, running: null, again: false, closed: false };
  const timer = setInterval(() => work(job), settings.pollMs ?? POLL_MS).unref();
  work(job);
  return {
    asked(tenant, runId) {
      asked.add(tenant, runId);
      work(job);
    },
    changed() {
      done = 0;
      work(job);
    },
    progress: () => ({ done, running: job.running !== null }),
    async close() {
      job.closed = true;
      clearInterval(timer);
      if (job.running !== null) await endOrStop([job.running], settings.graceMs ?? GRACE_MS, stopping);
    },
  };
}

function work(job: Job): void {
  job.again = true;
  if (job.closed) return;
  job.running ??= sweepWhileAsked(job)
    .catch((error) => job.warn(`Verifying again is paused: ${reasonOf(error)}`, causeOf(error)))
    .finally(() => {
      job.running = null;
      if (job.again && !job.closed) work(job);
    });
}

async function sweepWhileAsked(job: Job): Promise<void> {
  while (job.again && !job.closed) {
    job.again = false;
    await job.sweep();
  }
}
