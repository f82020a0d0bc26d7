// The promises of `store/store.ts`, one case each. Every driver runs all of them.
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { createArtifact } from '../../src/domain/artifact/create-artifact.ts';
import { type ReceivedContent, storeContent } from '../../src/domain/artifact/store-content.ts';
import type { Stamp } from '../../src/domain/event/event.ts';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import {
  finishReading,
  finishVerifying,
  giveUpVerifying,
  readAgain,
} from '../../src/domain/evidence/evidence-changes.ts';
import { READER_NUMBER, readerNumber } from '../../src/domain/evidence/reader.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import type { Verification } from '../../src/domain/evidence/verification.ts';
import { createDisclosurePack } from '../../src/domain/pack/create-disclosure-pack.ts';
import type { DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import { MAX_PAGE_BYTES, type Page, type PageRequest } from '../../src/domain/page.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { MAX_RUN_BYTES, type MaestroStore, type MaestroStores } from '../../src/store/store.ts';
import { anAttestation, aVerification } from '../domain/attestations.ts';
import { A_READING } from '../domain/rows.ts';

/** Greatest number of artifacts in a run that `makeStores` must set. */
export const CONTRACT_MAX_ARTIFACTS = 1_100;

/** Not in the fast tier: they fill a run, or try again and again. */
const SLOW = { tags: 'slow' };

const FIRST_PAGE: PageRequest = { limit: 1_000, cursor: null };

export function storeContract(name: string, makeStores: () => Promise<MaestroStores>): void {
  describe(`store contract: ${name}`, () => {
    let stores: MaestroStores;
    let store: MaestroStore;
    beforeAll(async () => {
      stores = await makeStores();
    });
    beforeEach(() => {
      // Each case has a tenant to itself.
      store = stores.open(uuidv7());
    });
    afterAll(() => stores.close());

    describe('rows', () => {
      it('gives back what was written', async () => {
        const run = await addRun(store, { metadata: { b: 1, a: [{ deep: null }] } });
        const artifact = await addArtifact(store, run.id);
        const pack = await addPack(store, run.id, null);
        expect(await store.getRun(run.id)).toEqual(run);
        expect(Object.keys((await store.getRun(run.id)).metadata)).toEqual(['b', 'a']);
        expect(await store.getArtifact(artifact.id)).toEqual(artifact);
        expect(await store.getDisclosurePack(pack.id)).toEqual(pack);
      });

      it('gives back the keys of each row, whatever those of other rows are', async () => {
        const keys = ['\\', '"', '\n', 'a\\', 'a"', 'a\n', '\\"'];
        const ids: string[] = [];
        for (const key of keys) {
          const run = await addRun(store, { metadata: { h: 1, [key]: 2 } });
          await addArtifact(store, run.id, { metadata_json: { additional_metadata: { h: 1, [key]: 2 } } });
          ids.push(run.id);
        }
        for (const [index, key] of keys.entries()) {
          const { run, artifacts } = await store.runSnapshot(ids[index] as string);
          expect(run.metadata).toEqual({ h: 1, [key]: 2 });
          expect(artifacts[0]?.metadata_json.additional_metadata).toEqual({ h: 1, [key]: 2 });
        }
        const listed = (await store.listRuns({}, FIRST_PAGE)).rows.map(({ metadata }) => Object.keys(metadata)[1]);
        expect(listed).toEqual(keys.toReversed());
      });

      it('throws for ids that it does not know, whatever they look like', async () => {
        for (const id of [
          '',
          'nope',
          uuidv7(),
          '__proto__',
          'constructor',
          '💥',
          'x'.repeat(5_000),
          '../../etc',
          '\0',
        ]) {
          await expect(store.getRun(id)).rejects.toMatchObject({ code: 'run_not_found' });
          await expect(store.runSnapshot(id)).rejects.toMatchObject({ code: 'run_not_found' });
          await expect(store.updateRun(id, () => null)).rejects.toMatchObject({ code: 'run_not_found' });
          await expect(store.getArtifact(id)).rejects.toMatchObject({ code: 'artifact_not_found' });
          await expect(store.getDisclosurePack(id)).rejects.toMatchObject({ code: 'disclosure_pack_not_found' });
          await expect(addArtifact(store, id)).rejects.toMatchObject({ code: 'run_not_found' });
          await expect(addPack(store, id, null)).rejects.toMatchObject({ code: 'run_not_found' });
        }
        expect(await allEvents(store)).toEqual([]);
      });

      it('refuses a second row with the same id and changes nothing', async () => {
        const run = await addRun(store);
        const artifact = await addArtifact(store, run.id);
        const pack = await addPack(store, run.id, []);
        const events = await allEvents(store);
        await expect(addRun(store, { name: 'other' }, run.id)).rejects.toThrow();
        await expect(addArtifact(store, run.id, { kind: 'other' }, artifact.id)).rejects.toThrow();
        await expect(addPack(store, run.id, null, pack.id)).rejects.toThrow();
        expect(await store.runSnapshot(run.id)).toEqual({
          run,
          artifacts: [artifact],
          latest_pack: pack,
          readings: [],
        });
        expect(await allEvents(store)).toEqual(events);
      });

      it('writes each of the runs that come at the same time, though some of them are refused', async () => {
        const [taken] = await Promise.all([addRun(store), addRun(store)]);
        const ids = Array.from({ length: 200 }, (_, index) => (index % 50 === 7 ? taken.id : uuidv7()));
        const outcomes = await Promise.allSettled(ids.map((id) => addRun(store, { name: `run ${id}` }, id)));
        for (const [index, { status }] of outcomes.entries()) {
          expect(status).toBe(ids[index] === taken.id ? 'rejected' : 'fulfilled');
        }
        const fresh = ids.filter((id) => id !== taken.id);
        for (const id of fresh) expect((await store.getRun(id)).name).toBe(`run ${id}`);
        expect(await store.getRun(taken.id)).toEqual(taken);
        const told = (await allEvents(store)).map(({ run_id }) => run_id);
        expect(told.length).toBe(new Set(told).size);
        expect(told.length).toBe(fresh.length + 2);
      });

      it('hands out rows that no one can change for others', async () => {
        const { id } = await addRun(store, { metadata: { list: [1] } });
        const change = async () => {
          const run = (await store.getRun(id)) as Run;
          (run.metadata.list as number[]).push(2);
          run.name = 'changed';
        };
        // Either the row is frozen or it is a copy.
        await change().catch((error) => expect(error).toBeInstanceOf(TypeError));
        expect(await store.getRun(id)).toMatchObject({ name: 'build', metadata: { list: [1] } });
      });
    });

    describe('updates', () => {
      it('applies a change to the current row and returns what stands afterwards', async () => {
        const run = await addRun(store);
        const running = await store.updateRun(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
        const done = await store.updateRun(run.id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
        expect([running.status, done.status]).toEqual(['running', 'succeeded']);
        expect(await store.getRun(run.id)).toEqual(done);
      });

      it('writes nothing and records no event where nothing changes', async () => {
        const run = await addRun(store);
        expect(await store.updateRun(run.id, () => null)).toEqual(run);
        expect((await allEvents(store)).map((event) => event.type)).toEqual(['run.created']);
      });

      it('changes nothing when the change throws, and throws the same', async () => {
        const run = await addRun(store);
        const boom = new Error('boom');
        await expect(
          store.updateRun(run.id, () => {
            throw boom;
          }),
        ).rejects.toBe(boom);
        expect(await store.getRun(run.id)).toEqual(run);
        expect(await allEvents(store)).toHaveLength(1);
      });

      it('loses none of 200 concurrent updates', async () => {
        const { id } = await addRun(store, { metadata: { count: 0 } });
        const increment = (row: Readonly<Run>) =>
          updateRun(row, { metadata: { count: (row.metadata.count as number) + 1 } }, stamp());
        await Promise.all(Array.from({ length: 200 }, () => store.updateRun(id, increment)));
        expect((await store.getRun(id)).metadata).toEqual({ count: 200 });
        expect(await allEvents(store)).toHaveLength(201);
      });
    });

    describe('creates that may be sent again', () => {
      const at = '2026-01-31T10:00:00.000Z';
      const once = (changes: object = {}) => ({ scope: 'POST /x key', fingerprint: 'body', at, ...changes });
      const runOnce = (changes: object = {}, given = once()) => {
        const { run, event } = createRun({ name: 'build', owner: 'team', ...changes }, uuidv7(), stamp());
        return store.createRun(run, event, given);
      };

      it('act once and give back the row that was made first, as it was then', async () => {
        const first = await runOnce();
        await store.updateRun(first.id, (row) => updateRun(row, { status: 'running' }, stamp()));
        expect(await runOnce({ name: 'made anew' })).toEqual(first);
        const request = { run_id: first.id, kind: 'sbom' as const, path_or_uri: 'file' };
        const make = () => createArtifact(request, uuidv7(), stamp());
        const [one, two] = [make(), make()];
        const held = await store.createArtifact(one.artifact, one.event, once({ scope: 'a' }));
        expect(await store.createArtifact(two.artifact, two.event, once({ scope: 'a' }))).toEqual(held);
        const packOnce = () =>
          store.createDisclosurePack(
            first.id,
            null,
            (artifacts) => createDisclosurePack({ run_id: first.id, summary: '' }, artifacts, uuidv7(), stamp()),
            once({ scope: 'p' }),
          );
        expect(await packOnce()).toEqual(await packOnce());
        expect((await store.listRuns({}, FIRST_PAGE)).rows).toHaveLength(1);
        expect((await allEvents(store)).map((event) => event.type)).toEqual([
          'run.created',
          'run.updated',
          'artifact.created',
          'disclosure_pack.created',
        ]);
      });

      it('act once though a hundred are sent at the same time', async () => {
        const rows = await Promise.all(Array.from({ length: 100 }, () => runOnce()));
        expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
        expect(await allEvents(store)).toHaveLength(1);
      });

      it('are refused with another body, and are others under another scope and for another tenant', async () => {
        const first = await runOnce();
        await expect(runOnce({}, once({ fingerprint: 'other' }))).rejects.toMatchObject({
          code: 'idempotency_key_reused',
        });
        expect((await runOnce({}, once({ scope: 'other' }))).id).not.toBe(first.id);
        const elsewhere = stores.open(uuidv7());
        const { run, event } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp());
        expect((await elsewhere.createRun(run, event, once())).id).toBe(run.id);
      });

      it('forget their key after 24 hours, and where the create was refused', async () => {
        const first = await runOnce();
        expect((await runOnce({}, once({ at: '2026-02-01T10:00:00.000Z' }))).id).toBe(first.id);
        expect((await runOnce({}, once({ at: '2026-02-01T10:00:00.001Z' }))).id).not.toBe(first.id);
        const refused = createArtifact({ run_id: 'x', kind: 'sbom', path_or_uri: 'file' }, uuidv7(), stamp());
        const given = once({ scope: 'refused' });
        await expect(store.createArtifact(refused.artifact, refused.event, given)).rejects.toMatchObject({
          code: 'run_not_found',
        });
        expect((await runOnce({}, given)).name).toBe('build');
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
        const [run, other] = [await addRun(store), await addRun(store)];
        const [gone, kept] = [await addArtifact(store, run.id), await addArtifact(store, other.id)];
        const pack = await addPack(store, run.id, null);
        const before = await allEvents(store);
        expect(await store.deleteRun(run.id, deleted)).toBe(true);
        await expect(store.getRun(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(store.runSnapshot(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(store.getArtifact(gone.id)).rejects.toMatchObject({ code: 'artifact_not_found' });
        await expect(store.getDisclosurePack(pack.id)).rejects.toMatchObject({ code: 'disclosure_pack_not_found' });
        await expect(addArtifact(store, run.id)).rejects.toMatchObject({ code: 'run_not_found' });
        expect((await store.listRuns({}, FIRST_PAGE)).rows).toEqual([other]);
        for (const filter of [
          { owner: 'team' },
          { status: 'pending' },
          { owner: 'team', status: 'pending' },
        ] as const) {
          expect((await store.listRuns(filter, FIRST_PAGE)).rows).toEqual([other]);
        }
        expect((await store.listArtifacts({}, FIRST_PAGE)).rows).toEqual([kept]);
        expect((await store.listArtifacts({ run_id: run.id }, FIRST_PAGE)).rows).toEqual([]);
        expect((await store.listDisclosurePacks({}, FIRST_PAGE)).rows).toEqual([]);
        const after = await allEvents(store);
        expect(after.slice(0, -1)).toEqual(before);
        expect(after.at(-1)).toMatchObject({ type: 'run.deleted', run_id: run.id, data: run });
      });

      it('do nothing where it is decided so, or where deciding throws', async () => {
        const run = await addRun(store);
        expect(await store.deleteRun(run.id, () => null)).toBe(false);
        const boom = new Error('boom');
        const throwing = () => {
          throw boom;
        };
        await expect(store.deleteRun(run.id, throwing)).rejects.toBe(boom);
        await expect(store.deleteRun('unknown', deleted)).rejects.toMatchObject({ code: 'run_not_found' });
        expect(await store.getRun(run.id)).toEqual(run);
        expect(await allEvents(store)).toHaveLength(1);
      });

      it('are decided with the time of the event that made the run final, whatever the run says and whatever came after', async () => {
        const endOf = async (id: string) => {
          let end: string | null = null;
          await store.deleteRun(id, (_run, endedAt) => {
            end = endedAt;
            return null;
          });
          return end;
        };
        const { id } = await addRun(store);
        expect(await endOf(id)).toBeNull();
        const at = (time: string) => ({ ...stamp(), at: `2026-01-31T${time}.000Z` });
        await store.updateRun(id, (row) => updateRun(row, { status: 'running' }, at('10:00:00')));
        expect(await endOf(id)).toBeNull();
        const finished = { status: 'failed', finished_at: '2020-01-01T00:00:00Z' } as const;
        await store.updateRun(id, (row) => updateRun(row, finished, at('11:00:00')));
        await store.updateRun(id, (row) => updateRun(row, { cost_actual: 2 }, at('12:00:00')));
        expect(await endOf(id)).toBe('2026-01-31T11:00:00.000Z');
        expect(await store.getRun(id)).toMatchObject({ finished_at: '2020-01-01T00:00:00.000Z', cost_actual: 2 });
        await store.deleteRun(id, deleted);
        await addRun(store, {}, id);
        expect(await endOf(id)).toBeNull();
      });

      it('leave another tenant’s run of the same id alone', async () => {
        const [a, b] = [stores.open(uuidv7()), stores.open(uuidv7())];
        await addRun(a, {}, 'shared');
        await addArtifact(a, 'shared', {}, 'evidence');
        const inB = await addRun(b, {}, 'shared');
        const evidence = await addArtifact(b, 'shared', {}, 'evidence');
        await a.deleteRun('shared', deleted);
        expect(await b.getRun('shared')).toEqual(inB);
        expect(await b.getArtifact('evidence')).toEqual(evidence);
      });

      it('make room: a run of the same id afterwards begins empty', async () => {
        await addRun(store, {}, 'again');
        await addArtifact(store, 'again');
        await store.deleteRun('again', deleted);
        await addRun(store, {}, 'again');
        expect((await store.runSnapshot('again')).artifacts).toEqual([]);
      });
    });

    describe('snapshots', () => {
      it('read the run, its artifacts newest first and its latest pack', async () => {
        const run = await addRun(store);
        expect(await store.runSnapshot(run.id)).toEqual({ run, artifacts: [], latest_pack: null, readings: [] });
        const other = await addRun(store);
        const [first, second] = [await addArtifact(store, run.id), await addArtifact(store, run.id)];
        await addArtifact(store, other.id);
        await addPack(store, run.id, [first.id]);
        const latest = await addPack(store, run.id, null);
        await addPack(store, other.id, null);
        expect(await store.runSnapshot(run.id)).toEqual({
          run,
          artifacts: [second, first],
          latest_pack: latest,
          readings: [],
        });
      });

      it('are of one moment and never of an earlier one than before, in 400 trials with a writer', SLOW, async () => {
        const seen = new Set<number>();
        for (let trial = 0; trial < 400; trial += 1) {
          const run = await addRun(store);
          let writing = true;
          const writer = (async () => {
            await addArtifact(store, run.id);
            await store.updateRun(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
            await addArtifact(store, run.id);
            await store.updateRun(run.id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
            writing = false;
          })();
          const readers = Array.from({ length: READERS }, async () => {
            let last = 0;
            for (let more = true; more; ) {
              more = writing;
              const snapshot = await store.runSnapshot(run.id);
              const moment = MOMENTS.indexOf(`${snapshot.artifacts.length} ${snapshot.run.status}`);
              expect(moment).toBeGreaterThanOrEqual(last);
              seen.add(moment);
              last = moment;
            }
            expect(last).toBe(MOMENTS.length - 1);
          });
          await Promise.all([writer, ...readers]);
        }
        // A store that takes no time has no moment in between.
        if (stores.kind !== 'memory') expect(seen.size).toBeGreaterThan(2);
      });
    });

    describe('artifacts', () => {
      it('are refused beyond the greatest number of a run, and nothing is written', SLOW, async () => {
        const run = await addRun(store);
        for (let count = 0; count < CONTRACT_MAX_ARTIFACTS; count += 1) await addArtifact(store, run.id);
        const last = await eventCount(store);
        await expect(addArtifact(store, run.id)).rejects.toMatchObject({ code: 'run_full' });
        expect((await store.runSnapshot(run.id)).artifacts).toHaveLength(CONTRACT_MAX_ARTIFACTS);
        expect(await eventCount(store)).toBe(last);
        await addArtifact(store, (await addRun(store)).id);
      });

      it('are refused beyond 64 MiB in one run, and nothing is written', SLOW, async () => {
        const run = await addRun(store);
        const size = 60_000;
        const fill = { metadata_json: { additional_metadata: { fill: 'x'.repeat(size) } } };
        let error: unknown = null;
        let held = 0;
        for (; held <= MAX_RUN_BYTES / size && error === null; held += error === null ? 1 : 0) {
          error = await addArtifact(store, run.id, fill).then(
            () => null,
            (thrown) => thrown,
          );
        }
        expect(error).toMatchObject({ code: 'run_full' });
        expect((await store.runSnapshot(run.id)).artifacts).toHaveLength(held);
        expect(held * size).toBeGreaterThan(MAX_RUN_BYTES * 0.95);
        expect(await eventCount(store)).toBe(held + 1);
      });
    });

    describe('content', () => {
      it('is written to the current row with its event, and is then held', async () => {
        const run = await addRun(store);
        const artifact = await addArtifact(store, run.id);
        expect(await store.holdsContent(CONTENT.digests.sha256)).toBe(false);
        const stored = await store.updateArtifact(artifact.id, (row) => storeContent(row, CONTENT, stamp()));
        expect(stored).toMatchObject({
          ...artifact,
          evidence: { state: 'pending' },
          content: { size: 4, digests: { sha256: CONTENT.digests.sha256 } },
        });
        expect(await store.getArtifact(artifact.id)).toEqual(stored);
        expect((await store.runSnapshot(run.id)).artifacts).toEqual([stored]);
        expect((await store.listArtifacts({ run_id: run.id }, FIRST_PAGE)).rows).toEqual([stored]);
        expect((await allEvents(store)).at(-1)).toMatchObject({ type: 'artifact.content_stored', data: stored });
        expect(await store.holdsContent(CONTENT.digests.sha256)).toBe(true);
        expect(await store.holdsContent('other')).toBe(false);
        expect(await stores.open(uuidv7()).holdsContent(CONTENT.digests.sha256)).toBe(false);
      });

      it('is written once by 50 at the same time, and nothing where nothing changes or the change throws', async () => {
        const { id, run_id } = await addArtifact(store, (await addRun(store)).id);
        const store50 = Array.from({ length: 50 }, () =>
          store.updateArtifact(id, (row) => storeContent(row, CONTENT, stamp())),
        );
        const rows = await Promise.all(store50);
        for (const row of rows) expect(row).toEqual(rows[0]);
        expect(await eventCount(store)).toBe(3);
        const other = { ...CONTENT, digests: { ...CONTENT.digests, sha256: 'other' } };
        await expect(store.updateArtifact(id, (row) => storeContent(row, other, stamp()))).rejects.toMatchObject({
          code: 'content_conflict',
        });
        await expect(store.updateArtifact('nope', () => null)).rejects.toMatchObject({ code: 'artifact_not_found' });
        expect((await store.runSnapshot(run_id)).artifacts).toEqual([rows[0]]);
        expect(await eventCount(store)).toBe(3);
      });

      it('is held as long as any artifact has it', async () => {
        const runs = [await addRun(store), await addRun(store)];
        for (const { id } of runs) {
          const artifact = await addArtifact(store, id);
          await store.updateArtifact(artifact.id, (row) => storeContent(row, CONTENT, stamp()));
        }
        for (const [index, { id }] of runs.entries()) {
          expect(await store.holdsContent(CONTENT.digests.sha256)).toBe(true);
          await store.updateRun(id, (row) => updateRun(row, { status: 'failed' }, stamp()));
          await store.deleteRun(id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: id, data: row }));
          expect(await store.holdsContent(CONTENT.digests.sha256)).toBe(index === 0);
        }
      });

      it('makes no run greater than 64 MiB', SLOW, async () => {
        const { id } = await addRun(store);
        const artifact = await addArtifact(store, id);
        const media_type = 'x'.repeat(MAX_RUN_BYTES);
        const change = store.updateArtifact(artifact.id, (row) =>
          storeContent(row, { ...CONTENT, media_type }, stamp()),
        );
        await expect(change).rejects.toMatchObject({ code: 'run_full' });
        expect(await store.getArtifact(artifact.id)).toEqual(artifact);
        expect(await store.holdsContent(CONTENT.digests.sha256)).toBe(false);
      });
    });

    describe('artifacts that are about others', () => {
      it('are kept with what they are about', async () => {
        const run = await addRun(store);
        const about = [(await addArtifact(store, run.id)).id, (await addArtifact(store, run.id)).id];
        const { id } = await addArtifact(store, run.id, { about });
        expect((await store.getArtifact(id)).about).toEqual(about);
      });

      it.each([
        ['one that does not exist', () => 'nope'],
        ['one that no store could hold', () => '\0'],
        ['one of another run', async (one: MaestroStore) => (await addArtifact(one, (await addRun(one)).id)).id],
      ])('are refused where that is %s', async (_what, other) => {
        const run = await addRun(store);
        const { id } = await addArtifact(store, run.id);
        const events = await eventCount(store);
        const foreign = await other(store);
        const created = await eventCount(store);
        await expect(addArtifact(store, run.id, { about: [id, foreign] })).rejects.toMatchObject({
          code: 'validation_failed',
          errors: [{ in: 'body', pointer: '/about/1' }],
        });
        await expect(addArtifact(store, run.id, { about: [id, id] })).rejects.toMatchObject({
          code: 'validation_failed',
          errors: [{ in: 'body', pointer: '/about/1' }],
        });
        await expect(addArtifact(store, 'no run', { about: [id] })).rejects.toMatchObject({ code: 'run_not_found' });
        expect((await store.runSnapshot(run.id)).artifacts).toHaveLength(1);
        expect([events, await eventCount(store)]).toEqual([2, created]);
      });

      it('cannot be about those of another tenant', async () => {
        const elsewhere = stores.open(uuidv7());
        const { id } = await addArtifact(elsewhere, (await addRun(elsewhere, {}, 'same')).id);
        await addRun(store, {}, 'same');
        await expect(addArtifact(store, 'same', { about: [id] })).rejects.toMatchObject({ code: 'validation_failed' });
      });
    });

    describe('readings', () => {
      const addContent = (run_id: string, size?: number) => addWaiting(store, run_id, size);
      const finish = (id: string, reading: Reading = A_READING) =>
        store.updateArtifact(id, (row) => finishReading(row, reading, stamp()));
      const lease = (limit = 10, ms = 60_000) => store.leaseReadings(limit, { ms, at: stamp().at });
      const idsOf = (leased: Awaited<ReturnType<typeof lease>>) => leased.map(({ artifact }) => artifact.id);

      it('are kept with the row, come back as they were written, and are part of the snapshot', async () => {
        const run = await addRun(store);
        const { id } = await addContent(run.id);
        const waiting = await store.getReading(id);
        expect(waiting).toEqual({ artifact: await store.getArtifact(id), reading: null });
        expect(waiting.artifact.evidence?.state).toBe('pending');
        const findings = [{ code: 'schema', severity: 'error' as const, message: 'is "odd"', pointer: '/a~1b/💥' }];
        const reading = { ...A_READING, findings, findings_total: 7, valid: false };
        const artifact = await finish(id, reading);
        const { subjects, subjects_total, facts } = reading;
        expect(await store.getReading(id)).toEqual({
          artifact,
          reading: { subjects, subjects_total, facts, findings, valid: false, verification: null },
        });
        expect(await store.getArtifact(id)).toEqual(artifact);
        expect(await store.runSnapshot(run.id)).toEqual({
          run,
          artifacts: [artifact],
          latest_pack: null,
          readings: [{ artifact_id: id, subjects, subjects_total, facts, verification: null }],
        });
        expect((await allEvents(store)).at(-1)).toMatchObject({ type: 'artifact.evidence_read', data: artifact });
      });

      it('are not there for what does not exist, has no content, or belongs to another tenant', async () => {
        for (const id of ['nope', '\0'])
          await expect(store.getReading(id)).rejects.toMatchObject({ code: 'artifact_not_found' });
        const artifact = await addArtifact(store, (await addRun(store)).id);
        expect(await store.getReading(artifact.id)).toEqual({ artifact, reading: null });
        await expect(stores.open(uuidv7()).getReading(artifact.id)).rejects.toMatchObject({
          code: 'artifact_not_found',
        });
      });

      it('of one run are not part of the snapshot of another', async () => {
        const [run, other] = [await addRun(store), await addRun(store)];
        await finish((await addContent(run.id)).id);
        expect((await store.runSnapshot(other.id)).readings).toEqual([]);
        expect((await store.runSnapshot(run.id)).readings).toHaveLength(1);
      });

      it('are written once by 50 at the same time', async () => {
        const { id } = await addContent((await addRun(store)).id);
        await Promise.all(Array.from({ length: 50 }, () => finish(id)));
        expect(await eventCount(store)).toBe(4);
      });

      it('go when the artifact waits to be read again, and are replaced by the next', async () => {
        const run = await addRun(store);
        const { id } = await addContent(run.id);
        await finish(id);
        await store.updateArtifact(id, (row) => readAgain(row, stamp()));
        expect((await store.getReading(id)).reading).toBeNull();
        expect((await store.runSnapshot(run.id)).readings).toEqual([]);
        await finish(id, { ...A_READING, findings_total: 9 });
        expect((await store.getReading(id)).artifact.evidence?.findings_total).toBe(9);
        expect((await store.runSnapshot(run.id)).readings).toHaveLength(1);
      });

      it('go with their run', async () => {
        const run = await addRun(store, {}, 'again');
        const [read, waiting] = [await addContent(run.id), await addContent(run.id)];
        await finish(read.id);
        await store.deleteRun(run.id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: row }));
        for (const { id } of [read, waiting])
          await expect(store.getReading(id)).rejects.toMatchObject({ code: 'artifact_not_found' });
        expect(await lease()).toEqual([]);
        await addRun(store, {}, 'again');
        expect((await store.runSnapshot('again')).readings).toEqual([]);
      });

      it('make no run greater than 64 MiB', SLOW, async () => {
        const run = await addRun(store);
        const { id } = await addContent(run.id);
        const subjects = [{ name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }];
        const before = await store.getReading(id);
        await expect(finish(id, { ...A_READING, subjects })).rejects.toMatchObject({ code: 'run_full' });
        expect(await store.getReading(id)).toEqual(before);
        expect(idsOf(await lease())).toEqual([id]);
      });

      it('of what could not be read find room in any run, or it would wait for ever', SLOW, async () => {
        const run = await addRun(store);
        const { id } = await addContent(run.id);
        const small = Array.from({ length: 10 }, () => ({ name: null, digests: {} }));
        const subjects = [...small, { name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }];
        await expect(finish(id, { ...A_READING, subjects })).rejects.toMatchObject({ code: 'run_full' });
        await finish(id, { ...A_READING, state: 'unreadable', subjects });
        expect((await store.getArtifact(id)).evidence?.state).toBe('unreadable');
        expect(await lease()).toEqual([]);
      });

      it('take room of their run only while they are kept', SLOW, async () => {
        const run = await addRun(store);
        const { id } = await addContent(run.id);
        const subjects = [{ name: 'x'.repeat(MAX_RUN_BYTES * 0.4), digests: {} }];
        for (let time = 0; time < 3; time += 1) {
          await finish(id, { ...A_READING, subjects });
          await store.updateArtifact(id, (row) => readAgain(row, stamp()));
        }
        await finish(id, { ...A_READING, subjects });
        const other = await addContent(run.id);
        await expect(finish(other.id, { ...A_READING, subjects })).rejects.toMatchObject({ code: 'run_full' });
      });

      it('are leased in the order in which they began to wait, as many as asked for, and each to one', async () => {
        const run = await addRun(store);
        const ids = [];
        for (let count = 0; count < 5; count += 1) ids.push((await addContent(run.id)).id);
        await addArtifact(store, run.id);
        const first = await lease(2);
        expect(idsOf(first)).toEqual(ids.slice(0, 2));
        expect(first.map(({ attempts }) => attempts)).toEqual([1, 1]);
        expect(first[0]?.artifact).toEqual(await store.getArtifact(ids[0] as string));
        expect(idsOf(await lease())).toEqual(ids.slice(2));
        expect(await lease()).toEqual([]);
      });

      it('are leased small before large, whenever they came', async () => {
        const run = await addRun(store);
        const ids = new Map<string, number>();
        for (const size of [32, 4, 0, 16, 1, 8]) ids.set((await addContent(run.id, size * MIB)).id, size);
        const sizes = async (limit: number) => idsOf(await lease(limit)).map((id) => ids.get(id));
        expect(await sizes(1)).toEqual([0]);
        expect(await sizes(2)).toEqual([1, 4]);
        expect(await sizes(10)).toEqual([8, 16, 32]);
      });

      it('are leased in the order in which they began to wait where the earlier has waited longer than its size counts', async () => {
        const run = await addRun(store);
        // What counts 10 ms came 60 ms before what counts nothing.
        const large = await addContent(run.id, 1_000);
        await new Promise((resolve) => setTimeout(resolve, 60));
        const small = await addContent(run.id, 0);
        expect(idsOf(await lease())).toEqual([large.id, small.id]);
      });

      it('are leased in the order in which they began to wait where no more of them is read: 32 MiB and whatever is larger', async () => {
        const run = await addRun(store);
        const huge = await addContent(run.id, 500 * MIB);
        await new Promise((resolve) => setTimeout(resolve, 5));
        const large = await addContent(run.id, 32 * MIB);
        expect(idsOf(await lease())).toEqual([huge.id, large.id]);
      });

      it('are placed anew, by their size, when they wait again', async () => {
        const run = await addRun(store);
        const [large, small] = [await addContent(run.id, MIB), await addContent(run.id, 10)];
        await finish(small.id);
        await store.updateArtifact(small.id, (row) => readAgain(row, stamp()));
        expect(idsOf(await lease())).toEqual([small.id, large.id]);
      });

      it('keep their lease for as long as it is extended, and lose it at once where they are given back', async () => {
        const { id } = await addContent((await addRun(store)).id);
        const extend = (ms: number, one = id) => store.extendLease(one, { ms, at: stamp().at });
        await extend(60_000);
        expect(idsOf(await lease(1, 500))).toEqual([id]);
        await extend(60_000);
        await new Promise((resolve) => setTimeout(resolve, 600));
        expect(await lease()).toEqual([]);
        await extend(0);
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect((await lease(1, 60_000)).map(({ attempts }) => attempts)).toEqual([2]);
        await stores.open(uuidv7()).extendLease(id, { ms: 0, at: stamp().at });
        for (const other of ['nope', '\0']) await extend(0, other);
        expect(await lease()).toEqual([]);
      });

      it('are leased once among 20 who ask at the same time', async () => {
        const run = await addRun(store);
        const ids = [];
        for (let count = 0; count < 30; count += 1) ids.push((await addContent(run.id)).id);
        const leased = await Promise.all(Array.from({ length: 20 }, () => lease(2)));
        expect(leased.flatMap(idsOf).sort()).toEqual(ids.sort().filter((id) => leased.flatMap(idsOf).includes(id)));
        const rest = await lease(100);
        expect([...leased.flatMap(idsOf), ...idsOf(rest)].sort()).toEqual(ids);
      });

      it('are leased again when the lease has ended, which counts as another attempt', async () => {
        const { id } = await addContent((await addRun(store)).id);
        expect(await lease(1, 60_000)).toHaveLength(1);
        expect(await lease(1, 60_000)).toEqual([]);
        const other = await addContent((await addRun(store)).id);
        await lease(1, 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        const again = await lease(5, 60_000);
        expect(again.map(({ artifact, attempts }) => [artifact.id, attempts])).toEqual([[other.id, 2]]);
        expect(again[0]?.artifact.id).not.toBe(id);
      });

      it('are not leased once they are read, and are leased anew when they wait again', async () => {
        const { id } = await addContent((await addRun(store)).id);
        await lease(1, 60_000);
        await finish(id);
        expect(await lease()).toEqual([]);
        await store.updateArtifact(id, (row) => readAgain(row, stamp()));
        expect((await lease()).map(({ attempts }) => attempts)).toEqual([1]);
      });

      it('are leased without counting the attempts that are forgiven, and not before the lease has ended', async () => {
        const { id } = await addContent((await addRun(store)).id);
        const attempts = async () => (await lease(5, 0)).map((one) => one.attempts);
        expect([await attempts(), await attempts()]).toEqual([[1], [2]]);
        await store.forgiveAttempt(id);
        expect(await attempts()).toEqual([2]);
        for (let time = 0; time < 5; time += 1) await store.forgiveAttempt(id);
        await lease(5, 60_000);
        await store.forgiveAttempt(id);
        expect(await lease()).toEqual([]);
        await stores.open(uuidv7()).forgiveAttempt(id);
        for (const other of ['nope', '\0']) await store.forgiveAttempt(other);
      });

      it('are not leased to another tenant', async () => {
        await addContent((await addRun(store)).id);
        expect(await stores.open(uuidv7()).leaseReadings(10, { ms: 60_000, at: stamp().at })).toEqual([]);
      });
    });

    describe('verifications', () => {
      const [EARLY, NOON, LATE] = ['10:00:00.000', '12:00:00.000', '12:00:00.001'].map(
        (time) => `2026-01-31T${time}Z`,
      ) as [string, string, string];
      const NOW = { reader: READER_NUMBER, digest: 'now', since: NOON };

      const verified = (trust: string, trust_since = EARLY): Verification => ({
        trust,
        trust_since,
        libraries: { node: '24.15.0' },
        attestations: [],
        attestations_total: 0,
      });
      const readingOf = (verification: Verification | null): Reading => ({ ...A_READING, verification });
      async function addVerified(run_id: string, verification: Verification | null = verified('before')) {
        const { id } = await addWaiting(store, run_id);
        await store.updateArtifact(id, (row) => finishReading(row, readingOf(verification), stamp()));
        return id;
      }
      const verifyAgain = (id: string, verification: Verification | null) =>
        store.updateArtifact(id, (row) => finishVerifying(row, readingOf(verification), stamp()));
      const lease = (limit = 10, ms = 60_000, trust = NOW, runs: string[] | null = null) =>
        store.leaseStale(limit, trust, runs, { ms, at: stamp().at });
      const idsOf = (leased: Awaited<ReturnType<typeof lease>>) => leased.map(({ artifact }) => artifact.id).sort();
      const attemptsOf = async (ms = 0) => (await lease(10, ms)).map(({ attempts }) => attempts);

      it('are kept with the reading, come back as they were written, and are part of the snapshot', async () => {
        const run = await addRun(store);
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
        const artifact = await store.getArtifact(id);
        expect(await store.getReading(id)).toEqual({
          artifact,
          reading: { subjects, subjects_total, facts, findings, valid, verification },
        });
        expect((await store.runSnapshot(run.id)).readings).toEqual([
          { artifact_id: id, subjects, subjects_total, facts, verification },
        ]);
        const again = await verifyAgain(id, verified('now'));
        expect((await store.getReading(id)).reading?.verification).toEqual(verified('now'));
        expect((await allEvents(store)).at(-1)).toMatchObject({ type: 'artifact.evidence_verified', data: again });
      });

      it('take room of their run', SLOW, async () => {
        const id = await addVerified((await addRun(store)).id);
        const before = await store.getReading(id);
        const libraries = { node: 'x'.repeat(MAX_RUN_BYTES) };
        await expect(verifyAgain(id, { ...verified('now'), libraries })).rejects.toMatchObject({ code: 'run_full' });
        expect(await store.getReading(id)).toEqual(before);
        expect(idsOf(await lease())).toEqual([id]);
      });

      it('are leased where they were made with another trust, with the row that stands', async () => {
        const run = await addRun(store);
        const ids = [
          await addVerified(run.id),
          await addVerified(run.id, verified('other')),
          await addVerified(run.id),
        ];
        await addVerified(run.id, verified('now'));
        await addVerified(run.id, null);
        await addWaiting(store, run.id);
        await addArtifact(store, run.id);
        const leased = await lease();
        expect(idsOf(leased)).toEqual(ids.sort());
        for (const { artifact, attempts } of leased) {
          expect(artifact).toEqual(await store.getArtifact(artifact.id));
          expect(attempts).toBe(1);
        }
        expect(await lease(10, 60_000, { ...NOW, digest: 'before' }, [])).toEqual([]);
      });

      it('are not leased where that trust was loaded later, be it the one or the other by name', async () => {
        const run = await addRun(store);
        for (const trust of ['before', 'other']) await addVerified(run.id, verified(trust, LATE));
        expect(await lease()).toEqual([]);
        expect(await lease(10, 60_000, NOW, [run.id])).toEqual([]);
        const same = await addVerified(run.id, verified('other', NOON));
        expect(idsOf(await lease())).toEqual([same]);
        expect(await lease(10, 60_000, { ...NOW, since: LATE }, [run.id])).toHaveLength(2);
      });

      it('are leased as many as asked for, each to one, and again when the lease has ended, which is another attempt', async () => {
        const run = await addRun(store);
        const ids = [
          await addVerified(run.id),
          await addVerified(run.id),
          await addVerified(run.id, verified('other')),
        ];
        const first = await lease(2, 60_000);
        expect(first).toHaveLength(2);
        const last = await lease(10, 1);
        expect([...idsOf(first), ...idsOf(last)].sort()).toEqual(ids.sort());
        await new Promise((resolve) => setTimeout(resolve, 20));
        const again = await lease(10, 60_000, NOW, [run.id]);
        expect(again).toEqual(last.map(({ artifact }) => ({ artifact, attempts: 2 })));
        expect([...(await lease()), ...(await lease(10, 60_000, NOW, [run.id]))]).toEqual([]);
      });

      it('are leased without counting the attempts that are forgiven, and not before the lease has ended', async () => {
        const id = await addVerified((await addRun(store)).id);
        expect([await attemptsOf(), await attemptsOf()]).toEqual([[1], [2]]);
        await store.forgiveAttempt(id);
        expect(await attemptsOf()).toEqual([2]);
        for (let time = 0; time < 5; time += 1) await store.forgiveAttempt(id);
        await stores.open(uuidv7()).forgiveAttempt(id);
        expect(await attemptsOf(60_000)).toEqual([1]);
        await store.forgiveAttempt(id);
        expect(await lease()).toEqual([]);
      });

      it('are counted anew when they are written anew, and are then nobody’s', async () => {
        const id = await addVerified((await addRun(store)).id);
        expect([await attemptsOf(), await attemptsOf(60_000), await attemptsOf()]).toEqual([[1], [2], []]);
        await verifyAgain(id, verified('other'));
        expect(await attemptsOf()).toEqual([1]);
      });

      it('are leased only of the runs named', async () => {
        const runs = [await addRun(store), await addRun(store), await addRun(store)].map(({ id }) => id);
        const ids = [];
        for (const run of runs) ids.push(await addVerified(run));
        const ofRuns = async (named: string[], ms = 0) => idsOf(await lease(10, ms, NOW, named));
        expect(await ofRuns([])).toEqual([]);
        expect(await ofRuns(['nope', '\0', uuidv7()])).toEqual([]);
        expect(await ofRuns([runs[1] as string, '\0', runs[1] as string])).toEqual([ids[1]]);
        expect(await ofRuns([runs[2], runs[0]] as string[], 60_000)).toEqual([ids[0], ids[2]]);
        expect(idsOf(await lease())).toEqual([ids[1]]);
      });

      it('are no longer stale when they were made again with the trust of today, or nothing is signed any more', async () => {
        const run = await addRun(store);
        const ids = [await addVerified(run.id), await addVerified(run.id), await addVerified(run.id)];
        await verifyAgain(ids[0] as string, verified('now'));
        await verifyAgain(ids[1] as string, null);
        expect(idsOf(await lease(10, 0))).toEqual([ids[2]]);
        expect(idsOf(await lease(10, 0, NOW, [run.id]))).toEqual([ids[2]]);
        expect(await store.countStale(NOW, 10)).toBe(1);
      });

      it('go with their run', async () => {
        const [run, other] = [await addRun(store, {}, 'again'), await addRun(store)];
        await addVerified(run.id);
        const kept = await addVerified(other.id);
        await store.deleteRun(run.id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: row }));
        expect(await lease(10, 0, NOW, [run.id])).toEqual([]);
        expect(idsOf(await lease())).toEqual([kept]);
        expect(await store.countStale(NOW, 10)).toBe(1);
        await addRun(store, {}, 'again');
        expect(await lease(10, 0, NOW, ['again'])).toEqual([]);
      });

      it('are not leased while the artifact waits to be read, whose attempts are those of reading then', async () => {
        const run = await addRun(store);
        const id = await addVerified(run.id);
        expect(await attemptsOf()).toEqual([1]);
        await store.updateArtifact(id, (row) => readAgain(row, stamp()));
        expect([...(await lease()), ...(await lease(10, 0, NOW, [run.id]))]).toEqual([]);
        expect(await store.countStale(NOW, 10)).toBe(0);
        const reads = async () =>
          (await store.leaseReadings(1, { ms: 0, at: stamp().at })).map(({ attempts }) => attempts);
        expect(await reads()).toEqual([1]);
        await store.forgiveAttempt(id);
        expect(await reads()).toEqual([1]);
        await store.updateArtifact(id, (row) => finishReading(row, readingOf(verified('other')), stamp()));
        expect(await attemptsOf()).toEqual([1]);
      });

      it('keep their lease for as long as it is extended, and lose it at once where they are given back', async () => {
        const id = await addVerified((await addRun(store)).id);
        const extend = (ms: number) => store.extendLease(id, { ms, at: stamp().at });
        await extend(60_000);
        expect(idsOf(await lease(1, 500))).toEqual([id]);
        await extend(60_000);
        await new Promise((resolve) => setTimeout(resolve, 600));
        expect(await lease()).toEqual([]);
        await extend(0);
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(await attemptsOf(60_000)).toEqual([2]);
      });

      it('are counted where they were made with another trust, whenever that was loaded, up to as many as asked for', async () => {
        const run = await addRun(store);
        expect(await store.countStale(NOW, 10)).toBe(0);
        for (const trust of ['before', 'before', 'other', 'now']) await addVerified(run.id, verified(trust, LATE));
        await addVerified(run.id, null);
        await lease(1, 60_000, { ...NOW, since: LATE });
        expect(await store.countStale(NOW, 10)).toBe(3);
        for (const most of [0, 1, 2, 3]) expect(await store.countStale(NOW, most)).toBe(most);
        expect(await store.countStale({ ...NOW, digest: 'before' }, 10)).toBe(2);
        expect(await store.countStale({ ...NOW, digest: 'unknown' }, 10)).toBe(4);
      });

      it('are neither leased to another tenant nor counted for it', async () => {
        const run = await addRun(store, {}, 'same');
        await addVerified(run.id);
        const elsewhere = stores.open(uuidv7());
        await addRun(elsewhere, {}, 'same');
        const given = { ms: 60_000, at: stamp().at };
        expect(await elsewhere.leaseStale(10, NOW, null, given)).toEqual([]);
        expect(await elsewhere.leaseStale(10, NOW, ['same'], given)).toEqual([]);
        expect(await elsewhere.countStale(NOW, 10)).toBe(0);
        expect(await lease()).toHaveLength(1);
      });

      it('are leased once among 20 who ask at the same time, for any run or for one', async () => {
        const run = await addRun(store);
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
        const run = await addRun(store);
        const ids: string[] = [];
        for (let count = 0; count < 8; count += 1) ids.push(await addVerified(run.id));
        const rounds = async (work: (round: number) => Promise<unknown>) => {
          for (let round = 0; round < 25; round += 1) await work(round);
        };
        const one = (round: number) => ids[round % ids.length] as string;
        await Promise.all([
          rounds(() => lease(8, 0)),
          rounds(() => lease(8, 0, NOW, [run.id])),
          rounds((round) => store.forgiveAttempt(one(round))),
          rounds((round) => verifyAgain(one(round), verified(`trust ${round}`))),
          rounds((round) => store.updateArtifact(one(round * 3), (row) => readAgain(row, stamp()))),
          rounds((round) =>
            store.updateArtifact(one(round * 3), (row) => finishReading(row, readingOf(verified('read')), stamp())),
          ),
        ]);
        for (const id of ids) {
          await store.updateArtifact(id, (row) => readAgain(row, stamp()));
          await store.updateArtifact(id, (row) => finishReading(row, readingOf(verified('last')), stamp()));
        }
        expect(idsOf(await lease())).toEqual(ids.sort());
      });

      describe('of other readers', () => {
        const OLDER = `maestro/${READER_NUMBER - 1}`;
        const NEWER = `maestro/${READER_NUMBER + 1}`;

        /** A document that was read by the reader of that name. */
        async function addRead(run_id: string, reader: unknown, changes: Partial<Reading> = {}) {
          const { id } = await addWaiting(store, run_id);
          await store.updateArtifact(id, (row) => {
            const change = finishReading(row, { ...A_READING, ...changes }, stamp());
            const evidence = { ...change?.artifact.evidence, reader } as Artifact['evidence'];
            return change && { ...change, artifact: { ...change.artifact, evidence } };
          });
          return id;
        }

        it('are leased and counted where an older one read, signed or not, whatever it made of them', async () => {
          const run = await addRun(store);
          const ids = [
            await addRead(run.id, OLDER),
            await addRead(run.id, OLDER, { verification: verified('now', LATE) }),
            await addRead(run.id, OLDER, { state: 'opaque', kind: 'opaque', facts: null }),
            await addRead(run.id, 'maestro/1', { state: 'unreadable', facts: null, subjects: [] }),
          ];
          await addRead(run.id, `maestro/${READER_NUMBER}`);
          await addWaiting(store, run.id);
          expect(await store.countStale(NOW, 10)).toBe(4);
          for (const most of [0, 1, 3]) expect(await store.countStale(NOW, most)).toBe(most);
          expect(idsOf(await lease(10, 0, NOW, [run.id]))).toEqual(ids.sort());
          expect(idsOf(await lease(10, 0, NOW, []))).toEqual([]);
          const leased = await lease();
          expect(idsOf(leased)).toEqual(ids.sort());
          for (const { artifact, attempts } of leased) {
            expect(artifact).toEqual(await store.getArtifact(artifact.id));
            expect(attempts).toBe(2);
          }
          expect([...(await lease()), ...(await lease(10, 60_000, NOW, [run.id]))]).toEqual([]);
        });

        it.each(['maestro', 'maestro/', 'maestro/03', 'maestro/3 ', 'Maestro/3', 'maestro/9999999999', 'x', '', null])(
          'are those of an older one where the name is %j',
          async (reader) => {
            const id = await addRead((await addRun(store)).id, reader);
            expect(readerNumber(reader)).toBe(0);
            expect(await store.countStale(NOW, 10)).toBe(1);
            expect(idsOf(await lease())).toEqual([id]);
          },
        );

        it('are left alone where a newer one read, whatever it verified them with', async () => {
          const run = await addRun(store);
          await addRead(run.id, NEWER);
          await addRead(run.id, NEWER, { verification: verified('before') });
          await addRead(run.id, 'maestro/999999999', { verification: verified('other') });
          expect(await store.countStale(NOW, 10)).toBe(0);
          expect([...(await lease()), ...(await lease(10, 0, NOW, [run.id]))]).toEqual([]);
          const newer = { ...NOW, reader: READER_NUMBER + 2 };
          expect(await store.countStale(newer, 10)).toBe(2);
          expect(await lease(10, 60_000, newer)).toHaveLength(2);
        });

        it('are leased where an older one verified them with a trust that was loaded later', async () => {
          const run = await addRun(store);
          const id = await addRead(run.id, OLDER, { verification: verified('other', LATE) });
          expect(idsOf(await lease())).toEqual([id]);
        });

        it('are no longer leased once they were read again, and their attempts are counted anew', async () => {
          const run = await addRun(store);
          const id = await addRead(run.id, OLDER, { state: 'opaque', kind: 'opaque', facts: null });
          expect([await attemptsOf(), await attemptsOf()]).toEqual([[1], [2]]);
          await store.forgiveAttempt(id);
          expect(await attemptsOf()).toEqual([2]);
          const again = await store.updateArtifact(id, (row) => finishVerifying(row, readingOf(null), stamp()));
          expect(again.evidence).toMatchObject({ state: 'read', reader: `maestro/${READER_NUMBER}` });
          expect((await allEvents(store)).at(-1)).toMatchObject({ type: 'artifact.evidence_read', data: again });
          expect(await store.countStale(NOW, 10)).toBe(0);
          expect(await lease(10, 0)).toEqual([]);
        });

        it('are neither leased to another tenant nor counted for it', async () => {
          await addRead((await addRun(store, {}, 'same-run')).id, OLDER);
          const elsewhere = stores.open(uuidv7());
          await addRun(elsewhere, {}, 'same-run');
          const given = { ms: 60_000, at: stamp().at };
          expect(await elsewhere.countStale(NOW, 10)).toBe(0);
          expect(await elsewhere.leaseStale(10, NOW, null, given)).toEqual([]);
          expect(await elsewhere.leaseStale(10, NOW, ['same-run'], given)).toEqual([]);
        });

        it('are leased once among 20 who ask at the same time, those with another trust, too', async () => {
          const run = await addRun(store);
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

    describe('packs', () => {
      it('are made from the artifacts named, in that order', async () => {
        const run = await addRun(store);
        const ids = [];
        for (let count = 0; count < 3; count += 1) ids.push((await addArtifact(store, run.id)).id);
        const order = [ids[2], ids[0]] as string[];
        expect((await addPack(store, run.id, order)).artifact_ids).toEqual(order);
        expect((await addPack(store, run.id, [])).artifact_ids).toEqual([]);
        expect((await addPack(store, run.id, null)).artifact_ids).toEqual(ids);
      });

      it('are not made from artifacts that do not exist, or when making throws', async () => {
        const run = await addRun(store);
        const { id } = await addArtifact(store, run.id);
        const events = await eventCount(store);
        await expect(addPack(store, run.id, [id, uuidv7()])).rejects.toMatchObject({ code: 'artifact_not_found' });
        await expect(addPack(store, run.id, [id, id])).rejects.toMatchObject({ code: 'validation_failed' });
        const other = await addRun(store);
        await expect(addPack(store, other.id, [id])).rejects.toMatchObject({ code: 'validation_failed' });
        expect((await store.listDisclosurePacks({}, FIRST_PAGE)).rows).toEqual([]);
        expect(await eventCount(store)).toBe(events + 1);
      });
    });

    describe('lists', () => {
      it('are empty where nothing fits', async () => {
        await addRun(store);
        for (const page of [
          await store.listRuns({ owner: 'nobody' }, FIRST_PAGE),
          await store.listRuns({ status: 'failed' }, FIRST_PAGE),
          await store.listArtifacts({}, FIRST_PAGE),
          await store.listArtifacts({ run_id: 'unknown' }, FIRST_PAGE),
          await store.listDisclosurePacks({ run_id: 'unknown' }, FIRST_PAGE),
        ]) {
          expect(page).toEqual({ rows: [], next: null });
        }
      });

      it('are newest first and hold what fits every filter, through every change of status', async () => {
        const owners = ['a', 'b', 'owner a', '* a'];
        const runs: Run[] = [];
        for (let count = 0; count < 80; count += 1) {
          runs.unshift(await addRun(store, { owner: owners[count % owners.length] }));
        }
        const statuses = ['running', 'succeeded', 'failed'] as const;
        for (const [index, run] of [...runs.entries()].filter(([at]) => at % 3 !== 0)) {
          const status = statuses[index % statuses.length] as Run['status'];
          runs[index] = await store.updateRun(run.id, (row) => updateRun(row, { status }, stamp()));
        }
        for (const owner of [undefined, ...owners]) {
          for (const status of [undefined, 'pending', 'running', 'succeeded', 'failed', 'cancelled'] as const) {
            const fits = runs.filter(
              (run) => run.owner === (owner ?? run.owner) && run.status === (status ?? run.status),
            );
            expect(await pages((page) => store.listRuns({ owner, status }, page), 7)).toEqual(fits);
          }
        }
      });

      it('hold every row exactly once, page by page, while rows are added', async () => {
        const run = await addRun(store);
        const ids: string[] = [];
        for (let count = 0; count < 25; count += 1) ids.unshift((await addArtifact(store, run.id)).id);
        const read = await pages(async (page) => {
          await addArtifact(store, run.id);
          return store.listArtifacts({ run_id: run.id }, page);
        }, 4);
        expect(read.map((row) => row.id).slice(-25)).toEqual(ids);
        expect(new Set(read.map((row) => row.id)).size).toBe(read.length);
      });

      it('list artifacts and packs of all runs or of one', async () => {
        const [one, two] = [await addRun(store), await addRun(store)];
        const a = await addArtifact(store, one.id);
        const b = await addArtifact(store, two.id);
        const p = await addPack(store, one.id, null);
        const q = await addPack(store, two.id, null);
        expect((await store.listArtifacts({}, FIRST_PAGE)).rows).toEqual([b, a]);
        expect((await store.listArtifacts({ run_id: one.id }, FIRST_PAGE)).rows).toEqual([a]);
        expect((await store.listDisclosurePacks({}, FIRST_PAGE)).rows).toEqual([q, p]);
        expect((await store.listDisclosurePacks({ run_id: two.id }, FIRST_PAGE)).rows).toEqual([q]);
      });

      it('end a page at its limit, with a cursor only where more follows', async () => {
        for (let count = 0; count < 3; count += 1) await addRun(store);
        const three = await store.listRuns({}, { limit: 3, cursor: null });
        const two = await store.listRuns({}, { limit: 2, cursor: null });
        expect([three.rows.length, three.next]).toEqual([3, null]);
        expect(two.rows).toHaveLength(2);
        const rest = await store.listRuns({}, { limit: 2, cursor: two.next });
        expect([rest.rows.length, rest.next]).toEqual([1, null]);
      });

      it('end a page at 8 MiB of JSON, counted in UTF-8 bytes', async () => {
        const run = await addRun(store);
        const fill = { metadata_json: { additional_metadata: { fill: 'é'.repeat(32_000) } } };
        for (let count = 0; count < 150; count += 1) await addArtifact(store, run.id, fill);
        const sizes: number[] = [];
        const rows = await pages(async (request) => {
          const page = await store.listArtifacts({ run_id: run.id }, request);
          sizes.push(Buffer.byteLength(JSON.stringify(page.rows)));
          return page;
        }, 1_000);
        expect(rows).toHaveLength(150);
        expect(sizes).toHaveLength(2);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PAGE_BYTES + 1_000);
        expect(sizes[0]).toBeGreaterThan(MAX_PAGE_BYTES - 130_000);
      });

      it('refuse a cursor that was made for another list or was changed', async () => {
        const run = await addRun(store);
        await addRun(store);
        for (let count = 0; count < 2; count += 1) await addArtifact(store, run.id);
        for (let count = 0; count < 2; count += 1) await addPack(store, run.id, []);
        const cursor = (await store.listRuns({}, { limit: 1, cursor: null })).next as string;
        const ofArtifacts = (await store.listArtifacts({}, { limit: 1, cursor: null })).next as string;
        for (const refused of [
          store.listRuns({ owner: 'team' }, { limit: 1, cursor }),
          store.listRuns({ status: 'pending' }, { limit: 1, cursor }),
          store.listArtifacts({}, { limit: 1, cursor }),
          store.listDisclosurePacks({}, { limit: 1, cursor: ofArtifacts }),
          store.listRuns({}, { limit: 1, cursor: `${cursor}x` }),
          store.listRuns({}, { limit: 1, cursor: cursor.slice(1) }),
          store.listRuns({}, { limit: 1, cursor: '' }),
          store.eventsAfter(cursor, 1),
        ]) {
          await expect(refused).rejects.toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/cursor' }] });
        }
      });
    });

    describe('events', () => {
      it('tell of every write, in the order of their effects', async () => {
        const run = await addRun(store);
        const artifact = await addArtifact(store, run.id);
        const running = await store.updateRun(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
        const pack = await addPack(store, run.id, null);
        const common = { id: expect.any(String), at: expect.any(String), request_id: 'request', actor: 'anonymous' };
        expect(await allEvents(store)).toEqual([
          { ...common, type: 'run.created', run_id: run.id, data: run },
          { ...common, type: 'artifact.created', run_id: run.id, artifact_id: artifact.id, data: artifact },
          { ...common, type: 'run.updated', run_id: run.id, data: running, changed: ['status'] },
          { ...common, type: 'disclosure_pack.created', run_id: run.id, pack_id: pack.id, data: pack },
        ]);
      });

      it('are each read once by a reader that polls while others write', async () => {
        const run = await addRun(store);
        const seen: string[] = [];
        let cursor: string | null = null;
        let writing = true;
        const reader = (async () => {
          for (let last = false; !last; ) {
            last = !writing;
            for (;;) {
              const batch: { events: readonly MaestroEvent[]; cursor: string } = await store.eventsAfter(cursor, 7);
              cursor = batch.cursor;
              if (batch.events.length === 0) break;
              seen.push(...batch.events.map((event) => event.id));
            }
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        const writers = Array.from({ length: 64 }, async () => {
          for (let count = 0; count < 5; count += 1) await addArtifact(store, run.id);
        });
        await Promise.all(writers);
        writing = false;
        await reader;
        expect(seen).toHaveLength(64 * 5 + 1);
        expect(new Set(seen).size).toBe(seen.length);
      });

      it('stand still where there is nothing new', async () => {
        await addRun(store);
        const { cursor } = await store.eventsAfter(null, 10);
        const again = await store.eventsAfter(cursor, 10);
        expect(again.events).toEqual([]);
        const after = await addRun(store);
        expect((await store.eventsAfter(again.cursor, 10)).events).toMatchObject([{ run_id: after.id }]);
      });

      it('refuse a cursor that the store did not make', async () => {
        for (const cursor of ['', '0', 'nope', '%']) {
          await expect(store.eventsAfter(cursor, 1)).rejects.toMatchObject({ code: 'validation_failed' });
        }
      });
    });

    describe('tenants', () => {
      it('never meet, even with the same ids', async () => {
        const [a, b] = [stores.open('tenant-a'), stores.open('tenant-b')];
        const inA = await addRun(a, { name: 'of a' }, 'same');
        await expect(b.getRun('same')).rejects.toMatchObject({ code: 'run_not_found' });
        await expect(addArtifact(b, 'same')).rejects.toMatchObject({ code: 'run_not_found' });
        const inB = await addRun(b, { name: 'of b' }, 'same');
        const artifact = await addArtifact(a, 'same', {}, 'artifact');
        await expect(addPack(b, 'same', [artifact.id])).rejects.toMatchObject({ code: 'artifact_not_found' });
        expect(await b.getRun('same')).toEqual(inB);
        expect(await a.getRun('same')).toEqual(inA);
        expect((await b.runSnapshot('same')).artifacts).toEqual([]);
        expect((await b.listArtifacts({}, FIRST_PAGE)).rows).toEqual([]);
        expect((await b.listRuns({}, FIRST_PAGE)).rows).toEqual([inB]);
        expect((await allEvents(b)).map((event) => event.type)).toEqual(['run.created']);
        expect(await stores.tenants()).toEqual(expect.arrayContaining(['tenant-a', 'tenant-b']));
      });

      it('find their rows again when opened again', async () => {
        const run = await addRun(stores.open('again'));
        expect(await stores.open('again').getRun(run.id)).toEqual(run);
      });

      it('are known as long as something is told of them, though all their runs were deleted', async () => {
        const tenant = uuidv7();
        const { id } = await addRun(stores.open(tenant));
        await stores.open(tenant).deleteRun(id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: id, data: row }));
        expect(await stores.tenants()).toContain(tenant);
      });
    });

    it('answers a ping', async () => {
      await expect(stores.ping()).resolves.toBeUndefined();
    });

    it('writes probes, many at a time, and records no event', async () => {
      await addRun(store);
      await Promise.all(Array.from({ length: 60 }, () => stores.probe()));
      expect(await eventCount(store)).toBe(1);
    });

    describe('the place of content', () => {
      it('is kept as the last change left it, each of which sees the one before', async () => {
        const before = await stores.contentPlace();
        const ids = Array.from({ length: 5 }, () => uuidv7());
        const seen: unknown[] = [];
        await Promise.all(
          ids.map((id) =>
            stores.updateContentPlace(async (place) => {
              seen.push(place);
              await new Promise((resolve) => setTimeout(resolve, 5));
              return { id, marked: id === ids[2] };
            }),
          ),
        );
        const last = await stores.contentPlace();
        expect(ids).toContain(last.id);
        expect(seen).toHaveLength(5);
        expect(
          [before, ...ids.map((id) => ({ id, marked: id === ids[2] }))].filter(({ id }) => id !== last.id),
        ).toEqual(expect.arrayContaining(seen));
      });

      it('stays as it is where a change fails', async () => {
        const before = await stores.contentPlace();
        const boom = new Error('boom');
        await expect(stores.updateContentPlace(() => Promise.reject(boom))).rejects.toBe(boom);
        expect(await stores.contentPlace()).toEqual(before);
        const after = await stores.updateContentPlace(async (place) => place);
        expect(after).toEqual(before);
      });

      it('is changed by whoever is told whether any tenant names content, and which', async () => {
        const run = await addRun(store);
        await addArtifact(store, run.id);
        expect(await store.namedContents(10)).toEqual([]);
        const { id } = await addWaiting(store, run.id);
        const sha256 = (await store.getArtifact(id)).content?.digests.sha256;
        await addWaiting(store, run.id);
        expect(await store.namedContents(10)).toEqual([sha256]);
        expect(await store.namedContents(0)).toEqual([]);
        const told: boolean[] = [];
        await stores.updateContentPlace(async (place, namesContent) => {
          told.push(namesContent);
          return place;
        });
        expect(told).toEqual([true]);
      });
    });

    describe('content that was lost', () => {
      const LOST: Partial<Reading> = {
        state: 'unreadable',
        findings: [{ code: 'content_lost', severity: 'error', message: 'gone "\\', pointer: null }],
      };

      async function addRead(run_id: string, changes: Partial<Reading>) {
        const { id } = await addWaiting(store, run_id);
        await store.updateArtifact(id, (row) => finishReading(row, { ...A_READING, ...changes }, stamp()));
        return id;
      }

      const lostIds = async (after = '', limit = 10) => (await store.lostReadings(after, limit)).map(({ id }) => id);

      it('is found by its finding, page by page, until it was read again', async () => {
        const run = await addRun(store);
        const ids = [await addRead(run.id, LOST), await addRead(run.id, LOST), await addRead(run.id, LOST)].sort();
        await addRead(run.id, {});
        const other = { code: 'other', severity: 'error' as const, message: '"code":"content_lost"', pointer: null };
        await addRead(run.id, { state: 'unreadable', findings: [other, ...(LOST.findings ?? [])] });
        expect(await lostIds()).toEqual(ids);
        expect(await lostIds('', 2)).toEqual(ids.slice(0, 2));
        expect(await lostIds(ids[1])).toEqual(ids.slice(2));
        expect(await stores.open(uuidv7()).lostReadings('', 10)).toEqual([]);
        const [artifact] = await store.lostReadings('', 1);
        expect(artifact).toEqual(await store.getArtifact(ids[0] as string));
        await store.updateArtifact(ids[0] as string, (row) => readAgain(row, stamp()));
        expect(await lostIds()).toEqual(ids.slice(1));
        await store.updateArtifact(ids[0] as string, (row) => finishReading(row, A_READING, stamp()));
        expect(await lostIds()).toEqual(ids.slice(1));
      });

      it('is found by what came of verifying it, and goes with its run', async () => {
        const run = await addRun(store);
        const trust = { digest: 'now', since: stamp().at };
        const id = await addRead(run.id, { verification: aVerification([anAttestation('ab'.repeat(32))]) });
        const ofOther = await addRead(run.id, { verification: aVerification([anAttestation('ab'.repeat(32))]) });
        for (const [one, code] of [
          [id, 'content_lost'],
          [ofOther, 'verifier_failed'],
        ] as const) {
          const { reading } = await store.getReading(one);
          const reason = { code, detail: '"code":"content_lost",' };
          await store.updateArtifact(one, (row) => giveUpVerifying(row, reading, trust, reason, stamp()));
        }
        expect(await lostIds()).toEqual([id]);
        await store.deleteRun(run.id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: row }));
        expect(await lostIds()).toEqual([]);
      });
    });
  });
}

const MIB = 1024 * 1024;
const CONTENT: ReceivedContent = {
  digests: { sha256: '9f86d081', sha384: null, sha512: 'ee26b0dd' },
  size: 4,
  media_type: 'text/plain',
  holds_no_data: false,
};

const READERS = 4;

/** How a run stands while it is written to: the number of its artifacts, and its status. */
const MOMENTS = ['0 pending', '1 pending', '1 running', '2 running', '2 succeeded'];

function stamp(): Stamp {
  return { id: uuidv7(), at: new Date().toISOString(), request_id: 'request', actor: 'anonymous' };
}

function addRun(store: MaestroStore, changes: object = {}, id = uuidv7()): Promise<Readonly<Run>> {
  const { run, event } = createRun({ name: 'build', owner: 'team', ...changes }, id, stamp());
  return store.createRun(run, event);
}

function addArtifact(
  store: MaestroStore,
  run_id: string,
  changes: object = {},
  id = uuidv7(),
): Promise<Readonly<Artifact>> {
  const request = { run_id, kind: 'sbom' as const, path_or_uri: 'file', ...changes };
  const { artifact, event } = createArtifact(request, id, stamp());
  return store.createArtifact(artifact, event);
}

/** An artifact whose content waits to be read. */
async function addWaiting(
  store: MaestroStore,
  run_id: string,
  size: number = CONTENT.size,
): Promise<Readonly<Artifact>> {
  const { id } = await addArtifact(store, run_id);
  return store.updateArtifact(id, (row) => storeContent(row, { ...CONTENT, size }, stamp()));
}

function addPack(
  store: MaestroStore,
  run_id: string,
  ids: string[] | null,
  id = uuidv7(),
): Promise<Readonly<DisclosurePack>> {
  const request = { run_id, summary: 'pack', artifact_ids: ids };
  return store.createDisclosurePack(run_id, ids, (held) => createDisclosurePack(request, held, id, stamp()));
}

async function pages<Row>(read: (page: PageRequest) => Promise<Page<Row>>, limit: number): Promise<Readonly<Row>[]> {
  const rows: Readonly<Row>[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Row> = await read({ limit, cursor });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}

async function allEvents(store: MaestroStore): Promise<MaestroEvent[]> {
  const events: MaestroEvent[] = [];
  for (let cursor: string | null = null; ; ) {
    const batch: { events: readonly MaestroEvent[]; cursor: string } = await store.eventsAfter(cursor, 1_000);
    if (batch.events.length === 0) return events;
    events.push(...batch.events);
    cursor = batch.cursor;
  }
}

async function eventCount(store: MaestroStore): Promise<number> {
  return (await allEvents(store)).length;
}
