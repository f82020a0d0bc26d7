import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nextStep } from '../../src/blobs/claim-place.ts';
import { MARKER } from '../../src/blobs/refusals.ts';
import type { Stores } from '../../src/start/stores.ts';
import { memoryStores } from '../../src/store/memory/memory.ts';
import { put, sha256Of } from './contract.ts';
import { nameContent } from './named.ts';
import { blobsIn, checkOf, isAway, markerIn, newFolder, newStores } from './places.ts';

const forgetful = () => memoryStores({ maxArtifactsPerRun: 10 });

/** Makes the content of an artifact lie in `folder` without a marker, as the version before did. */
async function storeWithoutMarker(stores: Stores, folder: string, bytes: Buffer): Promise<void> {
  for (const made of ['incoming', 'leaving']) mkdirSync(join(folder, made), { recursive: true });
  const blobs = blobsIn(folder);
  await nameContent(stores, await put(blobs.open('default'), bytes), bytes.length);
}

describe('a fresh database', () => {
  it('has its folder made and marked, once, and knows it again after a restart', async () => {
    const [stores, folder] = [await newStores(), newFolder()];
    const { require, lines } = checkOf(stores, folder);
    await require();
    const id = (await stores.contentPlace()).id ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(markerIn(folder)).toBe(`${id}\n`);
    expect(lines).toEqual([`The content store belongs to this database from now on: ${join(folder, MARKER)}`]);
    const again = checkOf(stores, folder);
    await again.require();
    expect([markerIn(folder), again.lines]).toEqual([`${id}\n`, []]);
  });

  it('is marked once by 20 processes that start at the same time', async () => {
    const [stores, folder] = [await newStores(), newFolder()];
    await Promise.all(Array.from({ length: 20 }, () => checkOf(stores, folder).require()));
    expect(await stores.contentPlace()).toEqual({ id: markerIn(folder).trim(), marked: true });
  });

  it('refuses the folder of another database, and says what to do, but goes on once that was done', async () => {
    const folder = newFolder();
    await checkOf(await newStores(), folder).require();
    const stores = await newStores();
    const { require, lines } = checkOf(stores, folder);
    await expect(require()).rejects.toMatchObject(isAway);
    const { id } = await stores.contentPlace();
    expect(lines[0]).toContain(`${join(folder, MARKER)} holds ${JSON.stringify(markerIn(folder).trim())}`);
    expect(lines[0]).toContain(`let ${join(folder, MARKER)} hold the text ${id}`);
    writeFileSync(join(folder, MARKER), `  ${id}\n\n`);
    await require();
    expect(lines.at(-1)).toBe('The content store is available again');
    expect(await stores.contentPlace()).toEqual({ id, marked: true });
  });

  it.each(['', 'x', '{}', '\0', 'a'.repeat(2_000)])('accepts no marker with another text (%#)', async (text) => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, MARKER), text);
    await expect(checkOf(await newStores(), folder).require()).rejects.toMatchObject(isAway);
    expect(markerIn(folder)).toBe(text);
  });

  it('lets only one of two processes with different folders have its way', async () => {
    const stores = await newStores();
    const checks = [checkOf(stores, newFolder()), checkOf(stores, newFolder())] as const;
    await Promise.allSettled(checks.map(({ require }) => require()));
    const results = [];
    for (const { require } of checks)
      results.push(
        await require().then(
          () => true,
          () => false,
        ),
      );
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  it('marks no other folder, which may be where its own is not mounted, unless a person does', async () => {
    const [stores, first, second] = [await newStores(), newFolder(), newFolder()];
    await checkOf(stores, first).require();
    mkdirSync(second);
    const { require, lines } = checkOf(stores, second);
    await expect(require()).rejects.toMatchObject(isAway);
    expect(existsSync(join(second, MARKER))).toBe(false);
    const { id } = await stores.contentPlace();
    expect(lines[0]).toContain(`let ${join(second, MARKER)} hold the text ${id}`);
    writeFileSync(join(second, MARKER), `${id}`);
    await require();
    await checkOf(stores, first).require();
  });
});

describe('a database that names content', () => {
  let stores: Stores;
  let folder: string;
  const bytes = Buffer.from('the bytes of an artifact');
  beforeAll(async () => {
    [stores, folder] = [await newStores(), newFolder()];
    await checkOf(stores, folder).require();
    await nameContent(stores, await put(blobsIn(folder).open('default'), bytes), bytes.length);
  });

  it('never has a marker mended that is gone, though its blobs lie there', async () => {
    const text = markerIn(folder);
    rmSync(join(folder, MARKER));
    await expect(checkOf(stores, folder).require()).rejects.toMatchObject(isAway);
    expect(existsSync(join(folder, MARKER))).toBe(false);
    writeFileSync(join(folder, MARKER), text);
    await checkOf(stores, folder).require();
  });
});

