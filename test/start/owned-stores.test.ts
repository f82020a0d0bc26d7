import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createArtifact } from '../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../src/domain/artifact/store-content.ts';
import { createDisclosurePack } from '../../src/domain/pack/create-disclosure-pack.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { type Owners, ownedStores, ruleOf } from '../../src/start/owned-stores.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { memoryStores, postgresStores } from '../product-stores.ts';
import {
  addArtifact,
  addPack,
  addRun,
  addWaiting,
  allEvents,
  CONTENT,
  eventCount,
  FIRST_PAGE,
  stamp,
} from '../store/contract/kit.ts';
import { newDatabase } from '../store/database.ts';

const REFUSED = { code: 'owner_not_granted' };

const ownedBy = (store: TenantStores, ...owners: string[]) => ownedStores<TenantStores>()(store, owners).stores;

const deleted = (run: { id: string }) => ({ ...stamp(), type: 'run.deleted', run_id: run.id, data: run }) as never;

describe.each([
  ['memory', async () => memoryStores({ maxArtifactsPerRun: 100 })],
  ['PostgreSQL', async () => postgresStores(await newDatabase())],
] as const)('stores with owners over %s', (_, open) => {
  let stores: Stores;
  let store: TenantStores;
  beforeAll(async () => {
    stores = await open();
  });
  beforeEach(() => {
    store = stores.of(uuidv7());
  });
  afterAll(() => stores.close());

  it('refuse every write to a run of another owner, and nothing is written', async () => {
    const run = await addRun(store, { owner: 'team-b' });
    const artifact = await addArtifact(store, run.id);
    const before = await eventCount(store);
    const owned = ownedBy(store, 'team-a');
    let calls = 0;
    const called = () => {
      calls += 1;
      return null;
    };
    const writes = [
      () => addRun(owned, { owner: 'team-b' }),
      () => owned.runs.update(run.id, (row) => updateRun(row, { status: 'running' }, stamp())),
      () => owned.runs.update(run.id, called),
      () => owned.runs.delete(run.id, deleted),
      () => owned.runs.delete(run.id, called),
      () => addArtifact(owned, run.id),
      () => owned.artifacts.update(artifact.id, (row) => storeContent(row, CONTENT, stamp())),
      () => owned.artifacts.update(artifact.id, called),
      () => addPack(owned, run.id, null),
      () => addPack(owned, run.id, [artifact.id]),
    ];
    for (const write of writes) await expect(write(), String(write)).rejects.toMatchObject(REFUSED);
    expect(calls).toBe(0);
    expect(await eventCount(store)).toBe(before);
    const { artifacts, latest_pack } = await store.runs.snapshot(run.id);
    expect([await store.runs.get(run.id), artifacts, latest_pack]).toEqual([run, [artifact], null]);
    expect((await store.runs.list({}, FIRST_PAGE)).rows).toHaveLength(1);
  });

  it('write to a run of an owner that is granted, and read runs of all', async () => {
    const [theirs, owned] = [await addRun(store, { owner: 'team-b' }), ownedBy(store, 'team-a')];
    const run = await addRun(owned, { owner: 'team-a' });
    const artifact = await addArtifact(owned, run.id);
    await addWaiting(owned, run.id);
    await addPack(owned, run.id, [artifact.id]);
    await owned.runs.update(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
    expect((await owned.runs.list({}, FIRST_PAGE)).rows.map(({ id }) => id)).toEqual([run.id, theirs.id]);
    expect(await owned.runs.get(theirs.id)).toEqual(theirs);
    expect(await owned.runs.snapshot(run.id)).toEqual(await store.runs.snapshot(run.id));
    expect(await owned.readings.get(artifact.id)).toEqual({ artifact, reading: null });
    expect(await allEvents(owned)).toEqual(await allEvents(store));
    expect(await owned.runs.delete(run.id, deleted)).toBe(true);
  });

  it('answer to unknown ids as stores without owners do', async () => {
    const owned = ownedBy(store, 'team-a');
    for (const id of ['unknown', '', '\0', 'x'.repeat(10_000)]) {
      const outcomes = (of: TenantStores) =>
        Promise.all(
          [
            of.runs.update(id, () => null),
            of.runs.delete(id, () => null),
            addArtifact(of, id),
            of.artifacts.update(id, () => null),
            addPack(of, id, null),
          ].map((write) => write.then(String, ({ code, message }) => [code, message])),
        );
      expect(await outcomes(owned)).toEqual(await outcomes(store));
    }
  });

  it('keep what 64 callers write at the same time apart', async () => {
    const owned = ownedBy(store, 'team-a');
    const runs = {
      'team-a': await addRun(store, { owner: 'team-a' }),
      'team-b': await addRun(store, { owner: 'team-b' }),
    };
    const before = await eventCount(store);
    const writes = Array.from({ length: 64 }, (_unused, at) => {
      const owner = at % 2 === 0 ? 'team-a' : 'team-b';
      const { id } = runs[owner];
      const kinds: (() => Promise<unknown>)[] = [
        () => addRun(owned, { owner }),
        () => addArtifact(owned, id),
        () => addPack(owned, id, null),
        () => owned.runs.update(id, (row) => updateRun(row, { metadata: { at } }, stamp())),
      ];
      return { owner, write: kinds[Math.floor(at / 2) % kinds.length] as () => Promise<unknown> };
    });
    const settled = await Promise.allSettled(writes.map(({ write }) => write()));
    settled.forEach((one, at) => {
      if (writes[at]?.owner === 'team-a') expect(one).toMatchObject({ status: 'fulfilled' });
      else expect(one).toMatchObject({ status: 'rejected', reason: REFUSED });
    });
    const events = (await allEvents(store)).slice(before);
    expect(events).toHaveLength(32);
    expect(events.filter(({ run_id }) => run_id === runs['team-b'].id)).toEqual([]);
    const rows = (await store.runs.list({ owner: 'team-b' }, FIRST_PAGE)).rows;
    expect(rows).toEqual([runs['team-b']]);
  });

  it('give nobody what an idempotency key has made for an owner that is not granted', async () => {
    const key = (scope: string) => ({ scope, fingerprint: 'f', at: new Date().toISOString() });
    const { run, event } = createRun({ name: 'n', owner: 'team-b' }, uuidv7(), stamp());
    await store.runs.create(run, event, key('run'));
    const made = createArtifact({ run_id: run.id, kind: 'sbom', path_or_uri: 'p' }, uuidv7(), stamp());
    await store.artifacts.create(made.artifact, made.event, key('artifact'));
    const pack = (of: TenantStores) =>
      of.packs.create(
        run.id,
        null,
        (held) => createDisclosurePack({ run_id: run.id, summary: 's' }, held, uuidv7(), stamp()),
        key('pack'),
      );
    await pack(store);
    const before = await eventCount(store);
    const owned = ownedBy(store, 'team-a');
    await expect(owned.runs.create(run, event, key('run'))).rejects.toMatchObject(REFUSED);
    await expect(owned.artifacts.create(made.artifact, made.event, key('artifact'))).rejects.toMatchObject(REFUSED);
    await expect(pack(owned)).rejects.toMatchObject(REFUSED);
    expect(await eventCount(store)).toBe(before);
  });

  it('have a rule for every method of every store of the product', () => {
    const methods = Object.entries(store).flatMap(([name, methods]) =>
      Object.keys(methods).map((method) => [name, method] as const),
    );
    expect(methods.length).toBeGreaterThan(30);
    expect(methods.filter(([name, method]) => ruleOf(name, method) === undefined)).toEqual([]);
  });
});

describe('an owner', () => {
  const store = memoryStores({ maxArtifactsPerRun: 1 }).of('default');
  const isGranted = async (owners: Owners, owner: string) => {
    try {
      await addRun(ownedBy(store, ...owners), { owner });
      return true;
    } catch (error) {
      expect(error).toMatchObject(REFUSED);
      return false;
    }
  };

  it.each([
    ...[
      'Team-A',
      'TEAM-A',
      ' team-a',
      'team-a ',
      'team-a\n',
      'team-a\t',
      'team-ab',
      'team',
      'team-',
      'team-a/',
      '/team-a',
    ],
    // Look-alikes: another hyphen, Cyrillic and full-width letters, invisible characters, a combining mark.
    ...['team\u2011a', 't\u0435am-a', 'team-\uff41', 'team-a\u200b', '\u202eteam-a', 'team-a\u0301', 'team-a\u00a0'],
    ...['', '*', 'any', '.', '..', 'team-*', 'team.a', '__proto__', 'constructor', "team-a' OR 'a'='a"],
  ])('that reads %j is not the one granted', async (owner) => {
    expect(await isGranted(['team-a'], owner)).toBe(false);
  });

  it.each([
    'ci-',
    'ci-a/b',
    'ci-a b',
    'CI-a',
    'xci-a',
    'ci-a\n',
    'ci-*',
    'ci-\u00e4',
    'ci-a:b',
    `ci-${'a'.repeat(1_024)}`,
  ])('that reads %j does not match a pattern of one segment', async (owner) => {
    expect(await isGranted(['ci-*', 'org/*'], owner)).toBe(false);
  });

  it('is granted where one pattern of the list matches, and by an empty list never', async () => {
    for (const owner of ['team-a', 'ci-a', 'ci-1.2_3~4+5', 'org/x'])
      expect(await isGranted(['team-a', 'ci-*', 'org/*'], owner), owner).toBe(true);
    for (const owner of ['org/..', 'org/.', 'org/x/y', 'org']) expect(await isGranted(['org/*'], owner)).toBe(false);
    for (const owner of ['team-a', '', '*', 'any']) expect(await isGranted([], owner)).toBe(false);
    expect([await isGranted(['any'], 'any'), await isGranted(['any'], 'team-a')]).toEqual([true, false]);
  });

  it('is named by the refusal with what is granted, and of a long list the first ten', async () => {
    const refusalTo = (...owners: string[]) =>
      addRun(ownedBy(store, ...owners), { owner: 'b' }).catch(({ message }) => message);
    const begin = "The run is of owner 'b', and this caller may write only runs of";
    expect(await refusalTo('a', 'c-*')).toBe(`${begin} 'a', 'c-*'`);
    expect(await refusalTo()).toBe(`${begin} no owner`);
    const ten = Array.from({ length: 10 }, (_, at) => `o${at}`);
    expect(await refusalTo(...ten, 'o10', 'o11')).toBe(
      `${begin} ${ten.map((one) => `'${one}'`).join(', ')} and 2 more`,
    );
  });

  it('that cannot be compiled as a pattern bounds nothing to anyone: the caller gets no stores', () => {
    expect(() => ownedBy(store, 'team-a', '**')).toThrow('more than one *');
  });
});

describe('for a caller with owners', () => {
  const store = memoryStores({ maxArtifactsPerRun: 10 }).of('default');

  it('a run that is deleted meanwhile is not found, nor is its artifact', async () => {
    const run = await addRun(store, { owner: 'team-a' });
    const artifact = await addArtifact(store, run.id);
    let known: unknown = null;
    const get: TenantStores['runs']['get'] = async (id) => {
      if (known === null) await store.runs.delete(id, deleted);
      known = id;
      return store.runs.get(id);
    };
    const owned = ownedBy({ ...store, runs: { ...store.runs, get } }, 'team-a');
    const update = owned.artifacts.update(artifact.id, () => null);
    await expect(update).rejects.toMatchObject({ code: 'artifact_not_found' });
    await expect(addArtifact(owned, run.id)).rejects.toMatchObject({ code: 'run_not_found' });
    await expect(addPack(owned, run.id, null)).rejects.toMatchObject({ code: 'run_not_found' });
  });

  it('a failure of the store stays what it is', async () => {
    const { artifacts } = store;
    const away = new Error('away');
    const failing = { ...store.runs, get: () => Promise.reject(away) };
    const run = await addRun(store, { owner: 'team-a' });
    const { id } = await addArtifact(store, run.id);
    const { requireRunOf, stores } = ownedStores<TenantStores>()({ ...store, runs: failing }, ['team-a']);
    await expect(requireRunOf(await artifacts.get(id))).rejects.toBe(away);
    await expect(stores.artifacts.update(id, () => null)).rejects.toBe(away);
  });

  it('nothing works that jobs do, or that no rule bounds', async () => {
    let writes = 0;
    const write = async () => {
      writes += 1;
    };
    const more = { ...store, events: { ...store.events, write }, notes: { write }, toString: { call: write } };
    const owned = ownedStores<typeof more>()(more, ['team-a']).stores;
    const lease = { holder: 'h', ms: 1_000, at: new Date().toISOString() };
    for (const attempt of [
      () => owned.cursors.take('audit', lease),
      () => owned.readings.leaseWaiting(1, 1_000),
      () => owned.archives.cut('audit', {} as never),
      () => owned.events.write(),
      () => owned.notes.write(),
      () => owned.toString.call(),
    ])
      await expect(attempt(), String(attempt)).rejects.toThrow('nothing bounds it');
    expect(writes).toBe(0);
  });
});
