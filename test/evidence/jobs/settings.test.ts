import { describe, expect, it } from 'vitest';
import { stampBy } from '../../../src/evidence/jobs/settings.ts';

describe('the stamp of a job', () => {
  it('has ids of its own for the event and the request, the time, and the job as the actor', () => {
    const ids = ['id-1', 'id-2'];
    const newId = () => ids.shift() as string;
    const now = () => new Date('2026-01-31T10:00:00.000Z');
    expect(stampBy({ newId, now }, 'verifier')).toEqual({
      id: 'id-1',
      at: '2026-01-31T10:00:00.000Z',
      request_id: 'id-2',
      actor: { type: 'system', id: 'system:verifier', name: 'verifier' },
    });
  });
});
