import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { finishReading, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import type { Reading } from '../../../src/domain/evidence/reading.ts';
import { MAX_RUN_BYTES } from '../../../src/store/artifacts.ts';
import { A_READING } from '../../domain/rows.ts';
import { addArtifact, addRun, addWaiting, allEvents, eventCount, type Given, SLOW, stamp } from './kit.ts';

export function readingsContract(given: Given): void {
  describe('readings', () => {
    const addContent = (run_id: string, size?: number) => addWaiting(given.store, run_id, size);
    const finish = (id: string, reading: Reading = A_READING) =>
      given.store.artifacts.update(id, (row) => finishReading(row, reading, stamp()));
    const lease = (limit = 10, ms = 60_000) => given.store.readings.leaseWaiting(limit, ms);
    const idsOf = (leased: Awaited<ReturnType<typeof lease>>) => leased.map(({ artifact }) => artifact.id);

    it('are kept with the row, come back as they were written, and are part of the snapshot', async () => {
      const run = await addRun(given.store);
      const { id } = await addContent(run.id);
      const waiting = await given.store.readings.get(id);
      expect(waiting).toEqual({ artifact: await given.store.artifacts.get(id), reading: null });
      expect(waiting.artifact.evidence?.state).toBe('pending');
      const findings = [{ code: 'schema', severity: 'error' as const, message: 'is "odd"', pointer: '/a~1b/💥' }];
      const reading = { ...A_READING, findings, findings_total: 7, valid: false };
      const artifact = await finish(id, reading);
      const { subjects, subjects_total, facts } = reading;
      expect(await given.store.readings.get(id)).toEqual({
        artifact,
        reading: { subjects, subjects_total, facts, findings, valid: false, verification: null },
      });
      expect(await given.store.artifacts.get(id)).toEqual(artifact);
      expect(await given.store.runs.snapshot(run.id)).toEqual({
        run,
        artifacts: [artifact],
        latest_pack: null,
        readings: [{ artifact_id: id, subjects, subjects_total, facts, verification: null }],
      });
      expect((await allEvents(given.store)).at(-1)).toMatchObject({ type: 'artifact.evidence_read', data: artifact });
    });

    it('are not there for what does not exist, has no content, or belongs to another tenant', async () => {
      for (const id of ['nope', '\0'])
        await expect(given.store.readings.get(id)).rejects.toMatchObject({ code: 'artifact_not_found' });
      const artifact = await addArtifact(given.store, (await addRun(given.store)).id);
      expect(await given.store.readings.get(artifact.id)).toEqual({ artifact, reading: null });
      await expect(given.stores.of(uuidv7()).readings.get(artifact.id)).rejects.toMatchObject({
        code: 'artifact_not_found',
      });
    });

    it('of one run are not part of the snapshot of another', async () => {
      const [run, other] = [await addRun(given.store), await addRun(given.store)];
      await finish((await addContent(run.id)).id);
      expect((await given.store.runs.snapshot(other.id)).readings).toEqual([]);
      expect((await given.store.runs.snapshot(run.id)).readings).toHaveLength(1);
    });

    it('come in the order of their artifacts in the snapshot, whenever each was read', async () => {
      const run = await addRun(given.store);
      const ids: string[] = [];
      for (let count = 0; count < 6; count += 1) ids.push((await addContent(run.id)).id);
      await addArtifact(given.store, run.id);
      for (const place of [3, 0, 5, 2, 4, 1, 3]) await finish(ids[place] as string);
      for (const again of [ids[4], ids[0]] as string[]) {
        await given.store.artifacts.update(again, (row) => readAgain(row, stamp()));
        await finish(again);
      }
      const { readings } = await given.store.runs.snapshot(run.id);
      expect(readings.map(({ artifact_id }) => artifact_id)).toEqual(ids.toReversed());
    });

    it('are written once by 50 at the same time', async () => {
      const { id } = await addContent((await addRun(given.store)).id);
      await Promise.all(Array.from({ length: 50 }, () => finish(id)));
      expect(await eventCount(given.store)).toBe(4);
    });

    it('go when the artifact waits to be read again, and are replaced by the next', async () => {
      const run = await addRun(given.store);
      const { id } = await addContent(run.id);
      await finish(id);
      await given.store.artifacts.update(id, (row) => readAgain(row, stamp()));
      expect((await given.store.readings.get(id)).reading).toBeNull();
      expect((await given.store.runs.snapshot(run.id)).readings).toEqual([]);
      await finish(id, { ...A_READING, findings_total: 9 });
      expect((await given.store.readings.get(id)).artifact.evidence?.findings_total).toBe(9);
      expect((await given.store.runs.snapshot(run.id)).readings).toHaveLength(1);
    });

    it('go with their run', async () => {
      const run = await addRun(given.store, {}, 'again');
      const [read, waiting] = [await addContent(run.id), await addContent(run.id)];
      await finish(read.id);
      await given.store.runs.delete(run.id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: row }));
      for (const { id } of [read, waiting])
        await expect(given.store.readings.get(id)).rejects.toMatchObject({ code: 'artifact_not_found' });
      expect(await lease()).toEqual([]);
      await addRun(given.store, {}, 'again');
      expect((await given.store.runs.snapshot('again')).readings).toEqual([]);
    });

    it('make no run greater than 64 MiB', SLOW, async () => {
      const run = await addRun(given.store);
      const { id } = await addContent(run.id);
      const subjects = [{ name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }];
      const before = await given.store.readings.get(id);
      await expect(finish(id, { ...A_READING, subjects })).rejects.toMatchObject({ code: 'run_full' });
      expect(await given.store.readings.get(id)).toEqual(before);
      expect(idsOf(await lease())).toEqual([id]);
    });

    it('of what could not be read find room in any run, or it would wait for ever', SLOW, async () => {
      const run = await addRun(given.store);
      const { id } = await addContent(run.id);
      const small = Array.from({ length: 10 }, () => ({ name: null, digests: {} }));
      const subjects = [...small, { name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }];
      await expect(finish(id, { ...A_READING, subjects })).rejects.toMatchObject({ code: 'run_full' });
      await finish(id, { ...A_READING, state: 'unreadable', subjects });
      expect((await given.store.artifacts.get(id)).evidence?.state).toBe('unreadable');
      expect(await lease()).toEqual([]);
    });

    it('take room of their run only while they are kept', SLOW, async () => {
      const run = await addRun(given.store);
      const { id } = await addContent(run.id);
      const subjects = [{ name: 'x'.repeat(MAX_RUN_BYTES * 0.4), digests: {} }];
      for (let time = 0; time < 3; time += 1) {
        await finish(id, { ...A_READING, subjects });
        await given.store.artifacts.update(id, (row) => readAgain(row, stamp()));
      }
      await finish(id, { ...A_READING, subjects });
      const other = await addContent(run.id);
      await expect(finish(other.id, { ...A_READING, subjects })).rejects.toMatchObject({ code: 'run_full' });
    });
  });
}
