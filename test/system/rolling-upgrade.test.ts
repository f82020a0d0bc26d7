// The version before beside this one on one database, as during a rolling upgrade: both write at
// the same time.
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Artifact } from '../../src/domain/artifact/artifact.ts';
import { createArtifact } from '../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../src/domain/artifact/store-content.ts';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import { finishReading } from '../../src/domain/evidence/evidence-changes.ts';
import { createDisclosurePack } from '../../src/domain/pack/create-disclosure-pack.ts';
import { DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { Run } from '../../src/domain/run/run.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { rowText } from '../../src/json/row-text.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { A_READING } from '../domain/rows.ts';
import { postgresStores } from '../product-stores.ts';
import { allEvents, CONTENT, stamp } from '../store/contract/kit.ts';
import { newDatabase, sql } from '../store/database.ts';
import { storeBefore0014 } from './store-before-0014.ts';

const ROUNDS = 25;
/** How many writers of each version work at the same time. */
const WRITERS = 4;

const METADATA = { z: 1, a: [{ 'é "\\': null }], 10: 'x', 2: 'y' };

let url: string;
let stores: Stores;
let now: TenantStores;
let before: ReturnType<typeof storeBefore0014>;
beforeAll(async () => {
  const options = await newDatabase();
  url = options.url;
  stores = await postgresStores(options);
  now = stores.of('default');
  before = storeBefore0014(url, 'default');
});
afterAll(async () => {
  await before.close();
  await stores.close();
});

type Made = { runs: Run[]; artifacts: string[]; read: string[]; packs: DisclosurePack[] };
const made: Made = { runs: [], artifacts: [], read: [], packs: [] };

const newRun = () => createRun({ name: 'build', owner: 'team', metadata: METADATA }, uuidv7(), stamp());
const newArtifact = (run_id: string) =>
  createArtifact(
    { run_id, kind: 'sbom', path_or_uri: 'file', metadata_json: { additional_metadata: METADATA } },
    uuidv7(),
    stamp(),
  );
const increment = (row: Readonly<Run>) =>
  updateRun(row, { metadata: { ...row.metadata, count: ((row.metadata.count as number) ?? 0) + 1 } }, stamp());
const packOf = (run_id: string) => (held: readonly Readonly<Artifact>[]) =>
  createDisclosurePack({ run_id, summary: 'pack' }, held, uuidv7(), stamp());
const deleted = (run: Readonly<Run>): MaestroEvent => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: run });

/** What one writer does in each round, by the version that it is of. */
const WRITES: Record<'before' | 'now', (shared: string) => Promise<void>> = {
  async before(shared) {
    const { run, event } = newRun();
    await before.createRun(run, event);
    made.runs.push(run);
    const one = newArtifact(shared);
    await before.createArtifact(one.artifact, one.event);
    made.artifacts.push(one.artifact.id);
    await before.updateArtifact(one.artifact.id, (row) => storeContent(row, CONTENT, stamp()));
    await before.updateArtifact(one.artifact.id, (row) => finishReading(row, A_READING, stamp()));
    made.read.push(one.artifact.id);
    await before.updateRun(shared, increment);
    await before.createPack(shared, (held) => keptPack(packOf(shared)(held)));
  },
  async now(shared) {
    const { run, event } = newRun();
    await now.runs.create(run, event);
    made.runs.push(run);
    const one = newArtifact(shared);
    await now.artifacts.create(one.artifact, one.event);
    made.artifacts.push(one.artifact.id);
    await now.artifacts.update(one.artifact.id, (row) => storeContent(row, CONTENT, stamp()));
    await now.artifacts.update(one.artifact.id, (row) => finishReading(row, A_READING, stamp()));
    made.read.push(one.artifact.id);
    await now.runs.update(shared, increment);
    await now.packs.create(shared, null, (held) => keptPack(packOf(shared)(held)));
  },
};

function keptPack(created: { pack: DisclosurePack; event: MaestroEvent }) {
  made.packs.push(created.pack);
  return created;
}

