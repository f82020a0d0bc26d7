import { expect, it } from 'vitest';
import { systemActor } from '../../../src/domain/event/actor.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { prune } from '../../../src/domain/run/retention.ts';
import { RunStatus } from '../../../src/domain/run/run.ts';

const stamp = { id: 'e', at: '2026-02-01T00:00:00.000Z', request_id: 'r', actor: systemActor('prune') };
const { run } = createRun({ name: 'build', owner: 'team' }, 'run-1', stamp);

const before = '2026-02-01T00:00:00.000Z';
const endedAt = '2026-01-31T23:59:59.999Z';

it('only a final run that ended before the moment may go, and the event holds it as it was', () => {
  for (const status of RunStatus.options) {
    const old = { ...run, status, finished_at: endedAt };
    const final = ['succeeded', 'failed', 'cancelled'].includes(status);
    expect(prune(old, endedAt, before, stamp)).toEqual(
      final ? { ...stamp, type: 'run.deleted', run_id: 'run-1', data: old } : null,
    );
    expect(prune(old, before, before, stamp)).toBeNull();
    expect(prune(old, null, before, stamp)).toBeNull();
  }
});

it('what a run says of when it finished neither removes nor keeps it', () => {
  const dated = (finished_at: string) => ({ ...run, status: 'failed' as const, finished_at });
  expect(prune(dated('1970-01-01T00:00:00.000Z'), before, before, stamp)).toBeNull();
  expect(prune(dated('9999-12-31T00:00:00.000Z'), endedAt, before, stamp)).not.toBeNull();
});
