import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { addArtifact, addPack, addRun, eventCount, FIRST_PAGE, type Given } from './kit.ts';

export function packsContract(given: Given): void {
  describe('packs', () => {
    it('are made from the artifacts named, in that order', async () => {
      const run = await addRun(given.store);
      const ids = [];
      for (let count = 0; count < 3; count += 1) ids.push((await addArtifact(given.store, run.id)).id);
      const order = [ids[2], ids[0]] as string[];
      expect((await addPack(given.store, run.id, order)).artifact_ids).toEqual(order);
      expect((await addPack(given.store, run.id, [])).artifact_ids).toEqual([]);
      expect((await addPack(given.store, run.id, null)).artifact_ids).toEqual(ids);
    });

    it('are not made from artifacts that do not exist, or when making throws', async () => {
      const run = await addRun(given.store);
      const { id } = await addArtifact(given.store, run.id);
      const events = await eventCount(given.store);
      await expect(addPack(given.store, run.id, [id, uuidv7()])).rejects.toMatchObject({ code: 'artifact_not_found' });
      await expect(addPack(given.store, run.id, [id, id])).rejects.toMatchObject({ code: 'validation_failed' });
      const other = await addRun(given.store);
      await expect(addPack(given.store, other.id, [id])).rejects.toMatchObject({ code: 'validation_failed' });
      expect((await given.store.packs.list({}, FIRST_PAGE)).rows).toEqual([]);
      expect(await eventCount(given.store)).toBe(events + 1);
    });
  });
}
