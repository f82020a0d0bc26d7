import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { createRun, updateRun } from '../src/domain/run.ts';
import { pruneRuns } from '../src/prune.ts';
import { memoryStores } from '../src/store/memory.ts';

it('deletes the old final runs of every tenant, over many pages, and no others', async () => {
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const at = '2026-01-31T00:00:00.000Z';
  const stamp = () => ({ id: uuidv7(), at, request_id: 'r', actor: 'prune' });
  for (const tenant of ['a', 'b']) {
    const store = stores.open(tenant);
    for (let count = 0; count < 2_500; count += 1) {
      const { run, event } = createRun({ name: String(count), owner: 'team' }, uuidv7(), stamp());
      await store.createRun(run, event);
      if (count % 5 === 0) continue;
      const finished_at = count % 5 === 1 ? '2026-03-01T00:00:00Z' : '2026-01-01T00:00:00Z';
      await store.updateRun(run.id, (row) => updateRun(row, { status: 'failed', finished_at }, stamp()));
    }
  }
  const before = '2026-02-01T00:00:00.000Z';
  expect(await pruneRuns(stores, before, stamp)).toBe(3_000);
  expect(await pruneRuns(stores, before, stamp)).toBe(0);
  for (const tenant of ['a', 'b']) {
    const page = await stores.open(tenant).listRuns({}, { limit: 1_000, cursor: null });
    expect(page.rows).toHaveLength(1_000);
    expect(new Set(page.rows.map(({ name }) => Number(name) % 5))).toEqual(new Set([0, 1]));
  }
});
