import { type RunReading, runReading } from '../../domain/evidence/reading.ts';
import { isFinal } from '../../domain/run/run.ts';
import type { RunStore } from '../runs.ts';
import type { Ledger } from './ledger.ts';
import { found } from './table.ts';
import { ofRun, runKey, type Tables } from './tables.ts';

export function runStore(ledger: Ledger, tables: Tables): RunStore {
  const { runs, artifacts, packs, readings } = tables;
  const endedAt = endsOf(runs);
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

function readingsOf(readings: Tables['readings'], held: readonly { readonly id: string }[]): RunReading[] {
  if (readings.size === 0) return [];
  return held.flatMap(({ id }) => {
    const reading = readings.get(id);
    return reading === undefined ? [] : [runReading(id, reading.details)];
  });
}
