import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkedPlace } from '../../src/blobs/checked-place.ts';
import { fileBlobs } from '../../src/blobs/file.ts';
import { type PlaceCheck, placeCheck } from '../../src/blobs/place-check.ts';
import type { BlobStore, BlobStores } from '../../src/blobs/store.ts';
import { memoryStores } from '../product-stores.ts';
import { all, blobStoreContract, bytesOf, incomingWith, put, sha256Of } from './contract.ts';
import { nameContent } from './named.ts';

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

const bytes = Buffer.from('the same bytes');
const sha256 = sha256Of(bytes);
const inAnHour = () => new Date(Date.now() + 60 * 60 * 1000);
const isAway = { code: 'content_store_unavailable' };
const log = { info: () => {}, warn: () => {} };

function newFolder(): string {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-place-'));
  temporary.push(outer);
  return join(outer, 'blobs');
}

/** Blobs in a folder that is checked, of a store that names one of them. */
async function aPlace(now = () => new Date()) {
  const folder = newFolder();
  const blobs = fileBlobs({ folder, newId: uuidv7, now });
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const check = placeCheck({ blobs, stores, newId: uuidv7, log });
  await check.require();
  await nameContent(stores, sha256, bytes.length);
  const safe = checkedPlace(blobs, check, 0);
  return { folder, blobs, check, safe, store: safe.open('default') };
}

blobStoreContract('a place that is checked', async (now) => (await aPlace(now)).safe, {
  agesByNow: true,
  hidesFirst: true,
});

describe('a place that is away', () => {
  let folder: string;
  let away: string;
  let store: BlobStore;
  beforeEach(async () => {
    ({ folder, store } = await aPlace());
    await put(store, bytes);
    away = `${folder}.away`;
  });

  const unmount = (isEmptyFolder: boolean) => {
    renameSync(folder, away);
    if (isEmptyFolder) mkdirSync(folder);
  };

  it.each([true, false])(
    'loses nothing, takes nothing and lists nothing; an empty folder in its stead: %s',
    async (is) => {
      unmount(is);
      await expect(store.size(sha256)).rejects.toMatchObject(isAway);
      await expect(store.read(sha256)).rejects.toMatchObject(isAway);
      await expect(store.read(sha256, { start: 0, end: 1 })).rejects.toMatchObject(isAway);
      await expect(store.receive()).rejects.toMatchObject(isAway);
      await expect(all(store.keptBefore(inAnHour()))).rejects.toMatchObject(isAway);
      await expect(store.remove(sha256, inAnHour(), async () => false)).rejects.toMatchObject(isAway);
      expect(is ? readdirSync(folder) : existsSync(folder)).toEqual(is ? [] : false);
      rmSync(folder, { recursive: true, force: true });
      renameSync(away, folder);
      expect((await bytesOf(store, sha256)).equals(bytes)).toBe(true);
      const other = await put(store, Buffer.from('other'));
      expect((await all(store.keptBefore(inAnHour()))).sort()).toEqual([sha256, other].sort());
    },
  );

  it.each([true, false])('acknowledges nothing that was begun before; an empty folder in its stead: %s', async (is) => {
    const incoming = await incomingWith(store, Buffer.from('begun'));
    unmount(is);
    await expect(incoming.keep(sha256Of(Buffer.from('begun')))).rejects.toMatchObject(isAway);
    await incoming.discard();
    expect(existsSync(folder)).toBe(is);
  });

  it('has its folders made again where it comes back without them', async () => {
    await put(store, Buffer.from('one'));
    rmSync(join(folder, 'incoming'), { recursive: true });
    await expect(store.receive()).rejects.toMatchObject(isAway);
    await put(store, Buffer.from('two'));
  });
});

describe('what is not found', () => {
  /** A place that is away for its first looks, of both kinds. */
  function flapping(finds: (string | null)[], sure: boolean[]) {
    const store = { size: async () => (finds.shift() ?? null) && 5 } as unknown as BlobStore;
    const check = {
      require: async () => {
        if (sure.shift() === false) throw Object.assign(new Error('away'), isAway);
      },
    } as PlaceCheck;
    const safe = checkedPlace({ kind: 'file', open: () => store } as unknown as BlobStores, check, 0);
    return safe.open('default').size(sha256);
  }

  it('is lost only if the place was there after it was not found, and then again', async () => {
    expect(await flapping([null, null], [true, true])).toBeNull();
    expect(await flapping([null, 'found'], [true])).toBe(5);
    await expect(flapping([null], [false])).rejects.toMatchObject(isAway);
    await expect(flapping([null, null], [true, false])).rejects.toMatchObject(isAway);
  });
});

describe('a place with little room', () => {
  it('refuses content that would leave too little room, and serves and removes what it has', async () => {
    const { blobs, check } = await aPlace();
    let free = 10_000;
    const tight = checkedPlace({ ...blobs, free: async () => free }, check, 9_000).open('default');
    await put(tight, bytes);
    await expect(tight.receive(1_001)).rejects.toMatchObject({ code: 'content_store_full' });
    await (await tight.receive(1_000)).discard();
    free = 8_999;
    await expect(tight.receive()).rejects.toMatchObject({ code: 'content_store_full' });
    expect((await bytesOf(tight, sha256)).equals(bytes)).toBe(true);
    expect(await tight.remove(sha256, inAnHour(), async () => false)).toBe(true);
  });
});
