import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { MAX_RUN_BYTES } from '../../../src/store/artifacts.ts';
import { addArtifact, addRun, allEvents, CONTENT, eventCount, FIRST_PAGE, type Given, SLOW, stamp } from './kit.ts';

export function contentsContract(given: Given): void {
  describe('content', () => {
    it('is written to the current row with its event, and is then held', async () => {
      const run = await addRun(given.store);
      const artifact = await addArtifact(given.store, run.id);
      expect(await given.store.contents.has(CONTENT.digests.sha256)).toBe(false);
      const stored = await given.store.artifacts.update(artifact.id, (row) => storeContent(row, CONTENT, stamp()));
      expect(stored).toMatchObject({
        ...artifact,
        evidence: { state: 'pending' },
        content: { size: 4, digests: { sha256: CONTENT.digests.sha256 } },
      });
      expect(await given.store.artifacts.get(artifact.id)).toEqual(stored);
      expect((await given.store.runs.snapshot(run.id)).artifacts).toEqual([stored]);
      expect((await given.store.artifacts.list({ run_id: run.id }, FIRST_PAGE)).rows).toEqual([stored]);
      expect((await allEvents(given.store)).at(-1)).toMatchObject({ type: 'artifact.content_stored', data: stored });
      expect(await given.store.contents.has(CONTENT.digests.sha256)).toBe(true);
      expect(await given.store.contents.has('other')).toBe(false);
      expect(await given.stores.of(uuidv7()).contents.has(CONTENT.digests.sha256)).toBe(false);
    });

    it('is written once by 50 at the same time, and nothing where nothing changes or the change throws', async () => {
      const { id, run_id } = await addArtifact(given.store, (await addRun(given.store)).id);
      const store50 = Array.from({ length: 50 }, () =>
        given.store.artifacts.update(id, (row) => storeContent(row, CONTENT, stamp())),
      );
      const rows = await Promise.all(store50);
      for (const row of rows) expect(row).toEqual(rows[0]);
      expect(await eventCount(given.store)).toBe(3);
      const other = { ...CONTENT, digests: { ...CONTENT.digests, sha256: 'other' } };
      await expect(given.store.artifacts.update(id, (row) => storeContent(row, other, stamp()))).rejects.toMatchObject({
        code: 'content_conflict',
      });
      await expect(given.store.artifacts.update('nope', () => null)).rejects.toMatchObject({
        code: 'artifact_not_found',
      });
      expect((await given.store.runs.snapshot(run_id)).artifacts).toEqual([rows[0]]);
      expect(await eventCount(given.store)).toBe(3);
    });

    it('is held as long as any artifact has it', async () => {
      const runs = [await addRun(given.store), await addRun(given.store)];
      for (const { id } of runs) {
        const artifact = await addArtifact(given.store, id);
        await given.store.artifacts.update(artifact.id, (row) => storeContent(row, CONTENT, stamp()));
      }
      for (const [index, { id }] of runs.entries()) {
        expect(await given.store.contents.has(CONTENT.digests.sha256)).toBe(true);
        await given.store.runs.update(id, (row) => updateRun(row, { status: 'failed' }, stamp()));
        await given.store.runs.delete(id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: id, data: row }));
        expect(await given.store.contents.has(CONTENT.digests.sha256)).toBe(index === 0);
      }
    });

    it('makes no run greater than 64 MiB', SLOW, async () => {
      const { id } = await addRun(given.store);
      const artifact = await addArtifact(given.store, id);
      const media_type = 'x'.repeat(MAX_RUN_BYTES);
      const change = given.store.artifacts.update(artifact.id, (row) =>
        storeContent(row, { ...CONTENT, media_type }, stamp()),
      );
      await expect(change).rejects.toMatchObject({ code: 'run_full' });
      expect(await given.store.artifacts.get(artifact.id)).toEqual(artifact);
      expect(await given.store.contents.has(CONTENT.digests.sha256)).toBe(false);
    });
  });
}
