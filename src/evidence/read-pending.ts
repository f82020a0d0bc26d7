// Reads the content that waits to be read, whoever stored it and whenever.
import type { Job } from '../jobs/job.ts';
import { startLoop } from '../jobs/loop.ts';
import { readingWork } from './jobs/read-leased.ts';
import { readingAnnouncements } from './jobs/reading-announcements.ts';
import type { JobSettings } from './jobs/settings.ts';

export type PendingSettings = JobSettings;

export type PendingReadings = Job & {
  /**
   * Resolves when a document was read in this process, at the latest after a quarter of a second or
   * `ms`.
   */
  nextReading(ms: number): Promise<void>;
};

/** Reads what waits, now and whenever something comes. */
export function readPending(settings: PendingSettings): PendingReadings {
  const readings = readingAnnouncements();
  const loop = startLoop(readingWork(settings), { ...settings, onEnd: readings.announce });
  return { ...loop, nextReading: readings.next };
}
