import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { addArtifact, addRun, addWaiting, type Given } from './kit.ts';

export function contentPlaceContract(given: Given): void {
  describe('the place of content', () => {
    it('is kept as the last change left it, each of which sees the one before', async () => {
      const before = await given.stores.contentPlace();
      const ids = Array.from({ length: 5 }, () => uuidv7());
      const seen: unknown[] = [];
      await Promise.all(
        ids.map((id) =>
          given.stores.updateContentPlace(async (place) => {
            seen.push(place);
            await new Promise((resolve) => setTimeout(resolve, 5));
            return { id, marked: id === ids[2] };
          }),
        ),
      );
      const last = await given.stores.contentPlace();
      expect(ids).toContain(last.id);
      expect(seen).toHaveLength(5);
      expect([before, ...ids.map((id) => ({ id, marked: id === ids[2] }))].filter(({ id }) => id !== last.id)).toEqual(
        expect.arrayContaining(seen),
      );
    });

    it('stays as it is where a change fails', async () => {
      const before = await given.stores.contentPlace();
      const boom = new Error('boom');
      await expect(given.stores.updateContentPlace(() => Promise.reject(boom))).rejects.toBe(boom);
      expect(await given.stores.contentPlace()).toEqual(before);
      const after = await given.stores.updateContentPlace(async (place) => place);
      expect(after).toEqual(before);
    });

    it('is changed by whoever is told whether any tenant names content, and which', async () => {
      const run = await addRun(given.store);
      await addArtifact(given.store, run.id);
      expect(await given.store.contents.named(10)).toEqual([]);
      const { id } = await addWaiting(given.store, run.id);
      const sha256 = (await given.store.artifacts.get(id)).content?.digests.sha256;
      await addWaiting(given.store, run.id);
      expect(await given.store.contents.named(10)).toEqual([sha256]);
      expect(await given.store.contents.named(0)).toEqual([]);
      const told: boolean[] = [];
      await given.stores.updateContentPlace(async (place, namesContent) => {
        told.push(namesContent);
        return place;
      });
      expect(told).toEqual([true]);
    });
  });
}
