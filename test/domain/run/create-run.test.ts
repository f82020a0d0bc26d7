import { describe, expect, it } from 'vitest';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { CreateRunRequest, Run } from '../../../src/domain/run/run.ts';
import { STAMP } from '../rows.ts';

describe('a new run', () => {
  it('is pending, started now, and holds what the request says', () => {
    const request = {
      name: 'build 1',
      owner: 'team-a',
      cost_estimate: 1.5,
      related_entity_ids: ['entity-1'],
      related_decision_ids: ['decision-1', 'decision-1'],
      metadata: { commit: 'abc' },
    };
    const { run, event } = createRun(CreateRunRequest.parse(request), 'run-1', STAMP);
    expect(run).toEqual({
      ...request,
      id: 'run-1',
      status: 'pending',
      started_at: STAMP.at,
      finished_at: null,
      cost_actual: null,
    });
    expect(event).toEqual({ ...STAMP, type: 'run.created', run_id: 'run-1', data: run });
  });

  it.each([
    ['absent', { name: 'n', owner: 'o' }],
    [
      'null',
      {
        name: 'n',
        owner: 'o',
        cost_estimate: null,
        related_entity_ids: null,
        related_decision_ids: null,
        metadata: null,
      },
    ],
  ])('has empty values where the optional ones are %s', (_what, request) => {
    const { run } = createRun(CreateRunRequest.parse(request), 'run-1', STAMP);
    expect(run).toMatchObject({
      cost_estimate: null,
      related_entity_ids: [],
      related_decision_ids: [],
      metadata: {},
    });
    expect(Run.parse(run)).toEqual(run);
  });
});
