import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { systemActor } from '../../src/domain/event/actor.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { pruneRuns } from '../../src/start/prune.ts';
import { memoryStores } from '../product-stores.ts';

const stampAt = (at: string) => () => ({ id: uuidv7(), at, request_id: 'r', actor: systemActor('prune') });

it('deletes the runs of every tenant that ended long ago, over many pages, and no others, whatever they say themselves', async () => {
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const [old, young] = [stampAt('2026-01-31T00:00:00.000Z'), stampAt('2026-02-01T00:00:00.000Z')];
  for (const tenant of ['a', 'b']) {
    const store = stores.of(tenant);
    for (let count = 0; count < 2_500; count += 1) {
      const { run, event } = createRun({ name: String(count), owner: 'team' }, uuidv7(), old());
      await store.runs.create(run, event);
      if (count % 5 === 0) continue;
      // One in five ends late and dates itself back.
      const [stamp, finished_at] = count % 5 === 1 ? [young, '1970-01-01T00:00:00Z'] : [old, '2026-01-31T00:05:00Z'];
      await store.runs.update(run.id, (row) => updateRun(row, { status: 'failed', finished_at }, stamp()));
      // What changes later makes no run younger.
      await store.runs.update(run.id, (row) => updateRun(row, { cost_actual: 1 }, young()));
    }
  }
  const before = '2026-02-01T00:00:00.000Z';
  expect(await pruneRuns(stores, before, young)).toBe(3_000);
  expect(await pruneRuns(stores, before, young)).toBe(0);
  for (const tenant of ['a', 'b']) {
    const page = await stores.of(tenant).runs.list({}, { limit: 1_000, cursor: null });
    expect(page.rows).toHaveLength(1_000);
    expect(new Set(page.rows.map(({ name }) => Number(name) % 5))).toEqual(new Set([0, 1]));
  }
});
