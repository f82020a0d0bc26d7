import { expect, it } from 'vitest';
import type { MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import { openEventLog } from '../../../src/store/memory/event-log.ts';

const event = (id: string) => ({ id }) as MaestroEvent;

it('the log counts its events from the first ever, whatever was cut off', () => {
  const log = openEventLog();
  for (const id of ['a', 'b', 'c', 'd']) log.push(event(id));
  log.cutTo(2);
  log.push(event('e'));
  expect([log.count(), log.cut(), log.at(1), log.at(2)?.id]).toEqual([5, 2, undefined, 'c']);
  expect(log.slice(2, 4).map(({ id }) => id)).toEqual(['c', 'd']);
  log.cutTo(5);
  expect([log.count(), log.slice(5, 9)]).toEqual([5, []]);
});
