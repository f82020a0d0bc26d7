import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { announcingStores } from '../../src/start/announcing-stores.ts';
import { memoryStores } from '../product-stores.ts';
import { addArtifact, addPack, addRun, addWaiting, stamp } from '../store/contract/kit.ts';

it('every write to a run is announced once it is done, with its tenant and run; reads and refusals are not', async () => {
  const announced: [string, string][] = [];
  const stores = announcingStores(memoryStores({ maxArtifactsPerRun: 10 }), (...all) => announced.push(all));
  const tenant = uuidv7();
  const store = stores.of(tenant);
  const { id } = await addRun(store);
  await store.runs.snapshot(id);
  await store.runs.revision(id);
  await expect(addArtifact(store, 'unknown')).rejects.toMatchObject({ code: 'run_not_found' });
  expect(announced).toEqual([]);
  const artifact = await addArtifact(store, id);
  await addWaiting(store, id);
  await store.runs.update(id, (row) => updateRun(row, { status: 'running' }, stamp()));
  await addPack(store, id, [artifact.id]);
  await store.runs.delete(id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: id, data: row }));
  // Content is an artifact and an update of it.
  expect(announced).toEqual(Array.from({ length: 6 }, () => [tenant, id]));
  expect(stores.of(tenant)).toBe(store);
});
