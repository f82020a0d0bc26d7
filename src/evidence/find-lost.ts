// Finds content that was recorded as lost and is available now, and has it read again: a folder may
// not have been mounted, or a backup may have been restored since.
import type { Job } from '../jobs/job.ts';
import { startLoop } from '../jobs/loop.ts';
import { type LostSettings, lookingWork } from './jobs/look-for-lost.ts';

const POLL_MS = 60_000;

export type LostReadings = {
  readonly job: Job;
  /** Looks now, because the content store is available again. */
  look(): void;
  /** Begins nothing more. Resolves when what was begun has ended, which is at once. */
  close(): Promise<void>;
};

/** Looks for such content now and at every poll. */
export function findLost(settings: LostSettings): LostReadings {
  const loop = startLoop(lookingWork(settings), { pollMs: POLL_MS, ...settings, graceMs: 0 });
  return { job: loop, look: loop.poll, close: loop.close };
}
