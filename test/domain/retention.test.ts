import { expect, it } from 'vitest';
import { prune } from '../../src/domain/retention.ts';
import { createRun, RunStatus } from '../../src/domain/run.ts';

const stamp = { id: 'e', at: '2026-02-01T00:00:00.000Z', request_id: 'r', actor: 'prune' };
const { run } = createRun({ name: 'build', owner: 'team' }, 'run-1', stamp);

it('only a final run that finished before the moment may go, and the event holds it as it was', () => {
  const before = '2026-02-01T00:00:00.000Z';
  for (const status of RunStatus.options) {
    const old = { ...run, status, finished_at: '2026-01-31T23:59:59.999Z' };
    const final = ['succeeded', 'failed', 'cancelled'].includes(status);
    expect(prune(old, before, stamp)).toEqual(
      final ? { ...stamp, type: 'run.deleted', run_id: 'run-1', data: old } : null,
    );
    expect(prune({ ...old, finished_at: before }, before, stamp)).toBeNull();
    expect(prune({ ...old, finished_at: null }, before, stamp)).toBeNull();
  }
});
