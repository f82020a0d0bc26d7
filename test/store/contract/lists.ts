import { describe, expect, it } from 'vitest';
import { cursorAt, MAX_PAGE_BYTES } from '../../../src/domain/page.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { addArtifact, addPack, addRun, FIRST_PAGE, type Given, pages, stamp } from './kit.ts';

export function listsContract(given: Given): void {
  describe('lists', () => {
    it('are empty where nothing fits', async () => {
      await addRun(given.store);
      for (const page of [
        await given.store.runs.list({ owner: 'nobody' }, FIRST_PAGE),
        await given.store.runs.list({ status: 'failed' }, FIRST_PAGE),
        await given.store.artifacts.list({}, FIRST_PAGE),
        await given.store.artifacts.list({ run_id: 'unknown' }, FIRST_PAGE),
        await given.store.packs.list({ run_id: 'unknown' }, FIRST_PAGE),
      ]) {
        expect(page).toEqual({ rows: [], next: null });
      }
    });

    it('are newest first and hold what fits every filter, through every change of status', async () => {
      const owners = ['a', 'b', 'owner a', '* a'];
      const runs: Run[] = [];
      for (let count = 0; count < 80; count += 1) {
        runs.unshift(await addRun(given.store, { owner: owners[count % owners.length] }));
      }
      const statuses = ['running', 'succeeded', 'failed', 'cancelled'] as const;
      for (const [index, run] of [...runs.entries()].filter(([at]) => at % 3 !== 0)) {
        const status = statuses[index % statuses.length] as Run['status'];
        runs[index] = await given.store.runs.update(run.id, (row) => updateRun(row, { status }, stamp()));
      }
      for (const owner of [undefined, ...owners]) {
        for (const status of [undefined, 'pending', 'running', 'succeeded', 'failed', 'cancelled'] as const) {
          const fits = runs.filter(
            (run) => run.owner === (owner ?? run.owner) && run.status === (status ?? run.status),
          );
          expect(await pages((page) => given.store.runs.list({ owner, status }, page), 7)).toEqual(fits);
        }
      }
    });

    it('hold every row exactly once, page by page, while rows are added', async () => {
      const run = await addRun(given.store);
      const ids: string[] = [];
      for (let count = 0; count < 25; count += 1) ids.unshift((await addArtifact(given.store, run.id)).id);
      const read = await pages(async (page) => {
        await addArtifact(given.store, run.id);
        return given.store.artifacts.list({ run_id: run.id }, page);
      }, 4);
      expect(read.map((row) => row.id).slice(-25)).toEqual(ids);
      expect(new Set(read.map((row) => row.id)).size).toBe(read.length);
    });

    it('list artifacts and packs of all runs or of one', async () => {
      const [one, two] = [await addRun(given.store), await addRun(given.store)];
      const a = await addArtifact(given.store, one.id);
      const b = await addArtifact(given.store, two.id);
      const p = await addPack(given.store, one.id, null);
      const q = await addPack(given.store, two.id, null);
      expect((await given.store.artifacts.list({}, FIRST_PAGE)).rows).toEqual([b, a]);
      expect((await given.store.artifacts.list({ run_id: one.id }, FIRST_PAGE)).rows).toEqual([a]);
      expect((await given.store.packs.list({}, FIRST_PAGE)).rows).toEqual([q, p]);
      expect((await given.store.packs.list({ run_id: two.id }, FIRST_PAGE)).rows).toEqual([q]);
    });

    it('end a page at its limit, with a cursor only where more follows', async () => {
      for (let count = 0; count < 3; count += 1) await addRun(given.store);
      const three = await given.store.runs.list({}, { limit: 3, cursor: null });
      const two = await given.store.runs.list({}, { limit: 2, cursor: null });
      expect([three.rows.length, three.next]).toEqual([3, null]);
      expect(two.rows).toHaveLength(2);
      const rest = await given.store.runs.list({}, { limit: 2, cursor: two.next });
      expect([rest.rows.length, rest.next]).toEqual([1, null]);
    });

    it('end a page at 8 MiB of JSON, counted in UTF-8 bytes', async () => {
      const run = await addRun(given.store);
      const fill = { metadata_json: { additional_metadata: { fill: 'é'.repeat(32_000) } } };
      for (let count = 0; count < 150; count += 1) await addArtifact(given.store, run.id, fill);
      const sizes: number[] = [];
      const rows = await pages(async (request) => {
        const page = await given.store.artifacts.list({ run_id: run.id }, request);
        sizes.push(Buffer.byteLength(JSON.stringify(page.rows)));
        return page;
      }, 1_000);
      expect(rows).toHaveLength(150);
      expect(sizes).toHaveLength(2);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PAGE_BYTES + 1_000);
      expect(sizes[0]).toBeGreaterThan(MAX_PAGE_BYTES - 130_000);
    });

    it('refuse a cursor that was made for another list or was changed', async () => {
      const run = await addRun(given.store);
      await addRun(given.store);
      for (let count = 0; count < 2; count += 1) await addArtifact(given.store, run.id);
      for (let count = 0; count < 2; count += 1) await addPack(given.store, run.id, []);
      const cursor = (await given.store.runs.list({}, { limit: 1, cursor: null })).next as string;
      const ofArtifacts = (await given.store.artifacts.list({}, { limit: 1, cursor: null })).next as string;
      for (const refused of [
        given.store.runs.list({ owner: 'team' }, { limit: 1, cursor }),
        given.store.runs.list({ status: 'pending' }, { limit: 1, cursor }),
        given.store.artifacts.list({}, { limit: 1, cursor }),
        given.store.packs.list({}, { limit: 1, cursor: ofArtifacts }),
        given.store.runs.list({}, { limit: 1, cursor: `${cursor}x` }),
        given.store.runs.list({}, { limit: 1, cursor: cursor.slice(1) }),
        given.store.runs.list({}, { limit: 1, cursor: '' }),
        given.store.runs.list({}, { limit: 1, cursor: cursorAt('runs [null,null]', '\0') }),
        given.store.runs.list({}, { limit: 1, cursor: cursorAt('runs all', '\0') }),
        given.store.events.after(cursor, 1),
      ]) {
        await expect(refused).rejects.toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/cursor' }] });
      }
    });
  });
}
