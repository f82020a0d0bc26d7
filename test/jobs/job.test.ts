import { describe, expect, it } from 'vitest';
import { JobProgress, MAX_COUNTED } from '../../src/jobs/job.ts';

const IDLE = {
  name: 'read_evidence',
  waiting: 0,
  oldest_waiting_at: null,
  running: 0,
  failed: 0,
  last_failure: null,
};

describe('the progress of a job', () => {
  it('says what waits, runs and failed', () => {
    const at = '2026-01-31T10:00:00.000Z';
    const busy = { ...IDLE, waiting: MAX_COUNTED, oldest_waiting_at: at, running: 2, failed: 1 };
    for (const one of [IDLE, busy, { ...busy, last_failure: { at, detail: 'The content store is unavailable' } }])
      expect(JobProgress.parse(one)).toEqual(one);
  });

  it('never counts less than nothing or more than its bound, and writes no other timestamps', () => {
    for (const bad of [{ waiting: -1 }, { failed: MAX_COUNTED + 1 }, { oldest_waiting_at: '2026-01-31T10:00:00Z' }])
      expect(JobProgress.safeParse({ ...IDLE, ...bad }).success).toBe(false);
  });
});
