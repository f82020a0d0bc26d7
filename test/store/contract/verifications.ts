import { describe, expect, it } from 'vitest';
import { MAX_RUN_BYTES } from '../../../src/store/artifacts.ts';
import { A_READING } from '../../domain/rows.ts';
import { addRun, allEvents, type Given, SLOW, stamp } from './kit.ts';
import { EARLY, LATE, NOW, verified, verifying } from './verifying.ts';

export function verificationsContract(given: Given): void {
  describe('verifications', () => {
    const { addVerified, verifyAgain, lease, idsOf, attemptsOf } = verifying(given);

    it('are kept with the reading, come back as they were written, and are part of the snapshot', async () => {
      const run = await addRun(given.store);
      const { subjects, subjects_total, facts, findings, valid } = A_READING;
      const attestation = {
        pointer: '/a~1b/💥',
        kind: 'attestation' as const,
        predicate_type: 'is "odd"',
        signers: [{ trusted_as: null, issuer: null, subject: null, key: 'k' }],
        signed_at: EARLY,
        claims: null,
        links: [{ link: 'signature' as const, held: false, code: 'not_checked', detail: null }],
        facts,
        tool: null,
        subjects,
        subjects_total,
      };
      const verification = { ...verified('before'), attestations: [attestation], attestations_total: 7 };
      const id = await addVerified(run.id, verification);
      const artifact = await given.store.artifacts.get(id);
      expect(await given.store.readings.get(id)).toEqual({
        artifact,
        reading: { subjects, subjects_total, facts, findings, valid, verification },
      });
      expect((await given.store.runs.snapshot(run.id)).readings).toEqual([
        { artifact_id: id, subjects, subjects_total, facts, verification },
      ]);
      const again = await verifyAgain(id, verified('now'));
      expect((await given.store.readings.get(id)).reading?.verification).toEqual(verified('now'));
      expect((await allEvents(given.store)).at(-1)).toMatchObject({ type: 'artifact.evidence_verified', data: again });
    });

    it('take room of their run', SLOW, async () => {
      const id = await addVerified((await addRun(given.store)).id);
      const before = await given.store.readings.get(id);
      const libraries = { node: 'x'.repeat(MAX_RUN_BYTES) };
      await expect(verifyAgain(id, { ...verified('now'), libraries })).rejects.toMatchObject({ code: 'run_full' });
      expect(await given.store.readings.get(id)).toEqual(before);
      expect(idsOf(await lease())).toEqual([id]);
    });

    it('are counted anew when they are written anew, and are then nobody’s', async () => {
      const id = await addVerified((await addRun(given.store)).id);
      expect([await attemptsOf(), await attemptsOf(60_000), await attemptsOf()]).toEqual([[1], [2], []]);
      await verifyAgain(id, verified('other'));
      expect(await attemptsOf()).toEqual([1]);
    });

    it('are no longer stale when they were made again with the trust of today, or nothing is signed any more', async () => {
      const run = await addRun(given.store);
      const ids = [await addVerified(run.id), await addVerified(run.id), await addVerified(run.id)];
      await verifyAgain(ids[0] as string, verified('now'));
      await verifyAgain(ids[1] as string, null);
      expect(idsOf(await lease(10, 0))).toEqual([ids[2]]);
      expect(idsOf(await lease(10, 0, NOW, [run.id]))).toEqual([ids[2]]);
      expect(await given.store.readings.countStale(NOW, 10)).toBe(1);
    });

    it('go with their run', async () => {
      const [run, other] = [await addRun(given.store, {}, 'again'), await addRun(given.store)];
      await addVerified(run.id);
      const kept = await addVerified(other.id);
      await given.store.runs.delete(run.id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: row }));
      expect(await lease(10, 0, NOW, [run.id])).toEqual([]);
      expect(idsOf(await lease())).toEqual([kept]);
      expect(await given.store.readings.countStale(NOW, 10)).toBe(1);
      await addRun(given.store, {}, 'again');
      expect(await lease(10, 0, NOW, ['again'])).toEqual([]);
    });

    it('are counted where they were made with another trust, whenever that was loaded, up to as many as asked for', async () => {
      const run = await addRun(given.store);
      expect(await given.store.readings.countStale(NOW, 10)).toBe(0);
      for (const trust of ['before', 'before', 'other', 'now']) await addVerified(run.id, verified(trust, LATE));
      await addVerified(run.id, null);
      await lease(1, 60_000, { ...NOW, since: LATE });
      expect(await given.store.readings.countStale(NOW, 10)).toBe(3);
      for (const most of [0, 1, 2, 3]) expect(await given.store.readings.countStale(NOW, most)).toBe(most);
      expect(await given.store.readings.countStale({ ...NOW, digest: 'before' }, 10)).toBe(2);
      expect(await given.store.readings.countStale({ ...NOW, digest: 'unknown' }, 10)).toBe(4);
    });
  });
}
