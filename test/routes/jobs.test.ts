import { afterEach, describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import type { Job } from '../../src/jobs/job.ts';
import { A_READING } from '../domain/rows.ts';
import { addContent, processOf, state, stores } from '../evidence/jobs/waiting.ts';
import { get, testApp, testDeps } from '../helper.ts';

const NOTHING = { waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const patience = { timeout: 30_000 };

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What the server reports to a tenant of a job that runs in it. */
async function reported(job: Job, tenant = 'default') {
  const app = await testApp({ ...testDeps(), jobs: { progress: async () => [await job.progress(tenant)] } });
  const [progress] = await get(app, '/maestro/jobs');
  return progress;
}

describe('GET /maestro/jobs', () => {
  it('lists every job, which has nothing to do on a new server', async () => {
    expect(await get(await testApp(), '/maestro/jobs')).toEqual(
      ['read_evidence', 'verify_evidence', 'find_lost_content'].map((name) => ({ name, ...NOTHING })),
    );
  });

  it('shows what waits, since when, and what is worked on, to its tenant alone', async () => {
    const all = stores();
    const read = () => new Promise<typeof A_READING>((resolve) => ends.push(() => resolve(A_READING)));
    const { pending } = processOf(all, read);
    const first = await addContent(all);
    const second = await addContent(all);
    pending.wake('default');
    await expect.poll(() => ends.length, patience).toBe(1);
    expect(await reported(pending)).toEqual({
      ...{ name: 'read_evidence', ...NOTHING, waiting: 2, running: 1 },
      oldest_waiting_at: expect.stringMatching(UTC),
    });
    expect(await reported(pending, 'other')).toEqual({ name: 'read_evidence', ...NOTHING });
    ends.shift()?.();
    await expect.poll(() => ends.length, patience).toBe(1);
    expect(await reported(pending)).toMatchObject({ waiting: 1, running: 1 });
    ends.shift()?.();
    for (const one of [first, second]) await expect.poll(state(one), patience).toBe('read');
    await expect.poll(() => reported(pending), patience).toEqual({ name: 'read_evidence', ...NOTHING });
  });

  it('shows what failed and why, without paths and hosts', async () => {
    for (const [error, detail] of [
      [new Error('ENOENT /srv/content'), 'Something went wrong; the server log has the details'],
      [new MaestroError('content_store_unavailable', 'It is away', [], new Error('10.0.0.7')), 'It is away'],
    ] as const) {
      const all = stores();
      await addContent(all);
      const { pending, warnings } = processOf(all, async () => A_READING, { contentOf: () => Promise.reject(error) });
      await expect
        .poll(() => reported(pending), patience)
        .toEqual({
          ...{ name: 'read_evidence', ...NOTHING, waiting: 1, failed: 1 },
          oldest_waiting_at: expect.stringMatching(UTC),
          last_failure: { at: expect.stringMatching(UTC), detail },
        });
      expect(warnings).toHaveLength(1);
    }
  });

  it('shows why nothing can be begun', async () => {
    const all = stores();
    await addContent(all);
    const ready = () => Promise.reject(new MaestroError('content_store_unavailable', 'It is away'));
    const { pending } = processOf(all, async () => A_READING, { ready });
    await expect
      .poll(() => reported(pending), patience)
      .toMatchObject({
        ...{ waiting: 1, running: 0, failed: 0 },
        last_failure: { detail: 'It is away' },
      });
  });
});
