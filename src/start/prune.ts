// Deletes old runs. There is no endpoint for this: it is for the operator of the process.

import type { Stamp } from '../domain/event/event.ts';
import type { Page } from '../domain/page.ts';
import { prune } from '../domain/run/retention.ts';
import { isFinal, type Run, RunStatus } from '../domain/run/run.ts';
import type { MaestroStores } from '../store/store.ts';

const PAGE_ROWS = 1_000;

/**
 * Deletes the runs of all tenants that finished before `before` by the server's clock (RFC 3339,
 * UTC, milliseconds), with all they hold, and returns how many. Each deletion is a write of its
 * own: an interrupted run can be repeated.
 */
export async function pruneRuns(stores: MaestroStores, before: string, stamp: () => Stamp): Promise<number> {
  let deleted = 0;
  for (const tenant of await stores.tenants()) {
    const { runs } = stores.of(tenant);
    for (const status of RunStatus.options.filter(isFinal)) {
      let cursor: string | null = null;
      do {
        const page: Page<Run> = await runs.list({ status }, { limit: PAGE_ROWS, cursor });
        // By the server's clock, no run ends before it starts.
        for (const { id } of page.rows.filter(({ started_at }) => started_at < before)) {
          if (await runs.delete(id, (run, endedAt) => prune(run, endedAt, before, stamp()))) deleted += 1;
        }
        cursor = page.next;
      } while (cursor !== null);
    }
  }
  return deleted;
}
