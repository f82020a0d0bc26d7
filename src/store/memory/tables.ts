// The tables of one tenant. Rows that belong to a run are deleted with it.
import type { z } from 'zod';
import { Artifact } from '../../domain/artifact/artifact.ts';
import type { ReadingDetails } from '../../domain/evidence/reading.ts';
import { DisclosurePack } from '../../domain/pack/disclosure-pack.ts';
import { Run } from '../../domain/run/run.ts';
import { rowText } from '../../json/row-text.ts';
import type { Entry } from './ledger.ts';
import { openTable, type Table } from './table.ts';

/** What is kept of the content of an artifact, under the id of the artifact. */
export type ReadingRow = {
  readonly id: string;
  readonly run_id: string;
  /** The number of the reader that read it. */
  readonly reader: number;
  readonly details: Readonly<ReadingDetails>;
};

export type Tables = {
  readonly runs: Table<Run>;
  readonly artifacts: Table<Artifact>;
  readonly packs: Table<DisclosurePack>;
  readonly readings: Table<ReadingRow>;
  /**
   * Opens a table of a capability whose rows belong to runs, and are deleted with them. `name` and
   * `bytesOf` are those of `openTable`.
   */
  openOfRuns<Row extends OfRun>(name: string, bytesOf: (row: Readonly<Row>) => number): Table<Row>;
  /** Removes the run with everything that belongs to it, whichever table holds it. */
  removeRun(entry: Entry, id: string): void;
};

type OfRun = { readonly id: string; readonly run_id: string };

export function openTables(): Tables {
  const runs = openTable<Run>('runs', runKeys, (run) => bytesOf(Run, run));
  const ofRuns: Removable[] = [];
  const openOfRuns: Tables['openOfRuns'] = (name, bytesOf) => {
    const table = openTable(name, keysOfRun, bytesOf);
    // The latest first: its rows may belong to those of an earlier table.
    ofRuns.unshift(table);
    return table;
  };
  return {
    runs,
    artifacts: openOfRuns<Artifact>('artifacts', (artifact) => bytesOf(Artifact, artifact)),
    packs: openOfRuns<DisclosurePack>('packs', (pack) => bytesOf(DisclosurePack, pack)),
    readings: openOfRuns<ReadingRow>('readings', () => 0),
    openOfRuns,
    removeRun(entry, id) {
      for (const table of ofRuns) for (const row of table.rows(ofRun(id))) table.remove(entry, row.id);
      runs.remove(entry, id);
    },
  };
}

type Removable = Pick<Table<OfRun>, 'rows' | 'remove'>;

export function bytesOf(schema: z.ZodType, row: object): number {
  return Buffer.byteLength(rowText(schema, row));
}

const ALL = 'all';

/** The list of what belongs to a run. */
export function ofRun(id: string): string {
  return `run ${id}`;
}

/** The list that a filter asks for. */
export function keyOfRun({ run_id }: { run_id?: string | undefined }): string {
  return run_id === undefined ? ALL : ofRun(run_id);
}

function keysOfRun({ run_id }: { readonly run_id: string }): string[] {
  return [ALL, ofRun(run_id)];
}

/**
 * The list that a filter asks for. No status has a space in it or is `owner`, so no owner can look
 * like another key.
 */
export function runKey({ owner, status }: { owner?: string | undefined; status?: string | undefined }): string {
  return owner === undefined ? (status ?? ALL) : `${status ?? 'owner'} ${owner}`;
}

function runKeys({ owner, status }: Readonly<Run>): string[] {
  return [ALL, status, `owner ${owner}`, `${status} ${owner}`];
}
