import { describe, expect, it } from 'vitest';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { openLedger } from '../../../src/store/memory/ledger.ts';
import { ofRun, openTables } from '../../../src/store/memory/tables.ts';
import { memoryStores } from '../../product-stores.ts';
import { CONTRACT_MAX_ARTIFACTS, contract, stamp } from '../contract/kit.ts';
import { rowsContract } from '../contract/rows.ts';

contract('memory', async () => memoryStores({ maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS }), rowsContract);

describe('a table of rows that belong to runs', () => {
  type Row = { readonly id: string; readonly run_id: string };

  function tablesWith(rows: readonly Row[]) {
    const [ledger, tables] = [openLedger(), openTables()];
    const things = tables.openOfRuns<Row>('things', () => 0);
    for (const run_id of new Set(rows.map((row) => row.run_id))) {
      const { run, event } = createRun({ name: 'build', owner: 'team' }, run_id, stamp());
      ledger.record(event, (entry) => tables.runs.insert(entry, run));
    }
    ledger.record(anEvent(), (entry) => rows.map((row) => things.insert(entry, row)));
    return { ledger, tables, things };
  }

  const anEvent = () => createRun({ name: 'build', owner: 'team' }, 'another', stamp()).event;

  it('loses those of a run that is deleted, and keeps those of others', () => {
    const rows = [1, 2, 3].map((number) => ({ id: `thing-${number}`, run_id: number === 3 ? 'run-2' : 'run-1' }));
    const { ledger, tables, things } = tablesWith(rows);
    expect(things.rows(ofRun('run-1'))).toEqual(rows.slice(0, 2));
    const removed: unknown[] = [];
    things.follow(({ before, after }) => removed.push([before?.id, after]));
    ledger.record(anEvent(), (entry) => tables.removeRun(entry, 'run-1'));
    expect(removed).toEqual([
      ['thing-1', null],
      ['thing-2', null],
    ]);
    expect([tables.runs.size, things.size]).toEqual([1, 1]);
    expect(things.rows(ofRun('run-2'))).toEqual(rows.slice(2));
  });

  it('loses its rows before those of the tables that were opened earlier', () => {
    const { ledger, tables, things } = tablesWith([{ id: 'thing-1', run_id: 'run-1' }]);
    const parts = tables.openOfRuns<Row>('parts', () => 0);
    ledger.record(anEvent(), (entry) => parts.insert(entry, { id: 'part-1', run_id: 'run-1' }));
    const removed: (string | undefined)[] = [];
    for (const table of [things, parts]) table.follow(({ before }) => removed.push(before?.id));
    ledger.record(anEvent(), (entry) => tables.removeRun(entry, 'run-1'));
    expect(removed).toEqual(['part-1', 'thing-1']);
  });
});
