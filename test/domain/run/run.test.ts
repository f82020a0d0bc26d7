import { describe, expect, it } from 'vitest';
import { CreateRunRequest, isFinal, mayBecome, RunStatus, UpdateRunRequest } from '../../../src/domain/run/run.ts';

describe('a request for a run', () => {
  it.each([
    ['an unknown field', { status: 'succeeded' }],
    ['an id', { id: 'mine' }],
    ['a negative cost', { cost_estimate: -0.01 }],
    ['an infinite cost', { cost_estimate: Number.POSITIVE_INFINITY }],
    ['a cost as text', { cost_estimate: '1' }],
    ['an empty name', { name: '' }],
    ['a name of 257 characters', { name: 'n'.repeat(257) }],
    ['no owner', { owner: undefined }],
    ['a null name', { name: null }],
    ['ids as text', { related_entity_ids: 'entity-1' }],
    ['1,001 ids', { related_decision_ids: Array.from({ length: 1_001 }, () => 'd') }],
    ['metadata as a list', { metadata: [] }],
  ])('is refused with %s', (_what, change) => {
    expect(CreateRunRequest.safeParse({ name: 'n', owner: 'o' }).success).toBe(true);
    expect(CreateRunRequest.safeParse({ name: 'n', owner: 'o', ...change }).success).toBe(false);
  });
});

describe('a request for an update', () => {
  it.each([
    ['an unknown status', { status: 'done' }],
    ['a status in capitals', { status: 'SUCCEEDED' }],
    ['a name', { name: 'other' }],
    ['a start time', { started_at: '2026-01-31T10:20:00.000Z' }],
    ['a negative cost', { cost_actual: -1 }],
    ['a finish time that is no time', { finished_at: 'yesterday' }],
    ['a finish time as a number', { finished_at: 1_769_854_200 }],
  ])('is refused with %s', (_what, request) => {
    expect(UpdateRunRequest.safeParse(request).success).toBe(false);
  });
});

describe('the statuses of a run', () => {
  it('end in three that no status follows', () => {
    expect(RunStatus.options.filter(isFinal)).toEqual(['succeeded', 'failed', 'cancelled']);
    for (const from of RunStatus.options.filter(isFinal))
      expect(RunStatus.options.filter((to) => mayBecome(from, to))).toEqual([]);
  });

  it('never lead back to pending', () => {
    for (const from of RunStatus.options) expect(mayBecome(from, 'pending')).toBe(false);
  });
});
