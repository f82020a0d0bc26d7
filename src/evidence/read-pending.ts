// Reads the content that waits to be read, whoever stored it and whenever.
import { type Loop, startLoop } from '../jobs/loop.ts';
import { readingWork } from './jobs/read-leased.ts';
import type { JobSettings } from './jobs/settings.ts';

export type PendingSettings = JobSettings;

/** Reads what waits, now and whenever something comes. */
export function readPending(settings: PendingSettings): Loop {
  return startLoop(readingWork(settings), settings);
}