describe('the version before and this one on one database', () => {
  it('both write at the same time: nothing is lost, each event is recorded once, and both read every row', async () => {
    const { run, event } = newRun();
    await before.createRun(run, event);
    await Promise.all(
      (['before', 'now'] as const).flatMap((version) =>
        Array.from({ length: WRITERS }, async () => {
          for (let round = 0; round < ROUNDS; round += 1) await WRITES[version](run.id);
        }),
      ),
    );
    const writes = 2 * WRITERS * ROUNDS;
    expect((await now.runs.get(run.id)).metadata.count).toBe(writes);
    const { artifacts, readings } = await now.runs.snapshot(run.id);
    expect([artifacts.length, readings.length]).toEqual([writes, writes]);

    const events = await allEvents(now);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const counts = new Map<string, number>();
    for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      'run.created': writes + 1,
      'run.updated': writes,
      'artifact.created': writes,
      'artifact.content_stored': writes,
      'artifact.evidence_read': writes,
      'disclosure_pack.created': writes,
    });

    for (const one of made.runs) {
      expect(await before.textOf('get_run', one.id)).toBe(rowText(Run, one));
      expect(await now.runs.get(one.id)).toEqual(one);
    }
    for (const id of made.artifacts) {
      const row = await now.artifacts.get(id);
      expect(await before.textOf('get_artifact', id)).toBe(rowText(Artifact, row));
      expect(events.filter((one) => 'artifact_id' in one && one.artifact_id === id)).toHaveLength(3);
    }
    for (const id of made.read) {
      const { reading } = await now.readings.get(id);
      const { findings: _findings, valid: _valid, ...kept } = reading ?? { findings: [], valid: null };
      expect(await before.readingOf(id)).toBe(JSON.stringify({ artifact_id: id, ...kept }));
    }
    for (const pack of made.packs) {
      expect(await before.textOf('get_pack', pack.id)).toBe(rowText(DisclosurePack, pack));
      expect(await now.packs.get(pack.id)).toEqual(pack);
    }
  });

  it('write the same columns, and count the same bytes', async () => {
    const columns =
      'SELECT DISTINCT trust, trust_since, verified_since, reader, bytes - octet_length(artifact_id) AS bytes FROM readings';
    expect(await sql(url, columns)).toHaveLength(1);
    const off = await sql(
      url,
      `SELECT id FROM runs WHERE artifacts <> (SELECT count(*) FROM artifacts WHERE run_id = runs.id) OR artifact_bytes <>
         (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE run_id = runs.id) +
         (SELECT coalesce(sum(bytes), 0) FROM readings WHERE run_id = runs.id)`,
    );
    expect(off).toEqual([]);
    expect(await sql(url, 'SELECT artifact_id FROM waiting_readings')).toEqual([]);
  });

  it('say the same of when a run ended', async () => {
    const ends: unknown[] = [];
    for (const update of [before.updateRun, now.runs.update]) {
      const { run, event } = newRun();
      await now.runs.create(run, event);
      const at = '2026-01-31T10:00:00.000Z';
      await update(run.id, (row) =>
        updateRun(row, { status: 'running' }, { ...stamp(), at: '2026-01-31T09:00:00.000Z' }),
      );
      await update(run.id, (row) => updateRun(row, { status: 'failed' }, { ...stamp(), at }));
      await update(run.id, (row) => updateRun(row, { cost_actual: 1 }, { ...stamp(), at: '2026-01-31T11:00:00.000Z' }));
      ends.push(...(await sql(url, `SELECT ended_at FROM runs WHERE id = '${run.id}'`)));
    }
    expect(ends).toEqual([{ ended_at: '2026-01-31T10:00:00.000Z' }, { ended_at: '2026-01-31T10:00:00.000Z' }]);
  });

  it('act once on a request that is sent to both', async () => {
    const at = new Date().toISOString();
    const rows = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const { run, event } = newRun();
        const key = { scope: `key ${index % 5}`, fingerprint: 'body', at };
        return index % 2 === 0 ? before.createRunOnce(run, event, key) : now.runs.create(run, event, key);
      }),
    );
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    for (const [index, id] of ids.entries()) expect(id).toBe(ids[index % 5]);
  });

  it('each delete runs of the other with everything that belongs to them', async () => {
    for (const version of ['before', 'now'] as const) {
      const { run, event } = newRun();
      await now.runs.create(run, event);
      for (const write of Object.values(WRITES)) await write(run.id);
      if (version === 'before') await before.deleteRun(run.id, deleted);
      else await now.runs.delete(run.id, deleted);
      for (const table of ['artifacts', 'disclosure_packs', 'readings'])
        expect(await sql(url, `SELECT 1 FROM ${table} WHERE run_id = '${run.id}'`), table).toEqual([]);
      expect((await allEvents(now)).at(-1)).toMatchObject({ type: 'run.deleted', run_id: run.id });
    }
  });
});

describe('the revision of a run', () => {
  it('differs after every write of the version before', async () => {
    const { run, event } = newRun();
    await before.createRun(run, event);
    const seen = [await now.runs.revision(run.id)];
    const wrote = async (write: Promise<unknown>) => {
      await write;
      seen.push(await now.runs.revision(run.id));
    };
    const { artifact, event: created } = newArtifact(run.id);
    await wrote(before.createArtifact(artifact, created));
    await wrote(before.updateArtifact(artifact.id, (row) => storeContent(row, CONTENT, stamp())));
    await wrote(before.updateArtifact(artifact.id, (row) => finishReading(row, A_READING, stamp())));
    await wrote(before.updateRun(run.id, increment));
    await wrote(before.createPack(run.id, packOf(run.id)));
    expect(new Set(seen).size).toBe(6);
  });
});
