import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { fileBlobs } from '../../src/blobs/file.ts';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { openPlace } from '../../src/blobs/open-place.ts';
import { full } from '../../src/blobs/refusals.ts';
import type { BlobStore, BlobStores } from '../../src/blobs/store.ts';
import { memoryStores } from '../product-stores.ts';

const outer = mkdtempSync(join(tmpdir(), 'maestro-probe-'));
afterAll(() => rmSync(outer, { recursive: true }));

const isAway = { code: 'content_store_unavailable' };
const log = { info: () => {}, warn: () => {} };

function placeIn(folder: string, change: (blobs: BlobStores) => BlobStores = (blobs) => blobs, minFreeBytes = 0) {
  const blobs = change(fileBlobs({ folder, newId: uuidv7, now: () => new Date() }));
  return openPlace(blobs, { stores: memoryStores({ maxArtifactsPerRun: 10 }), newId: uuidv7, log, minFreeBytes });
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('the probe of content', () => {
  it('leaves nothing behind where the place takes, gives and removes', async () => {
    const folder = join(outer, 'fine');
    const { probe } = placeIn(folder);
    for (let time = 0; time < 3; time += 1) expect(await probe()).toBe('writable');
    expect(filesOf(folder)).toEqual(['maestro-place']);
  });

  it('fails where the folder is gone, or a file lies in its place, and goes on when it is back', async () => {
    const folder = join(outer, 'gone');
    const { probe } = placeIn(folder);
    await probe();
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, '');
    await expect(probe()).rejects.toMatchObject(isAway);
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
    expect(await probe()).toBe('writable');
  });

  const withProbe = (change: (store: BlobStore) => Partial<BlobStore>) => (blobs: BlobStores) => ({
    ...blobs,
    probe: { ...blobs.probe, ...change(blobs.probe) },
  });

  it.each<[string, (store: BlobStore) => Partial<BlobStore>]>([
    ['other bytes', () => ({ read: async () => Readable.from([Buffer.from('other')]) })],
    ['no bytes', ({ read }) => ({ read: () => read('0'.repeat(64)) })],
  ])('fails where it gets %s back', async (what, change) => {
    const { probe } = placeIn(join(outer, what), withProbe(change));
    await expect(probe()).rejects.toMatchObject(isAway);
  });

  it('says that the place is full where it has no room, or less than is kept free', async () => {
    const noRoom = withProbe(() => ({ receive: () => Promise.reject(full(new Error('ENOSPC'))) }));
    expect(await placeIn(join(outer, 'no room'), noRoom).probe()).toBe('full');
    const little = (blobs: BlobStores) => ({ ...blobs, free: async () => 999 });
    expect(await placeIn(join(outer, 'little'), little, 1_000).probe()).toBe('full');
    expect(await placeIn(join(outer, 'enough'), little, 999).probe()).toBe('writable');
  });

  it('fails where nothing can be written, though there is little room besides', async () => {
    const folder = join(outer, 'spoilt');
    mkdirSync(folder);
    writeFileSync(join(folder, 'probe'), 'no folder');
    const little = (blobs: BlobStores) => ({ ...blobs, free: async () => 999 });
    await expect(placeIn(folder, little, 1_000).probe()).rejects.toMatchObject(isAway);
  });

  it('tries memory out as well', async () => {
    const blobs = memoryBlobs({ maxBytes: 100, now: () => new Date() });
    const settings = { stores: memoryStores({ maxArtifactsPerRun: 10 }), newId: uuidv7, log, minFreeBytes: 1_000 };
    expect(await openPlace(blobs, settings).probe()).toBe('writable');
    const incoming = await blobs.open('default').receive();
    await incoming.write(Buffer.alloc(90));
    expect(await openPlace(blobs, settings).probe()).toBe('full');
  });
});
