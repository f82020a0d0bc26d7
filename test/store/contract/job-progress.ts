// What jobs report of what waits, runs and failed.
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { finishReading, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import { READER_NUMBER } from '../../../src/domain/evidence/reader.ts';
import { A_READING } from '../../domain/rows.ts';
import { addRun, addWaiting, type Given, MIB, stamp } from './kit.ts';
import { NOW, readingOf, verified, verifying } from './verifying.ts';

const NOTHING = { waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
const failure = (detail: string) => ({ at: stamp().at, detail });
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function jobProgressContract(given: Given): void {
  const leaseWaiting = (limit = 1, ms = 60_000) => given.store.readings.leaseWaiting(limit, ms);
  const finish = (id: string) => given.store.artifacts.update(id, (row) => finishReading(row, A_READING, stamp()));

  describe('what waits to be read', () => {
    const waiting = (max = 10) => given.store.readings.waiting(max);

    it('is counted up to a bound, with when the first began to wait, however large it is', async () => {
      expect(await waiting()).toEqual(NOTHING);
      const run = await addRun(given.store);
      const before = Date.now();
      const large = await addWaiting(given.store, run.id, 8 * MIB);
      const between = await waiting();
      await pause(20);
      for (let count = 0; count < 3; count += 1) await addWaiting(given.store, run.id);
      const all = await waiting();
      expect(all).toEqual({ ...NOTHING, waiting: 4, oldest_waiting_at: between.oldest_waiting_at });
      expect(all.oldest_waiting_at).toMatch(UTC);
      expect(Math.abs(Date.parse(all.oldest_waiting_at ?? '') - before)).toBeLessThan(60_000);
      expect(await waiting(2)).toMatchObject({ waiting: 2 });
      await finish(large.id);
      const rest = await waiting();
      expect(rest.waiting).toBe(3);
      expect(rest.oldest_waiting_at?.localeCompare(all.oldest_waiting_at ?? '')).toBe(1);
      expect(await given.stores.of(uuidv7()).readings.waiting(10)).toEqual(NOTHING);
    });

    it('runs while it is leased, and waits on when the lease ends', async () => {
      const run = await addRun(given.store);
      for (let count = 0; count < 3; count += 1) await addWaiting(given.store, run.id);
      const [leased] = await leaseWaiting(2);
      expect(await waiting()).toMatchObject({ waiting: 3, running: 2, failed: 0 });
      await given.store.readings.extendLease(leased?.artifact.id ?? '', 0);
      await pause(5);
      expect(await waiting()).toMatchObject({ waiting: 3, running: 1, failed: 0 });
    });

    it('is not leased for a while after it failed, and does not run then; its attempt is not counted', async () => {
      const { id } = await addWaiting(given.store, (await addRun(given.store)).id);
      await leaseWaiting();
      await given.store.readings.failAttempt(id, failure('The content store is away'), 60_000);
      const failed = await waiting();
      expect(failed).toMatchObject({ waiting: 1, running: 0, failed: 1 });
      expect(failed.last_failure).toEqual({
        at: expect.stringMatching(UTC),
        detail: 'The content store is away',
      });
      expect(await leaseWaiting()).toEqual([]);
      await given.store.readings.extendLease(id, 0);
      await pause(5);
      const [again] = await leaseWaiting();
      expect(again).toMatchObject({ attempts: 1, failures: 1 });
      expect(await waiting()).toMatchObject({ waiting: 1, running: 1, failed: 1 });
    });

    it('counts its failures, keeps the last, and forgets them once it was read', async () => {
      const run = await addRun(given.store);
      const [first, second] = [await addWaiting(given.store, run.id), await addWaiting(given.store, run.id)];
      await leaseWaiting(2);
      for (const [id, detail] of [
        [first.id, 'one'],
        [second.id, 'two'],
        [first.id, 'three'],
      ] as const) {
        await given.store.readings.failAttempt(id, failure(detail), 0);
        await pause(5);
      }
      expect(await waiting()).toMatchObject({ failed: 2, last_failure: { detail: 'three' } });
      await given.store.readings.extendLease(first.id, 0);
      await given.store.readings.extendLease(second.id, 0);
      await pause(5);
      expect((await leaseWaiting(2)).map(({ failures }) => failures)).toEqual([2, 1]);
      await finish(first.id);
      expect(await waiting()).toMatchObject({ waiting: 1, failed: 1, last_failure: { detail: 'two' } });
      await given.store.artifacts.update(first.id, (row) => readAgain(row, stamp()));
      expect(await waiting()).toMatchObject({ waiting: 2, failed: 1 });
      expect((await leaseWaiting(1)).map(({ failures }) => failures)).toEqual([0]);
    });

    it('has its attempt refunded though its lease has ended, and keeps a lease that ends later', async () => {
      const { id } = await addWaiting(given.store, (await addRun(given.store)).id);
      await leaseWaiting(1, 1);
      await pause(20);
      expect(await leaseWaiting(1, 60_000)).toMatchObject([{ attempts: 2 }]);
      await given.store.readings.failAttempt(id, failure('late'), 0);
      await pause(5);
      expect(await leaseWaiting()).toEqual([]);
      await given.store.readings.extendLease(id, 0);
      await pause(5);
      expect(await leaseWaiting()).toMatchObject([{ attempts: 2, failures: 1 }]);
    });

    it('does not fail for another tenant, nor what is unknown', async () => {
      const { id } = await addWaiting(given.store, (await addRun(given.store)).id);
      await given.stores.of(uuidv7()).readings.failAttempt(id, failure('x'), 60_000);
      for (const other of ['nope', '\0']) await given.store.readings.failAttempt(other, failure('x'), 60_000);
      expect(await waiting()).toMatchObject({ waiting: 1, running: 0, failed: 0 });
    });
  });

  describe('what is stale', () => {
    const { addVerified, verifyAgain, lease } = verifying(given);
    const stale = (max = 10) => given.store.readings.stale({ reader: READER_NUMBER, digest: 'now' }, max);

    it('is counted up to a bound, runs while it is leased, and failed until it was verified again', async () => {
      expect(await stale()).toEqual(NOTHING);
      const run = await addRun(given.store);
      const [one, other] = [await addVerified(run.id), await addVerified(run.id, verified('other'))];
      await addVerified(run.id, verified('now'));
      expect(await stale()).toEqual({ ...NOTHING, waiting: 2 });
      expect(await stale(1)).toEqual({ ...NOTHING, waiting: 1 });
      await lease(2);
      expect(await stale()).toMatchObject({ waiting: 2, running: 2 });
      await given.store.readings.failAttempt(one, failure('away'), 60_000);
      expect(await stale()).toMatchObject({ waiting: 2, running: 1, failed: 1, last_failure: { detail: 'away' } });
      await verifyAgain(other, verified('now', NOW.since));
      expect(await stale()).toMatchObject({ waiting: 1, running: 0, failed: 1 });
      await given.store.readings.extendLease(one, 0);
      await pause(5);
      expect(await lease(2)).toMatchObject([{ attempts: 1, failures: 1 }]);
      await verifyAgain(one, verified('now', NOW.since));
      expect(await stale()).toEqual(NOTHING);
      expect(await given.stores.of(uuidv7()).readings.stale({ reader: READER_NUMBER, digest: 'x' }, 10)).toEqual(
        NOTHING,
      );
    });

    it('is what older readers have read, too', async () => {
      const id = await addVerified((await addRun(given.store)).id, null);
      const newer = { reader: READER_NUMBER + 1, digest: 'now' };
      expect(await given.store.readings.stale(newer, 10)).toEqual({ ...NOTHING, waiting: 1 });
      await given.store.artifacts.update(id, (row) => finishReading(row, readingOf(null), stamp()));
      expect(await stale()).toEqual(NOTHING);
    });
  });

  describe('what is lost', () => {
    it('is counted up to a bound', async () => {
      const run = await addRun(given.store);
      const findings = [{ code: 'content_lost', severity: 'error' as const, message: 'gone', pointer: null }];
      for (let count = 0; count < 3; count += 1) {
        const { id } = await addWaiting(given.store, run.id);
        const lost = { ...A_READING, state: 'unreadable' as const, findings };
        await given.store.artifacts.update(id, (row) => finishReading(row, lost, stamp()));
      }
      const { readings } = given.store;
      expect([await readings.countLost(10), await readings.countLost(2)]).toEqual([3, 2]);
      expect(await given.stores.of(uuidv7()).readings.countLost(10)).toBe(0);
    });
  });
}
