import type { PackStore } from '../packs.ts';
import type { Ledger } from './ledger.ts';
import { found } from './table.ts';
import { keyOfRun, ofRun, type Tables } from './tables.ts';

export function packStore(ledger: Ledger, { runs, artifacts, packs }: Tables): PackStore {
  return {
    create: (runId, artifactIds, make, key) =>
      ledger.idempotent(key, () => {
        found(runs, runId, 'run_not_found');
        const held =
          artifactIds?.map((id) => found(artifacts, id, 'artifact_not_found')) ?? artifacts.rows(ofRun(runId));
        const { pack, event } = make(held);
        return ledger.record(event, (entry) => packs.insert(entry, pack));
      }),
    get: async (id) => found(packs, id, 'disclosure_pack_not_found'),
    list: async (filter, page) => packs.page(keyOfRun(filter), page),
  };
}
