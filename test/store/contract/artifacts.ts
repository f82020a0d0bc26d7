import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { TenantStores } from '../../../src/start/stores.ts';
import { MAX_RUN_BYTES } from '../../../src/store/artifacts.ts';
import { addArtifact, addRun, CONTRACT_MAX_ARTIFACTS, eventCount, type Given, SLOW } from './kit.ts';

export function artifactsContract(given: Given): void {
  describe('artifacts', () => {
    it('are refused beyond the greatest number of a run, and nothing is written', SLOW, async () => {
      const run = await addRun(given.store);
      for (let count = 0; count < CONTRACT_MAX_ARTIFACTS; count += 1) await addArtifact(given.store, run.id);
      const last = await eventCount(given.store);
      await expect(addArtifact(given.store, run.id)).rejects.toMatchObject({ code: 'run_full' });
      expect((await given.store.runs.snapshot(run.id)).artifacts).toHaveLength(CONTRACT_MAX_ARTIFACTS);
      expect(await eventCount(given.store)).toBe(last);
      await addArtifact(given.store, (await addRun(given.store)).id);
    });

    it('are refused beyond 64 MiB in one run, and nothing is written', SLOW, async () => {
      const run = await addRun(given.store);
      const size = 60_000;
      const fill = { metadata_json: { additional_metadata: { fill: 'x'.repeat(size) } } };
      let error: unknown = null;
      let held = 0;
      for (; held <= MAX_RUN_BYTES / size && error === null; held += error === null ? 1 : 0) {
        error = await addArtifact(given.store, run.id, fill).then(
          () => null,
          (thrown) => thrown,
        );
      }
      expect(error).toMatchObject({ code: 'run_full' });
      expect((await given.store.runs.snapshot(run.id)).artifacts).toHaveLength(held);
      expect(held * size).toBeGreaterThan(MAX_RUN_BYTES * 0.95);
      expect(await eventCount(given.store)).toBe(held + 1);
    });
  });

  describe('artifacts that are about others', () => {
    it('are kept with what they are about', async () => {
      const run = await addRun(given.store);
      const about = [(await addArtifact(given.store, run.id)).id, (await addArtifact(given.store, run.id)).id];
      const { id } = await addArtifact(given.store, run.id, { about });
      expect((await given.store.artifacts.get(id)).about).toEqual(about);
    });

    it.each([
      ['one that does not exist', () => 'nope'],
      ['one that no store could hold', () => '\0'],
      ['one of another run', async (one: TenantStores) => (await addArtifact(one, (await addRun(one)).id)).id],
    ])('are refused where that is %s', async (_what, other) => {
      const run = await addRun(given.store);
      const { id } = await addArtifact(given.store, run.id);
      const events = await eventCount(given.store);
      const foreign = await other(given.store);
      const created = await eventCount(given.store);
      await expect(addArtifact(given.store, run.id, { about: [id, foreign] })).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ in: 'body', pointer: '/about/1' }],
      });
      await expect(addArtifact(given.store, run.id, { about: [id, id] })).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ in: 'body', pointer: '/about/1' }],
      });
      await expect(addArtifact(given.store, 'no run', { about: [id] })).rejects.toMatchObject({
        code: 'run_not_found',
      });
      expect((await given.store.runs.snapshot(run.id)).artifacts).toHaveLength(1);
      expect([events, await eventCount(given.store)]).toEqual([2, created]);
    });

    it('cannot be about those of another tenant', async () => {
      const elsewhere = given.stores.of(uuidv7());
      const { id } = await addArtifact(elsewhere, (await addRun(elsewhere, {}, 'same')).id);
      await addRun(given.store, {}, 'same');
      await expect(addArtifact(given.store, 'same', { about: [id] })).rejects.toMatchObject({
        code: 'validation_failed',
      });
    });
  });
}
