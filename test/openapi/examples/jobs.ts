// Requests that provoke every answer of the operation on background jobs.
import type { JobProgress } from '../../../src/jobs/job.ts';
import { AWAY, anywhere, type Cases, DEFECT, throws } from './case.ts';

const request = { url: '/maestro/jobs' };

const NOTHING = { waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
/** Two documents wait: one is being read, and one could not be fetched and is tried again later. */
const BUSY: JobProgress[] = [
  {
    name: 'read_evidence',
    waiting: 2,
    oldest_waiting_at: '2026-01-31T11:58:20.412Z',
    running: 1,
    failed: 1,
    last_failure: { at: '2026-01-31T11:59:02.118Z', detail: 'The content store does not respond; try again' },
  },
  { name: 'verify_evidence', ...NOTHING },
  { name: 'find_lost_content', ...NOTHING },
];

export const jobs: Cases = {
  listJobs: {
    ...anywhere(request),
    200: { request, options: { deps: () => ({ jobs: { progress: async () => BUSY } }) } },
    500: { request, options: { deps: () => ({ jobs: { progress: throws(DEFECT) } }) } },
    503: { request, options: { deps: () => ({ jobs: { progress: throws(AWAY) } }) } },
  },
};
