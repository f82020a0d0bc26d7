import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { finishReading, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import { addArtifact, addRun, addWaiting, type Given, stamp } from './kit.ts';
import { LATE, NOON, NOW, readingOf, verified, verifying } from './verifying.ts';

export function staleLeasesContract(given: Given): void {
  describe('verifications', () => {
    const { addVerified, verifyAgain, lease, idsOf, attemptsOf } = verifying(given);

    it('are leased where they were made with another trust, with the row that stands', async () => {
      const run = await addRun(given.store);
      const ids = [await addVerified(run.id), await addVerified(run.id, verified('other')), await addVerified(run.id)];
      await addVerified(run.id, verified('now'));
      await addVerified(run.id, null);
      await addWaiting(given.store, run.id);
      await addArtifact(given.store, run.id);
      const leased = await lease();
      expect(idsOf(leased)).toEqual(ids.sort());
      for (const { artifact, attempts } of leased) {
        expect(artifact).toEqual(await given.store.artifacts.get(artifact.id));
        expect(attempts).toBe(1);
      }
      expect(await lease(10, 60_000, { ...NOW, digest: 'before' }, [])).toEqual([]);
    });

    it('are not leased where that trust was loaded later, be it the one or the other by name', async () => {
      const run = await addRun(given.store);
      for (const trust of ['before', 'other']) await addVerified(run.id, verified(trust, LATE));
      expect(await lease()).toEqual([]);
      expect(await lease(10, 60_000, NOW, [run.id])).toEqual([]);
      const same = await addVerified(run.id, verified('other', NOON));
      expect(idsOf(await lease())).toEqual([same]);
      expect(await lease(10, 60_000, { ...NOW, since: LATE }, [run.id])).toHaveLength(2);
    });

    it('are leased as many as asked for, each to one, and again when the lease has ended, which is another attempt', async () => {
      const run = await addRun(given.store);
      const ids = [await addVerified(run.id), await addVerified(run.id), await addVerified(run.id, verified('other'))];
      const first = await lease(2, 60_000);
      expect(first).toHaveLength(2);
      const last = await lease(10, 1);
      expect([...idsOf(first), ...idsOf(last)].sort()).toEqual(ids.sort());
      await new Promise((resolve) => setTimeout(resolve, 20));
      const again = await lease(10, 60_000, NOW, [run.id]);
      expect(again).toEqual(last.map(({ artifact }) => ({ artifact, attempts: 2, failures: 0 })));
      expect([...(await lease()), ...(await lease(10, 60_000, NOW, [run.id]))]).toEqual([]);
    });

    it('are leased without counting the attempts that are forgiven, and not before the lease has ended', async () => {
      const id = await addVerified((await addRun(given.store)).id);
      expect([await attemptsOf(), await attemptsOf()]).toEqual([[1], [2]]);
      await given.store.readings.refundAttempt(id);
      expect(await attemptsOf()).toEqual([2]);
      for (let time = 0; time < 5; time += 1) await given.store.readings.refundAttempt(id);
      await given.stores.of(uuidv7()).readings.refundAttempt(id);
      expect(await attemptsOf(60_000)).toEqual([1]);
      await given.store.readings.refundAttempt(id);
      expect(await lease()).toEqual([]);
    });

    it('are leased only of the runs named', async () => {
      const runs = [await addRun(given.store), await addRun(given.store), await addRun(given.store)].map(
        ({ id }) => id,
      );
      const ids = [];
      for (const run of runs) ids.push(await addVerified(run));
      const ofRuns = async (named: string[], ms = 0) => idsOf(await lease(10, ms, NOW, named));
      expect(await ofRuns([])).toEqual([]);
      expect(await ofRuns(['nope', '\0', uuidv7()])).toEqual([]);
      expect(await ofRuns([runs[1] as string, '\0', runs[1] as string])).toEqual([ids[1]]);
      expect(await ofRuns([runs[2], runs[0]] as string[], 60_000)).toEqual([ids[0], ids[2]]);
      expect(idsOf(await lease())).toEqual([ids[1]]);
    });

    it('are not leased while the artifact waits to be read, whose attempts are those of reading then', async () => {
      const run = await addRun(given.store);
      const id = await addVerified(run.id);
      expect(await attemptsOf()).toEqual([1]);
      await given.store.artifacts.update(id, (row) => readAgain(row, stamp()));
      expect([...(await lease()), ...(await lease(10, 0, NOW, [run.id]))]).toEqual([]);
      expect(await given.store.readings.countStale(NOW, 10)).toBe(0);
      const reads = async () => (await given.store.readings.leaseWaiting(1, 0)).map(({ attempts }) => attempts);
      expect(await reads()).toEqual([1]);
      await given.store.readings.refundAttempt(id);
      expect(await reads()).toEqual([1]);
      await given.store.artifacts.update(id, (row) => finishReading(row, readingOf(verified('other')), stamp()));
      expect(await attemptsOf()).toEqual([1]);
    });

    it('keep their lease for as long as it is extended, and lose it at once where they are given back', async () => {
      const id = await addVerified((await addRun(given.store)).id);
      const extend = (ms: number) => given.store.readings.extendLease(id, ms);
      await extend(60_000);
      expect(idsOf(await lease(1, 500))).toEqual([id]);
      await extend(60_000);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await lease()).toEqual([]);
      await extend(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await attemptsOf(60_000)).toEqual([2]);
    });

    it('are neither leased to another tenant nor counted for it', async () => {
      const run = await addRun(given.store, {}, 'same');
      await addVerified(run.id);
      const elsewhere = given.stores.of(uuidv7());
      await addRun(elsewhere, {}, 'same');
      const duration = 60_000;
      expect(await elsewhere.readings.leaseStale(10, NOW, null, duration)).toEqual([]);
      expect(await elsewhere.readings.leaseStale(10, NOW, ['same'], duration)).toEqual([]);
      expect(await elsewhere.readings.countStale(NOW, 10)).toBe(0);
      expect(await lease()).toHaveLength(1);
    });

    it('are leased once among 20 who ask at the same time, for any run or for one', async () => {
      const run = await addRun(given.store);
      const ids = [];
      for (let count = 0; count < 30; count += 1) ids.push(await addVerified(run.id, verified(`trust ${count % 3}`)));
      const trust = { ...NOW, digest: 'trust 1' };
      const leased = await Promise.all(
        Array.from({ length: 20 }, (_, index) => lease(2, 60_000, trust, index % 2 === 0 ? null : [run.id])),
      );
      const taken = leased.flatMap(idsOf);
      expect(new Set(taken).size).toBe(taken.length);
      const rest = idsOf(await lease(100, 60_000, trust));
      expect([...taken, ...rest].sort()).toEqual(ids.filter((_, index) => index % 3 !== 1));
    });

    it('are leased, forgiven, made again and read again at the same time without anyone waiting in a circle', async () => {
      const run = await addRun(given.store);
      const ids: string[] = [];
      for (let count = 0; count < 8; count += 1) ids.push(await addVerified(run.id));
      const rounds = async (work: (round: number) => Promise<unknown>) => {
        for (let round = 0; round < 25; round += 1) await work(round);
      };
      const one = (round: number) => ids[round % ids.length] as string;
      await Promise.all([
        rounds(() => lease(8, 0)),
        rounds(() => lease(8, 0, NOW, [run.id])),
        rounds((round) => given.store.readings.refundAttempt(one(round))),
        rounds((round) => verifyAgain(one(round), verified(`trust ${round}`))),
        rounds((round) => given.store.artifacts.update(one(round * 3), (row) => readAgain(row, stamp()))),
        rounds((round) =>
          given.store.artifacts.update(one(round * 3), (row) =>
            finishReading(row, readingOf(verified('read')), stamp()),
          ),
        ),
      ]);
      for (const id of ids) {
        await given.store.artifacts.update(id, (row) => readAgain(row, stamp()));
        await given.store.artifacts.update(id, (row) => finishReading(row, readingOf(verified('last')), stamp()));
      }
      expect(idsOf(await lease())).toEqual(ids.sort());
    });
  });
}
