import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { finishReading, finishVerifying } from '../../../src/domain/evidence/evidence-changes.ts';
import { READER_NUMBER, readerNumber } from '../../../src/domain/evidence/reader.ts';
import type { Reading } from '../../../src/domain/evidence/reading.ts';
import { A_READING } from '../../domain/rows.ts';
import { addRun, addWaiting, allEvents, type Given, stamp } from './kit.ts';
import { LATE, NOW, readingOf, verified, verifying } from './verifying.ts';

export function otherReadersContract(given: Given): void {
  describe('verifications', () => {
    const { lease, idsOf, attemptsOf } = verifying(given);

    describe('of other readers', () => {
      const OLDER = `maestro/${READER_NUMBER - 1}`;
      const NEWER = `maestro/${READER_NUMBER + 1}`;

      /** A document that was read by the reader of that name. */
      async function addRead(run_id: string, reader: unknown, changes: Partial<Reading> = {}) {
        const { id } = await addWaiting(given.store, run_id);
        await given.store.artifacts.update(id, (row) => {
          const change = finishReading(row, { ...A_READING, ...changes }, stamp());
          const evidence = { ...change?.artifact.evidence, reader } as Artifact['evidence'];
          return change && { ...change, artifact: { ...change.artifact, evidence } };
        });
        return id;
      }

      it('are leased and counted where an older one read, signed or not, whatever it made of them', async () => {
        const run = await addRun(given.store);
        const ids = [
          await addRead(run.id, OLDER),
          await addRead(run.id, OLDER, { verification: verified('now', LATE) }),
          await addRead(run.id, OLDER, { state: 'opaque', kind: 'opaque', facts: null }),
          await addRead(run.id, 'maestro/1', { state: 'unreadable', facts: null, subjects: [] }),
        ];
        await addRead(run.id, `maestro/${READER_NUMBER}`);
        await addWaiting(given.store, run.id);
        expect(await given.store.readings.countStale(NOW, 10)).toBe(4);
        for (const most of [0, 1, 3]) expect(await given.store.readings.countStale(NOW, most)).toBe(most);
        expect(idsOf(await lease(10, 0, NOW, [run.id]))).toEqual(ids.sort());
        expect(idsOf(await lease(10, 0, NOW, []))).toEqual([]);
        const leased = await lease();
        expect(idsOf(leased)).toEqual(ids.sort());
        for (const { artifact, attempts } of leased) {
          expect(artifact).toEqual(await given.store.artifacts.get(artifact.id));
          expect(attempts).toBe(2);
        }
        expect([...(await lease()), ...(await lease(10, 60_000, NOW, [run.id]))]).toEqual([]);
      });

      it.each(['maestro', 'maestro/', 'maestro/03', 'maestro/3 ', 'Maestro/3', 'maestro/9999999999', 'x', '', null])(
        'are those of an older one where the name is %j',
        async (reader) => {
          const id = await addRead((await addRun(given.store)).id, reader);
          expect(readerNumber(reader)).toBe(0);
          expect(await given.store.readings.countStale(NOW, 10)).toBe(1);
          expect(idsOf(await lease())).toEqual([id]);
        },
      );

      it('are left alone where a newer one read, whatever it verified them with', async () => {
        const run = await addRun(given.store);
        await addRead(run.id, NEWER);
        await addRead(run.id, NEWER, { verification: verified('before') });
        await addRead(run.id, 'maestro/999999999', { verification: verified('other') });
        expect(await given.store.readings.countStale(NOW, 10)).toBe(0);
        expect([...(await lease()), ...(await lease(10, 0, NOW, [run.id]))]).toEqual([]);
        const newer = { ...NOW, reader: READER_NUMBER + 2 };
        expect(await given.store.readings.countStale(newer, 10)).toBe(2);
        expect(await lease(10, 60_000, newer)).toHaveLength(2);
      });

      it('are leased where an older one verified them with a trust that was loaded later', async () => {
        const run = await addRun(given.store);
        const id = await addRead(run.id, OLDER, { verification: verified('other', LATE) });
        expect(idsOf(await lease())).toEqual([id]);
      });

      it('are no longer leased once they were read again, and their attempts are counted anew', async () => {
        const run = await addRun(given.store);
        const id = await addRead(run.id, OLDER, { state: 'opaque', kind: 'opaque', facts: null });
        expect([await attemptsOf(), await attemptsOf()]).toEqual([[1], [2]]);
        await given.store.readings.refundAttempt(id);
        expect(await attemptsOf()).toEqual([2]);
        const again = await given.store.artifacts.update(id, (row) => finishVerifying(row, readingOf(null), stamp()));
        expect(again.evidence).toMatchObject({ state: 'read', reader: `maestro/${READER_NUMBER}` });
        expect((await allEvents(given.store)).at(-1)).toMatchObject({ type: 'artifact.evidence_read', data: again });
        expect(await given.store.readings.countStale(NOW, 10)).toBe(0);
        expect(await lease(10, 0)).toEqual([]);
      });

      it('are neither leased to another tenant nor counted for it', async () => {
        await addRead((await addRun(given.store, {}, 'same-run')).id, OLDER);
        const elsewhere = given.stores.of(uuidv7());
        await addRun(elsewhere, {}, 'same-run');
        const duration = 60_000;
        expect(await elsewhere.readings.countStale(NOW, 10)).toBe(0);
        expect(await elsewhere.readings.leaseStale(10, NOW, null, duration)).toEqual([]);
        expect(await elsewhere.readings.leaseStale(10, NOW, ['same-run'], duration)).toEqual([]);
      });

      it('are leased once among 20 who ask at the same time, those with another trust, too', async () => {
        const run = await addRun(given.store);
        const ids: string[] = [];
        for (let count = 0; count < 30; count += 1) {
          const verification = count % 2 === 0 ? null : verified(`trust ${count % 3}`);
          ids.push(await addRead(run.id, count % 3 === 0 ? `maestro/${READER_NUMBER}` : OLDER, { verification }));
        }
        const leased = await Promise.all(
          Array.from({ length: 20 }, (_, index) => lease(2, 60_000, NOW, index % 2 === 0 ? null : [run.id])),
        );
        const taken = leased.flatMap(idsOf);
        expect(new Set(taken).size).toBe(taken.length);
        const rest = idsOf(await lease(100));
        expect([...taken, ...rest].sort()).toEqual(ids.filter((_, index) => index % 3 !== 0 || index % 2 !== 0));
      });
    });
  });
}
