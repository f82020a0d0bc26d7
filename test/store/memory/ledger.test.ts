import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import type { MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { openLedger } from '../../../src/store/memory/ledger.ts';
import { openTable } from '../../../src/store/memory/table.ts';
import { memoryStores } from '../../product-stores.ts';
import { idempotencyContract } from '../contract/idempotency.ts';
import { CONTRACT_MAX_ARTIFACTS, contract, stamp } from '../contract/kit.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), idempotencyContract);

const anEvent = (): MaestroEvent => createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp()).event;

it('a table changes only for an entry of the ledger, whose event is recorded and reaches those who follow the table', () => {
  const [ledger, table] = [
    openLedger(),
    openTable<{ id: string }>(
      'things',
      () => ['all'],
      () => 0,
    ),
  ];
  const seen: unknown[] = [];
  table.follow((change) => seen.push(change));
  const event = anEvent();
  // @ts-expect-error Only the ledger makes an entry.
  expect(() => table.insert(undefined, { id: 'a' })).toThrow();
  ledger.record(event, (entry) => table.insert(entry, { id: 'a' }));
  expect(ledger.log.slice(0, ledger.log.count())).toEqual([event]);
  expect(seen).toEqual([{ before: null, after: { id: 'a' }, event }]);
});

it('a write that throws records no event', () => {
  const [ledger, table] = [
    openLedger(),
    openTable<{ id: string }>(
      'things',
      () => ['all'],
      () => 0,
    ),
  ];
  ledger.record(anEvent(), (entry) => table.insert(entry, { id: 'a' }));
  const again = () => ledger.record(anEvent(), (entry) => table.insert(entry, { id: 'a' }));
  expect(again).toThrow('a row with the id a exists');
  expect(ledger.log.slice(0, ledger.log.count())).toHaveLength(1);
});

it('events that were recorded cannot be changed', () => {
  const ledger = openLedger();
  ledger.record(anEvent(), () => {});
  expect(Object.isFrozen(ledger.log.slice(0, ledger.log.count())[0])).toBe(true);
});
