// Stores that announce each write to a run in this process, whether a request or a background job
// made it. A write that is not announced here is found by the next poll of who waits.
import type { MaestroStores } from '../store/store.ts';
import type { TenantStores } from './stores.ts';
import { wrappedStores } from './wrapped-stores.ts';

/** The same stores. `announce` is called after each write that succeeds, with the run. */
export function announcingStores<Tenant extends TenantStores>(
  stores: MaestroStores<Tenant>,
  announce: (tenant: string, runId: string) => void,
): MaestroStores<Tenant> {
  return wrappedStores(stores, (inner, tenant) => announcing(inner, (runId) => announce(tenant, runId)));
}

function announcing<Tenant extends TenantStores>(inner: Tenant, announce: (runId: string) => void): Tenant {
  const { runs, artifacts, packs } = inner;
  const after = async <Result>(write: Promise<Result>, runOf: (result: Result) => string): Promise<Result> => {
    const result = await write;
    announce(runOf(result));
    return result;
  };
  return {
    ...inner,
    runs: {
      ...runs,
      update: (id, change) => after(runs.update(id, change), () => id),
      delete: (id, decide) => after(runs.delete(id, decide), () => id),
    },
    artifacts: {
      ...artifacts,
      create: (artifact, event, key) => after(artifacts.create(artifact, event, key), ({ run_id }) => run_id),
      update: (id, change) => after(artifacts.update(id, change), ({ run_id }) => run_id),
    },
    packs: {
      ...packs,
      create: (runId, ids, make, key) => after(packs.create(runId, ids, make, key), () => runId),
    },
  };
}
