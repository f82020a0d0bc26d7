// The tables of one tenant. Whatever belongs to a run is listed in `OF_RUNS`, and goes with it.
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
};

export function openTables(): Tables {
  return {
    runs: openTable<Run>('runs', runKeys, (run) => bytesOf(Run, run)),
    artifacts: openTable<Artifact>('artifacts', keysOfRun, (artifact) => bytesOf(Artifact, artifact)),
    packs: openTable<DisclosurePack>('packs', keysOfRun, (pack) => bytesOf(DisclosurePack, pack)),
    readings: openTable<ReadingRow>('readings', keysOfRun, () => 0),
  };
}

// A table that is neither the one of runs nor of runs does not compile.
const OF_RUNS: Record<Exclude<keyof Tables, 'runs'>, true> = { readings: true, packs: true, artifacts: true };

/** Removes the run with everything that belongs to it. */
export function removeRun(tables: Tables, entry: Entry, id: string): void {
  for (const name of Object.keys(OF_RUNS) as (keyof typeof OF_RUNS)[])
    for (const row of tables[name].rows(ofRun(id))) tables[name].remove(entry, row.id);
  tables.runs.remove(entry, id);
}

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
