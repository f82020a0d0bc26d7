import { describe, expect, it } from 'vitest';
import { joinEventTypes } from '../../../src/domain/event/join-event-types.ts';

describe('the event types of several owners', () => {
  it('are joined in the order of their owners', () => {
    expect(joinEventTypes([['run.created', 'run.updated'], [], ['artifact.created']])).toEqual([
      'run.created',
      'run.updated',
      'artifact.created',
    ]);
  });

  it('are refused if a type is declared twice, by two owners or by one', () => {
    const twice = 'The event type run.created is declared twice';
    expect(() => joinEventTypes([['run.created'], ['note.created', 'run.created']])).toThrow(twice);
    expect(() => joinEventTypes([['run.created', 'run.created']])).toThrow(twice);
  });
});
