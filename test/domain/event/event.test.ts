import { describe, expect, it } from 'vitest';
import { systemActor } from '../../../src/domain/event/actor.ts';
import { stampOf } from '../../../src/domain/event/event.ts';

describe('the stamp of an event', () => {
  it('tells a new id, the time in UTC with milliseconds, the request and the actor', () => {
    const source = { now: () => new Date(Date.UTC(2026, 0, 31, 10, 30, 0, 7)), newId: () => 'event-7' };
    expect(stampOf(source, 'request-7', systemActor('prune'))).toEqual({
      id: 'event-7',
      at: '2026-01-31T10:30:00.007Z',
      request_id: 'request-7',
      actor: { type: 'system', id: 'system:prune', name: 'prune' },
    });
  });

  it('asks for an id and the time once each', () => {
    const calls: string[] = [];
    const source = {
      now: () => {
        calls.push('now');
        return new Date(0);
      },
      newId: () => {
        calls.push('newId');
        return 'event-1';
      },
    };
    stampOf(source, 'request-1', systemActor('prune'));
    expect(calls.sort()).toEqual(['newId', 'now']);
  });
});
