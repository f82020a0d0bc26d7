import { type RunReading, runReading } from '../../domain/evidence/reading.ts';
import { isFinal } from '../../domain/run/run.ts';
import type { RunStore } from '../runs.ts';
import type { Ledger } from './ledger.ts';
import { type Change, found } from './table.ts';
import { ofRun, runKey, type Tables } from './tables.ts';

export function runStore(ledger: Ledger, tables: Tables): RunStore {
  const { runs, artifacts, packs, readings } = tables;
  const endedAt = endsOf(runs);
  const revisions = revisionsOf(tables);
  return {
    create: (run, event, key) => ledger.idempotent(key, () => ledger.record(event, (entry) => runs.insert(entry, run))),
    get: async (id) => found(runs, id, 'run_not_found'),
    list: async (filter, page) => runs.page(runKey(filter), page),
    async update(id, change) {
      const before = found(runs, id, 'run_not_found');
      const changed = change(before);
      if (changed === null) return before;
      return ledger.record(changed.event, (entry) => runs.put(entry, changed.run));
    },
    async delete(id, decide) {
      const event = decide(found(runs, id, 'run_not_found'), endedAt.get(id) ?? null);
      if (event !== null) ledger.record(event, (entry) => tables.removeRun(entry, id));
      return event !== null;
    },
    async snapshot(id) {
      const run = found(runs, id, 'run_not_found');
      const held = artifacts.rows(ofRun(id)).reverse();
      return { run, artifacts: held, latest_pack: packs.latest(ofRun(id)), readings: readingsOf(readings, held) };
    },
    async evidence(id) {
      const run = found(runs, id, 'run_not_found');
      const held = artifacts.rows(ofRun(id)).reverse();
      return { run, artifacts: held, readings: readingsOf(readings, held) };
    },
    revision: async (id) => String(revisions.get(found(runs, id, 'run_not_found').id)),
  };
}

/** The time of the event that made each run final. */
function endsOf(runs: Tables['runs']): ReadonlyMap<string, string> {
  const endedAt = new Map<string, string>();
  runs.follow(({ before, after, event }) => {
    if (after === null) endedAt.delete(before?.id ?? '');
    else if (before !== null && isFinal(after.status) && !endedAt.has(after.id)) endedAt.set(after.id, event.at);
  });
  return endedAt;
}

/** The number of the last change of each run, counted over all of them. */
function revisionsOf({ runs, artifacts, packs, readings }: Tables): ReadonlyMap<string, number> {
  const revisions = new Map<string, number>();
  let changes = 0;
  const changed = (id: string) => {
    changes += 1;
    revisions.set(id, changes);
  };
  for (const table of [artifacts, packs, readings] as const)
    table.follow(({ before, after }: Change<{ readonly id: string; readonly run_id: string }>) =>
      changed((after ?? before)?.run_id ?? ''),
    );
  runs.follow(({ before, after }) => {
    if (after === null) revisions.delete(before?.id ?? '');
    else changed(after.id);
  });
  return revisions;
}

function readingsOf(readings: Tables['readings'], held: readonly { readonly id: string }[]): RunReading[] {
  if (readings.size === 0) return [];
  return held.flatMap(({ id }) => {
    const reading = readings.get(id);
    return reading === undefined ? [] : [runReading(id, reading.details)];
  });
}
