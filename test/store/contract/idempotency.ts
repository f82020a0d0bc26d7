import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { createDisclosurePack } from '../../../src/domain/pack/create-disclosure-pack.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { allEvents, FIRST_PAGE, type Given, stamp } from './kit.ts';

export function idempotencyContract(given: Given): void {
  describe('creates that may be sent again', () => {
    const at = '2026-01-31T10:00:00.000Z';
    const once = (changes: object = {}) => ({ scope: 'POST /x key', fingerprint: 'body', at, ...changes });
    const runOnce = (changes: object = {}, key = once()) => {
      const { run, event } = createRun({ name: 'build', owner: 'team', ...changes }, uuidv7(), stamp());
      return given.store.runs.create(run, event, key);
    };

    it('act once and give back the row that was made first, as it was then', async () => {
      const first = await runOnce();
      await given.store.runs.update(first.id, (row) => updateRun(row, { status: 'running' }, stamp()));
      expect(await runOnce({ name: 'made anew' })).toEqual(first);
      const request = { run_id: first.id, kind: 'sbom' as const, path_or_uri: 'file' };
      const make = () => createArtifact(request, uuidv7(), stamp());
      const [one, two] = [make(), make()];
      const held = await given.store.artifacts.create(one.artifact, one.event, once({ scope: 'a' }));
      expect(await given.store.artifacts.create(two.artifact, two.event, once({ scope: 'a' }))).toEqual(held);
      const packOnce = () =>
        given.store.packs.create(
          first.id,
          null,
          (artifacts) => createDisclosurePack({ run_id: first.id, summary: '' }, artifacts, uuidv7(), stamp()),
          once({ scope: 'p' }),
        );
      expect(await packOnce()).toEqual(await packOnce());
      expect((await given.store.runs.list({}, FIRST_PAGE)).rows).toHaveLength(1);
      expect((await allEvents(given.store)).map((event) => event.type)).toEqual([
        'run.created',
        'run.updated',
        'artifact.created',
        'disclosure_pack.created',
      ]);
    });

    it('act once though a hundred are sent at the same time', async () => {
      const rows = await Promise.all(Array.from({ length: 100 }, () => runOnce()));
      expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
      expect(await allEvents(given.store)).toHaveLength(1);
    });

    it('are refused with another body, and are others under another scope and for another tenant', async () => {
      const first = await runOnce();
      await expect(runOnce({}, once({ fingerprint: 'other' }))).rejects.toMatchObject({
        code: 'idempotency_key_reused',
      });
      expect((await runOnce({}, once({ scope: 'other' }))).id).not.toBe(first.id);
      const elsewhere = given.stores.of(uuidv7());
      const { run, event } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp());
      expect((await elsewhere.runs.create(run, event, once())).id).toBe(run.id);
    });

    it('forget their key after 24 hours, and where the create was refused', async () => {
      const first = await runOnce();
      expect((await runOnce({}, once({ at: '2026-02-01T10:00:00.000Z' }))).id).toBe(first.id);
      expect((await runOnce({}, once({ at: '2026-02-01T10:00:00.001Z' }))).id).not.toBe(first.id);
      const refused = createArtifact({ run_id: 'x', kind: 'sbom', path_or_uri: 'file' }, uuidv7(), stamp());
      const key = once({ scope: 'refused' });
      await expect(given.store.artifacts.create(refused.artifact, refused.event, key)).rejects.toMatchObject({
        code: 'run_not_found',
      });
      expect((await runOnce({}, key)).name).toBe('build');
    });
  });
}
