import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { finishReading, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import type { Reading } from '../../../src/domain/evidence/reading.ts';
import { A_READING } from '../../domain/rows.ts';
import { addArtifact, addRun, addWaiting, type Given, MIB, stamp } from './kit.ts';

export function leasesContract(given: Given): void {
  describe('readings', () => {
    const addContent = (run_id: string, size?: number) => addWaiting(given.store, run_id, size);
    const finish = (id: string, reading: Reading = A_READING) =>
      given.store.artifacts.update(id, (row) => finishReading(row, reading, stamp()));
    const lease = (limit = 10, ms = 60_000) => given.store.readings.leaseWaiting(limit, ms);
    const idsOf = (leased: Awaited<ReturnType<typeof lease>>) => leased.map(({ artifact }) => artifact.id);

    it('are leased in the order in which they began to wait, as many as asked for, and each to one', async () => {
      const run = await addRun(given.store);
      const ids = [];
      for (let count = 0; count < 5; count += 1) ids.push((await addContent(run.id)).id);
      await addArtifact(given.store, run.id);
      const first = await lease(2);
      expect(idsOf(first)).toEqual(ids.slice(0, 2));
      expect(first.map(({ attempts }) => attempts)).toEqual([1, 1]);
      expect(first[0]?.artifact).toEqual(await given.store.artifacts.get(ids[0] as string));
      expect(idsOf(await lease())).toEqual(ids.slice(2));
      expect(await lease()).toEqual([]);
    });

    it('are leased small before large, whenever they came', async () => {
      const run = await addRun(given.store);
      const ids = new Map<string, number>();
      for (const size of [32, 4, 0, 16, 1, 8]) ids.set((await addContent(run.id, size * MIB)).id, size);
      const sizes = async (limit: number) => idsOf(await lease(limit)).map((id) => ids.get(id));
      expect(await sizes(1)).toEqual([0]);
      expect(await sizes(2)).toEqual([1, 4]);
      expect(await sizes(10)).toEqual([8, 16, 32]);
    });

    it('are leased by when they began to wait where the earlier has waited longer than its size counts', async () => {
      const run = await addRun(given.store);
      // What counts 10 ms came 60 ms before what counts nothing.
      const large = await addContent(run.id, 1_000);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const small = await addContent(run.id, 0);
      expect(idsOf(await lease())).toEqual([large.id, small.id]);
    });

    it('are leased by when they began to wait where no more of them is read: 32 MiB and whatever is larger', async () => {
      const run = await addRun(given.store);
      const huge = await addContent(run.id, 500 * MIB);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const large = await addContent(run.id, 32 * MIB);
      expect(idsOf(await lease())).toEqual([huge.id, large.id]);
    });

    it('are placed anew, by their size, when they wait again', async () => {
      const run = await addRun(given.store);
      const [large, small] = [await addContent(run.id, MIB), await addContent(run.id, 10)];
      await finish(small.id);
      await given.store.artifacts.update(small.id, (row) => readAgain(row, stamp()));
      expect(idsOf(await lease())).toEqual([small.id, large.id]);
    });

    it('keep their lease for as long as it is extended, and lose it at once where they are given back', async () => {
      const { id } = await addContent((await addRun(given.store)).id);
      const extend = (ms: number, one = id) => given.store.readings.extendLease(one, ms);
      await extend(60_000);
      expect(idsOf(await lease(1, 500))).toEqual([id]);
      await extend(60_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await lease()).toEqual([]);
      await extend(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await lease(1, 60_000)).map(({ attempts }) => attempts)).toEqual([2]);
      await given.stores.of(uuidv7()).readings.extendLease(id, 0);
      for (const other of ['nope', '\0']) await extend(0, other);
      expect(await lease()).toEqual([]);
    });

    it('are leased once among 20 who ask at the same time', async () => {
      const run = await addRun(given.store);
      const ids = [];
      for (let count = 0; count < 30; count += 1) ids.push((await addContent(run.id)).id);
      const leased = await Promise.all(Array.from({ length: 20 }, () => lease(2)));
      expect(leased.flatMap(idsOf).sort()).toEqual(ids.sort().filter((id) => leased.flatMap(idsOf).includes(id)));
      const rest = await lease(100);
      expect([...leased.flatMap(idsOf), ...idsOf(rest)].sort()).toEqual(ids);
    });

    it('are leased again when the lease has ended, which counts as another attempt', async () => {
      const { id } = await addContent((await addRun(given.store)).id);
      expect(await lease(1, 60_000)).toHaveLength(1);
      expect(await lease(1, 60_000)).toEqual([]);
      const other = await addContent((await addRun(given.store)).id);
      await lease(1, 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const again = await lease(5, 60_000);
      expect(again.map(({ artifact, attempts }) => [artifact.id, attempts])).toEqual([[other.id, 2]]);
      expect(again[0]?.artifact.id).not.toBe(id);
    });

    it('are not leased once they are read, and are leased anew when they wait again', async () => {
      const { id } = await addContent((await addRun(given.store)).id);
      await lease(1, 60_000);
      await finish(id);
      expect(await lease()).toEqual([]);
      await given.store.artifacts.update(id, (row) => readAgain(row, stamp()));
      expect((await lease()).map(({ attempts }) => attempts)).toEqual([1]);
    });

    it('are leased without counting the attempts that are forgiven, and not before the lease has ended', async () => {
      const { id } = await addContent((await addRun(given.store)).id);
      const attempts = async () => (await lease(5, 0)).map((one) => one.attempts);
      expect([await attempts(), await attempts()]).toEqual([[1], [2]]);
      await given.store.readings.refundAttempt(id);
      expect(await attempts()).toEqual([2]);
      for (let time = 0; time < 5; time += 1) await given.store.readings.refundAttempt(id);
      await lease(5, 60_000);
      await given.store.readings.refundAttempt(id);
      expect(await lease()).toEqual([]);
      await given.stores.of(uuidv7()).readings.refundAttempt(id);
      for (const other of ['nope', '\0']) await given.store.readings.refundAttempt(other);
    });

    it('are not leased to another tenant', async () => {
      await addContent((await addRun(given.store)).id);
      expect(await given.stores.of(uuidv7()).readings.leaseWaiting(10, 60_000)).toEqual([]);
    });
  });
}
