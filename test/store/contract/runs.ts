import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { addArtifact, addPack, addRun, allEvents, FIRST_PAGE, type Given, SLOW, stamp } from './kit.ts';

export function runsContract(given: Given): void {
  describe('updates', () => {
    it('applies a change to the current row and returns what stands afterwards', async () => {
      const run = await addRun(given.store);
      const running = await given.store.runs.update(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
      const done = await given.store.runs.update(run.id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
      expect([running.status, done.status]).toEqual(['running', 'succeeded']);
      expect(await given.store.runs.get(run.id)).toEqual(done);
    });

    it('writes nothing and records no event where nothing changes', async () => {
      const run = await addRun(given.store);
      expect(await given.store.runs.update(run.id, () => null)).toEqual(run);
      expect((await allEvents(given.store)).map((event) => event.type)).toEqual(['run.created']);
    });

    it('changes nothing when the change throws, and throws the same', async () => {
      const run = await addRun(given.store);
      const boom = new Error('boom');
      await expect(
        given.store.runs.update(run.id, () => {
          throw boom;
        }),
      ).rejects.toBe(boom);
      expect(await given.store.runs.get(run.id)).toEqual(run);
      expect(await allEvents(given.store)).toHaveLength(1);
    });

    it('loses none of 200 concurrent updates', async () => {
      const { id } = await addRun(given.store, { metadata: { count: 0 } });
      const increment = (row: Readonly<Run>) =>
        updateRun(row, { metadata: { count: (row.metadata.count as number) + 1 } }, stamp());
      await Promise.all(Array.from({ length: 200 }, () => given.store.runs.update(id, increment)));
      expect((await given.store.runs.get(id)).metadata).toEqual({ count: 200 });
      expect(await allEvents(given.store)).toHaveLength(201);
    });
  });

  describe('deletions', () => {
    const deleted = (run: Readonly<Run>): MaestroEvent => ({
      ...stamp(),
      type: 'run.deleted',
      run_id: run.id,
      data: run,
    });

    it('take a run away with all it holds and nothing else, and tell of it; its events stay', async () => {
      const [run, other] = [await addRun(given.store), await addRun(given.store)];
      const [gone, kept] = [await addArtifact(given.store, run.id), await addArtifact(given.store, other.id)];
      const pack = await addPack(given.store, run.id, null);
      const before = await allEvents(given.store);
      expect(await given.store.runs.delete(run.id, deleted)).toBe(true);
      await expect(given.store.runs.get(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
      await expect(given.store.runs.snapshot(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
      await expect(given.store.runs.evidence(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
      await expect(given.store.artifacts.get(gone.id)).rejects.toMatchObject({ code: 'artifact_not_found' });
      await expect(given.store.packs.get(pack.id)).rejects.toMatchObject({ code: 'disclosure_pack_not_found' });
      await expect(addArtifact(given.store, run.id)).rejects.toMatchObject({ code: 'run_not_found' });
      expect((await given.store.runs.list({}, FIRST_PAGE)).rows).toEqual([other]);
      for (const filter of [{ owner: 'team' }, { status: 'pending' }, { owner: 'team', status: 'pending' }] as const) {
        expect((await given.store.runs.list(filter, FIRST_PAGE)).rows).toEqual([other]);
      }
      expect((await given.store.artifacts.list({}, FIRST_PAGE)).rows).toEqual([kept]);
      expect((await given.store.artifacts.list({ run_id: run.id }, FIRST_PAGE)).rows).toEqual([]);
      expect((await given.store.packs.list({}, FIRST_PAGE)).rows).toEqual([]);
      const after = await allEvents(given.store);
      expect(after.slice(0, -1)).toEqual(before);
      expect(after.at(-1)).toMatchObject({ type: 'run.deleted', run_id: run.id, data: run });
    });

    it('do nothing where it is decided so, or where deciding throws', async () => {
      const run = await addRun(given.store);
      expect(await given.store.runs.delete(run.id, () => null)).toBe(false);
      const boom = new Error('boom');
      const throwing = () => {
        throw boom;
      };
      await expect(given.store.runs.delete(run.id, throwing)).rejects.toBe(boom);
      await expect(given.store.runs.delete('unknown', deleted)).rejects.toMatchObject({ code: 'run_not_found' });
      expect(await given.store.runs.get(run.id)).toEqual(run);
      expect(await allEvents(given.store)).toHaveLength(1);
    });

    it('are decided with the time of the event that made the run final, whatever the run says and what came after', async () => {
      const endOf = async (id: string) => {
        let end: string | null = null;
        await given.store.runs.delete(id, (_run, endedAt) => {
          end = endedAt;
          return null;
        });
        return end;
      };
      const { id } = await addRun(given.store);
      expect(await endOf(id)).toBeNull();
      const at = (time: string) => ({ ...stamp(), at: `2026-01-31T${time}.000Z` });
      await given.store.runs.update(id, (row) => updateRun(row, { status: 'running' }, at('10:00:00')));
      expect(await endOf(id)).toBeNull();
      const finished = { status: 'failed', finished_at: '2020-01-01T00:00:00Z' } as const;
      await given.store.runs.update(id, (row) => updateRun(row, finished, at('11:00:00')));
      await given.store.runs.update(id, (row) => updateRun(row, { cost_actual: 2 }, at('12:00:00')));
      expect(await endOf(id)).toBe('2026-01-31T11:00:00.000Z');
      expect(await given.store.runs.get(id)).toMatchObject({ finished_at: '2020-01-01T00:00:00.000Z', cost_actual: 2 });
      await given.store.runs.delete(id, deleted);
      await addRun(given.store, {}, id);
      expect(await endOf(id)).toBeNull();
    });

    it('leave another tenant’s run of the same id alone', async () => {
      const [a, b] = [given.stores.of(uuidv7()), given.stores.of(uuidv7())];
      await addRun(a, {}, 'shared');
      await addArtifact(a, 'shared', {}, 'evidence');
      const inB = await addRun(b, {}, 'shared');
      const evidence = await addArtifact(b, 'shared', {}, 'evidence');
      await a.runs.delete('shared', deleted);
      expect(await b.runs.get('shared')).toEqual(inB);
      expect(await b.artifacts.get('evidence')).toEqual(evidence);
    });

    it('make room: a run of the same id afterwards begins empty', async () => {
      await addRun(given.store, {}, 'again');
      await addArtifact(given.store, 'again');
      await given.store.runs.delete('again', deleted);
      await addRun(given.store, {}, 'again');
      expect((await given.store.runs.snapshot('again')).artifacts).toEqual([]);
    });
  });

  describe('snapshots', () => {
    it('read the run, its artifacts newest first and its latest pack', async () => {
      const run = await addRun(given.store);
      expect(await given.store.runs.snapshot(run.id)).toEqual({ run, artifacts: [], latest_pack: null, readings: [] });
      const other = await addRun(given.store);
      const [first, second] = [await addArtifact(given.store, run.id), await addArtifact(given.store, run.id)];
      await addArtifact(given.store, other.id);
      await addPack(given.store, run.id, [first.id]);
      const latest = await addPack(given.store, run.id, null);
      await addPack(given.store, other.id, null);
      expect(await given.store.runs.snapshot(run.id)).toEqual({
        run,
        artifacts: [second, first],
        latest_pack: latest,
        readings: [],
      });
    });

    it('are of one moment and never of an earlier one than before, in 400 trials with a writer', SLOW, async () => {
      const seen = new Set<number>();
      for (let trial = 0; trial < 400; trial += 1) {
        const run = await addRun(given.store);
        let writing = true;
        const writer = (async () => {
          await addArtifact(given.store, run.id);
          await given.store.runs.update(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
          await addArtifact(given.store, run.id);
          await given.store.runs.update(run.id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
          writing = false;
        })();
        const { snapshot, evidence } = given.store.runs;
        const readers = Array.from({ length: READERS }, async (_, reader) => {
          let last = 0;
          for (let more = true; more; ) {
            more = writing;
            // What the gate reads is of one moment too.
            const found = await (reader % 2 === 0 ? snapshot(run.id) : evidence(run.id));
            const moment = MOMENTS.indexOf(`${found.artifacts.length} ${found.run.status}`);
            expect(moment).toBeGreaterThanOrEqual(last);
            seen.add(moment);
            last = moment;
          }
          expect(last).toBe(MOMENTS.length - 1);
        });
        await Promise.all([writer, ...readers]);
      }
      // A store that takes no time has no moment in between.
      if (given.stores.kind !== 'memory') expect(seen.size).toBeGreaterThan(2);
    });
  });
}

const READERS = 4;

/** How a run stands while it is written to: the number of its artifacts, and its status. */
const MOMENTS = ['0 pending', '1 pending', '1 running', '2 running', '2 succeeded'];
