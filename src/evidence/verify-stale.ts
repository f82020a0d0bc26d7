// Reads and verifies again what an older reader read, or what was verified under another trust
// policy.
import type { Job } from '../jobs/job.ts';
import { startLoop } from '../jobs/loop.ts';
import { askedRuns } from './jobs/asked-runs.ts';
import { nextStale } from './jobs/next-stale.ts';
import { type StaleSettings, verifyingWork } from './jobs/verify-leased.ts';

export type StaleVerifications = {
  readonly job: Job;
  /**
   * Called when the gate of a run was asked while something of the run is stale: it is verified
   * next.
   */
  asked(tenant: string, runId: string): void;
  /** Called when another trust policy was loaded. */
  changed(): void;
  /**
   * How many artifacts were verified here since the trust policy was loaded, and whether some are
   * being verified or looked for.
   */
  progress(): { done: number; running: boolean };
  /**
   * Begins nothing more. Resolves when all that was begun has ended within two seconds or was given
   * back.
   */
  close(): Promise<void>;
};

/**
 * Reads and verifies again what is stale: now, at every poll, and whenever the trust policy
 * changes.
 */
export function verifyStale(settings: StaleSettings): StaleVerifications {
  const asked = askedRuns();
  const next = nextStale(settings, asked);
  let done = 0;
  const onVerified = () => {
    done += 1;
  };
  const loop = startLoop(verifyingWork({ settings, onVerified }, next.lease), settings);
  return {
    job: loop,
    asked(tenant, runId) {
      asked.add(tenant, runId);
      loop.wake(tenant);
    },
    changed() {
      done = 0;
      next.restart();
      loop.poll();
    },
    progress: () => ({ done, running: loop.isBusy() }),
    close: loop.close,
  };
}
