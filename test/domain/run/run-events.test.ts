import { expect, it } from 'vitest';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { RUN_EVENT_TYPES } from '../../../src/domain/run/run-events.ts';
import { STAMP } from '../rows.ts';

it('the types of the events of runs are API: none is renamed or removed', () => {
  const known = ['run.created', 'run.updated', 'run.finished', 'run.deleted'];
  expect(RUN_EVENT_TYPES).toEqual(expect.arrayContaining(known));
});

it('the JSON of an event keeps the order of its fields, as stored events are kept as they were written', () => {
  const { event, run } = createRun({ name: 'n', owner: 'o' }, 'run-1', STAMP);
  expect(JSON.stringify(event)).toBe(JSON.stringify({ ...STAMP, type: 'run.created', run_id: 'run-1', data: run }));
});
