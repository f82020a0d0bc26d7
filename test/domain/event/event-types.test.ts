import { describe, expect, it } from 'vitest';
import { joinEventTypes } from '../../../src/domain/event/event-types.ts';

describe('the joined event types', () => {
  it('are those of every list, in their order', () => {
    expect(joinEventTypes(['a.created', 'a.deleted'], [], ['b.created'])).toEqual([
      'a.created',
      'a.deleted',
      'b.created',
    ]);
  });

  it.each([
    ['two lists', [['a.created', 'x.made'], ['x.made']]],
    ['one list', [['x.made', 'a.created', 'x.made']]],
  ])('are refused where %s declare the same type, which is named', (_what, lists) => {
    expect(() => joinEventTypes(...lists)).toThrow("The event type 'x.made' is declared twice");
  });
});
