import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/domain/run/run.ts';
import { addArtifact, addPack, addRun, allEvents, FIRST_PAGE, type Given } from './kit.ts';

export function rowsContract(given: Given): void {
  describe('rows', () => {
    it('gives back what was written', async () => {
      const run = await addRun(given.store, { metadata: { b: 1, a: [{ deep: null }] } });
      const artifact = await addArtifact(given.store, run.id);
      const pack = await addPack(given.store, run.id, null);
      expect(await given.store.runs.get(run.id)).toEqual(run);
      expect(Object.keys((await given.store.runs.get(run.id)).metadata)).toEqual(['b', 'a']);
      expect(await given.store.artifacts.get(artifact.id)).toEqual(artifact);
      expect(await given.store.packs.get(pack.id)).toEqual(pack);
    });

    it('gives back the keys of each row, whatever those of other rows are', async () => {
      const keys = ['\\', '"', '\n', 'a\\', 'a"', 'a\n', '\\"'];
      const ids: string[] = [];
      for (const key of keys) {
        const run = await addRun(given.store, { metadata: { h: 1, [key]: 2 } });
        await addArtifact(given.store, run.id, { metadata_json: { additional_metadata: { h: 1, [key]: 2 } } });
        ids.push(run.id);
      }
      for (const [index, key] of keys.entries()) {
        const { run, artifacts } = await given.store.runs.snapshot(ids[index] as string);
        expect(run.metadata).toEqual({ h: 1, [key]: 2 });
        expect(artifacts[0]?.metadata_json.additional_metadata).toEqual({ h: 1, [key]: 2 });
      }
      const listed = (await given.store.runs.list({}, FIRST_PAGE)).rows.map(({ metadata }) => Object.keys(metadata)[1]);
      expect(listed).toEqual(keys.toReversed());
    });

    it('throws for ids that it does not know, whatever they look like', async () => {
      for (const id of ['', 'nope', uuidv7(), '__proto__', 'constructor', '💥', 'x'.repeat(5_000), '../../etc', '\0']) {
        await expect(given.store.runs.get(id)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(given.store.runs.snapshot(id)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(given.store.runs.evidence(id)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(given.store.runs.update(id, () => null)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(given.store.artifacts.get(id)).rejects.toMatchObject({ code: 'artifact_not_found' });
        await expect(given.store.packs.get(id)).rejects.toMatchObject({ code: 'disclosure_pack_not_found' });
        await expect(addArtifact(given.store, id)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(addPack(given.store, id, null)).rejects.toMatchObject({ code: 'run_not_found' });
      }
      expect(await allEvents(given.store)).toEqual([]);
    });

    it('refuses a second row with the same id and changes nothing', async () => {
      const run = await addRun(given.store);
      const artifact = await addArtifact(given.store, run.id);
      const pack = await addPack(given.store, run.id, []);
      const events = await allEvents(given.store);
      await expect(addRun(given.store, { name: 'other' }, run.id)).rejects.toThrow();
      await expect(addArtifact(given.store, run.id, { kind: 'other' }, artifact.id)).rejects.toThrow();
      await expect(addPack(given.store, run.id, null, pack.id)).rejects.toThrow();
      expect(await given.store.runs.snapshot(run.id)).toEqual({
        run,
        artifacts: [artifact],
        latest_pack: pack,
        readings: [],
      });
      expect(await allEvents(given.store)).toEqual(events);
    });

    it('writes each of the runs that come at the same time, though some of them are refused', async () => {
      const [taken] = await Promise.all([addRun(given.store), addRun(given.store)]);
      const ids = Array.from({ length: 200 }, (_, index) => (index % 50 === 7 ? taken.id : uuidv7()));
      const outcomes = await Promise.allSettled(ids.map((id) => addRun(given.store, { name: `run ${id}` }, id)));
      for (const [index, { status }] of outcomes.entries()) {
        expect(status).toBe(ids[index] === taken.id ? 'rejected' : 'fulfilled');
      }
      const fresh = ids.filter((id) => id !== taken.id);
      for (const id of fresh) expect((await given.store.runs.get(id)).name).toBe(`run ${id}`);
      expect(await given.store.runs.get(taken.id)).toEqual(taken);
      const told = (await allEvents(given.store)).map(({ run_id }) => run_id);
      expect(told.length).toBe(new Set(told).size);
      expect(told.length).toBe(fresh.length + 2);
    });

    it('hands out rows that no one can change for others', async () => {
      const { id } = await addRun(given.store, { metadata: { list: [1] } });
      const change = async () => {
        const run = (await given.store.runs.get(id)) as Run;
        (run.metadata.list as number[]).push(2);
        run.name = 'changed';
      };
      // Either the row is frozen or it is a copy.
      await change().catch((error) => expect(error).toBeInstanceOf(TypeError));
      expect(await given.store.runs.get(id)).toMatchObject({ name: 'build', metadata: { list: [1] } });
    });
  });
}
