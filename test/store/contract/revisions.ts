import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { finishReading, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import type { TenantStores } from '../../../src/start/stores.ts';
import { A_READING } from '../../domain/rows.ts';
import { addArtifact, addPack, addRun, addWaiting, FIRST_PAGE, type Given, stamp } from './kit.ts';
import { NOW, verified, verifying } from './verifying.ts';

/** Every kind of write to a run, by what it is called; each takes the run and a document in it that was verified. */
const WRITES: Record<string, (store: TenantStores, run: string, document: string, given: Given) => Promise<unknown>> = {
  'an update of the run': (store, run) =>
    store.runs.update(run, (row) => updateRun(row, { metadata: { at: uuidv7() } }, stamp())),
  'a new artifact': (store, run) => addArtifact(store, run),
  'content of an artifact': (store, run) => addWaiting(store, run),
  'content to be read again': (store, _run, document) =>
    store.artifacts.update(document, (row) => readAgain(row, stamp())),
  'a reading': async (store, run) => {
    const { id } = await addWaiting(store, run);
    await store.artifacts.update(id, (row) => finishReading(row, A_READING, stamp()));
  },
  'a verification': (_store, _run, document, given) => verifying(given).verifyAgain(document, verified(uuidv7())),
  'a new pack': (store, run) => addPack(store, run, null),
};

export function revisionsContract(given: Given): void {
  const revision = (id: string) => given.store.runs.revision(id);
  const addDocument = (run: string) => verifying(given).addVerified(run);

  describe('the revision of a run', () => {
    it.each(Object.keys(WRITES))('differs after %s, and that of another run does not', async (kind) => {
      const [run, other] = [await addRun(given.store), await addRun(given.store)];
      const document = await addDocument(run.id);
      const before = [await revision(run.id), await revision(other.id)];
      await WRITES[kind]?.(given.store, run.id, document, given);
      const after = [await revision(run.id), await revision(other.id)];
      expect([after[0] !== before[0], after[1] !== before[1]]).toEqual([true, false]);
    });

    it('differs after a write that changes no byte of the snapshot’s size', async () => {
      const run = await addRun(given.store, { metadata: { at: 'a' } });
      const seen = [await revision(run.id)];
      for (const at of ['b', 'a', 'b']) {
        await given.store.runs.update(run.id, (row) => updateRun(row, { metadata: { at } }, stamp()));
        seen.push(await revision(run.id));
      }
      expect(new Set(seen).size).toBe(4);
    });

    it('stays through reads, leases and changes that change nothing', async () => {
      const run = await addRun(given.store);
      const document = await addDocument(run.id);
      const { id } = await addWaiting(given.store, run.id);
      const before = await revision(run.id);
      await given.store.runs.snapshot(run.id);
      await given.store.readings.get(document);
      await given.store.artifacts.list({ run_id: run.id }, FIRST_PAGE);
      await given.store.runs.update(run.id, () => null);
      await given.store.artifacts.update(id, () => null);
      const lease = 60_000;
      expect(await given.store.readings.leaseWaiting(10, lease)).toHaveLength(1);
      expect(await given.store.readings.leaseStale(10, NOW, null, lease)).toHaveLength(1);
      for (const one of [id, document]) {
        await given.store.readings.extendLease(one, lease);
        await given.store.readings.refundAttempt(one);
      }
      expect(await revision(run.id)).toBe(before);
    });

    it('differs for a run that was deleted and made again with the same id', async () => {
      await addRun(given.store, {}, 'again');
      const before = await revision('again');
      await given.store.runs.delete('again', (row) => ({ ...stamp(), type: 'run.deleted', run_id: row.id, data: row }));
      await expect(revision('again')).rejects.toMatchObject({ code: 'run_not_found' });
      await addRun(given.store, {}, 'again');
      expect(await revision('again')).not.toBe(before);
    });

    it('is of a run of the tenant, or run_not_found', async () => {
      const [a, b] = [given.stores.of(uuidv7()), given.stores.of(uuidv7())];
      await addRun(a, {}, 'shared');
      for (const id of ['shared', 'unknown', '', '\0'])
        await expect(b.runs.revision(id)).rejects.toMatchObject({ code: 'run_not_found' });
      await addRun(b, {}, 'shared');
      const before = await a.runs.revision('shared');
      await addArtifact(b, 'shared');
      expect(await a.runs.revision('shared')).toBe(before);
    });

    it('is the same twice only where the snapshot is the same, whatever is written in between', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(WRITES)), { maxLength: 8 }), async (kinds) => {
          const run = await addRun(given.store);
          const document = await addDocument(run.id);
          const snapshots = new Map<string, string>();
          for (const kind of ['none', ...kinds]) {
            // A document that waits to be read again cannot be verified: that write changes nothing.
            await WRITES[kind]?.(given.store, run.id, document, given);
            const snapshot = JSON.stringify(await given.store.runs.snapshot(run.id));
            const now = await revision(run.id);
            expect(snapshots.get(now) ?? snapshot).toBe(snapshot);
            snapshots.set(now, snapshot);
          }
        }),
        { numRuns: 20 },
      );
    });

    it('was read before any write that a snapshot after it lacks, in 40 trials with a writer', async () => {
      for (let trial = 0; trial < 40; trial += 1) {
        const run = await addRun(given.store);
        const writes = Promise.all(Array.from({ length: 4 }, () => addArtifact(given.store, run.id)));
        const seen = await revision(run.id);
        const { artifacts } = await given.store.runs.snapshot(run.id);
        await writes;
        // A caller who waits for the next revision must not miss what its snapshot lacked.
        if (artifacts.length < 4) expect(await revision(run.id)).not.toBe(seen);
      }
    });
  });
}
