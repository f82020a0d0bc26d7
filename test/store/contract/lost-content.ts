import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { finishReading, giveUpVerifying, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import type { Reading } from '../../../src/domain/evidence/reading.ts';
import { anAttestation, aVerification } from '../../domain/attestations.ts';
import { A_READING } from '../../domain/rows.ts';
import { addRun, addWaiting, type Given, stamp } from './kit.ts';

export function lostContentContract(given: Given): void {
  describe('content that was lost', () => {
    const LOST: Partial<Reading> = {
      state: 'unreadable',
      findings: [{ code: 'content_lost', severity: 'error', message: 'gone "\\', pointer: null }],
    };

    async function addRead(run_id: string, changes: Partial<Reading>) {
      const { id } = await addWaiting(given.store, run_id);
      await given.store.artifacts.update(id, (row) => finishReading(row, { ...A_READING, ...changes }, stamp()));
      return id;
    }

    const lostIds = async (after = '', limit = 10) =>
      (await given.store.readings.lost(after, limit)).map(({ id }) => id);

    it('is found by its finding, page by page, until it was read again', async () => {
      const run = await addRun(given.store);
      const ids = [await addRead(run.id, LOST), await addRead(run.id, LOST), await addRead(run.id, LOST)].sort();
      await addRead(run.id, {});
      const other = { code: 'other', severity: 'error' as const, message: '"code":"content_lost"', pointer: null };
      await addRead(run.id, { state: 'unreadable', findings: [other, ...(LOST.findings ?? [])] });
      expect(await lostIds()).toEqual(ids);
      expect(await lostIds('', 2)).toEqual(ids.slice(0, 2));
      expect(await lostIds(ids[1])).toEqual(ids.slice(2));
      expect(await given.stores.of(uuidv7()).readings.lost('', 10)).toEqual([]);
      const [artifact] = await given.store.readings.lost('', 1);
      expect(artifact).toEqual(await given.store.artifacts.get(ids[0] as string));
      await given.store.artifacts.update(ids[0] as string, (row) => readAgain(row, stamp()));
      expect(await lostIds()).toEqual(ids.slice(1));
      await given.store.artifacts.update(ids[0] as string, (row) => finishReading(row, A_READING, stamp()));
      expect(await lostIds()).toEqual(ids.slice(1));
    });

    it('is found by what came of verifying it, and goes with its run', async () => {
      const run = await addRun(given.store);
      const trust = { digest: 'now', since: stamp().at };
      const id = await addRead(run.id, { verification: aVerification([anAttestation('ab'.repeat(32))]) });
      const ofOther = await addRead(run.id, { verification: aVerification([anAttestation('ab'.repeat(32))]) });
      for (const [one, code] of [
        [id, 'content_lost'],
        [ofOther, 'verifier_failed'],
      ] as const) {
        const { reading } = await given.store.readings.get(one);
        const reason = { code, detail: '"code":"content_lost",' };
        await given.store.artifacts.update(one, (row) => giveUpVerifying(row, reading, trust, reason, stamp()));
      }
      expect(await lostIds()).toEqual([id]);
      await given.store.runs.delete(run.id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: row }));
      expect(await lostIds()).toEqual([]);
    });
  });
}