describe('a database of a version without markers', () => {
  it('has the place marked where a blob that it names lies there with its digest', async () => {
    const [stores, folder] = [await newStores(), newFolder()];
    await storeWithoutMarker(stores, folder, Buffer.from('one'));
    await nameContent(stores, sha256Of(Buffer.from('gone')), 4);
    await checkOf(stores, folder).require();
    expect((await stores.contentPlace()).id).toBe(markerIn(folder).trim());
  });

  it.each([
    ['it lies elsewhere', null],
    ['it lies there with another digest', Buffer.from('One')],
    ['it is empty, as it may be anywhere', Buffer.alloc(0)],
  ])('has no place marked where %s', async (_what, found) => {
    const [stores, folder] = [await newStores(), newFolder()];
    const bytes = found?.length === 0 ? found : Buffer.from('one');
    await storeWithoutMarker(stores, folder, bytes);
    const sha256 = sha256Of(bytes);
    if (found === null) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
    } else {
      const [tenant = ''] = [blobTenant()];
      writeFileSync(join(folder, tenant, sha256.slice(0, 2), sha256), found);
    }
    const { require, lines } = checkOf(stores, folder);
    await expect(require()).rejects.toMatchObject(isAway);
    expect(existsSync(join(folder, MARKER))).toBe(false);
    // What the log says to do helps.
    const { id } = await stores.contentPlace();
    expect(lines[0]).toContain(String(id));
    writeFileSync(join(folder, MARKER), `${id}\n`);
    await require();
  });
});

it('a blob that cannot be read proves nothing of the place it lies in, and keeps no other from doing so', async () => {
  const [stores, folder] = [await newStores(), newFolder()];
  const sha256 = sha256Of(Buffer.from('spoilt'));
  await storeWithoutMarker(stores, folder, Buffer.from('one'));
  mkdirSync(join(folder, blobTenant(), sha256.slice(0, 2), sha256), { recursive: true });
  await nameContent(stores, sha256, 6);
  const one = sha256Of(Buffer.from('one'));
  const path = join(folder, blobTenant(), one.slice(0, 2), one);
  renameSync(path, `${path}.aside`);
  await expect(checkOf(stores, folder).require()).rejects.toMatchObject(isAway);
  renameSync(`${path}.aside`, path);
  await checkOf(stores, folder).require();
});

const blobTenant = () => sha256Of(Buffer.from(JSON.stringify('default')));

describe('a store that forgets', () => {
  it('adopts the marker that it finds, and marks a folder that has none', async () => {
    const folder = newFolder();
    await checkOf(forgetful(), folder).require();
    const text = markerIn(folder);
    await checkOf(forgetful(), folder).require();
    expect(markerIn(folder)).toBe(text);
  });

  it('waits for its folder once it names content', async () => {
    const [stores, folder] = [forgetful(), newFolder()];
    const { require } = checkOf(stores, folder);
    await require();
    await nameContent(stores, sha256Of(Buffer.from('a')), 1);
    for (const text of [null, 'other']) {
      if (text === null) rmSync(join(folder, MARKER));
      else writeFileSync(join(folder, MARKER), text);
      await expect(require()).rejects.toMatchObject(isAway);
    }
  });
});

describe('the next step for a place', () => {
  const fresh = {
    place: { id: null, marked: false },
    found: null,
    namesContent: false,
    isProven: false,
    forgets: false,
  };

  it('writes no marker where content is named, but for one that was never written and a blob that was found', () => {
    const writes = [];
    for (const id of [null, 'a'])
      for (const marked of id === null ? [false] : [false, true])
        for (const found of [null, '', 'a', 'b'])
          for (const namesContent of [false, true])
            for (const isProven of [false, true])
              for (const forgets of [false, true]) {
                const situation = { place: { id, marked }, found, namesContent, isProven, forgets };
                if (nextStep(situation) === 'write') writes.push(situation);
                if (nextStep(situation) === 'adopt')
                  expect([forgets, namesContent, marked]).toEqual([true, false, false]);
                if (nextStep(situation) === 'note') expect(found).toBe(id);
                if (found !== null && found !== id && !forgets && id !== null)
                  expect(nextStep(situation)).toBe('refuse');
              }
    for (const { place, found, namesContent, isProven } of writes) {
      expect([place.marked, found]).toEqual([false, null]);
      expect(namesContent ? isProven : true).toBe(true);
    }
    expect(writes.length).toBeGreaterThan(0);
    expect(nextStep(fresh)).toBe('make id');
  });
});
