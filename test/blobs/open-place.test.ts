import { expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { openPlace } from '../../src/blobs/open-place.ts';
import { memoryStores } from '../product-stores.ts';
import { bytesOf, put } from './contract.ts';

it('memory needs no marker, and is never away', async () => {
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const blobs = memoryBlobs({ maxBytes: 1_000, now: () => new Date() });
  const log = { info: () => {}, warn: () => {} };
  const place = openPlace(blobs, { stores, newId: () => 'id', log, minFreeBytes: 1e9 });
  await place.check.require();
  const store = place.blobs.open('default');
  expect((await bytesOf(store, await put(store, Buffer.from('a')))).toString()).toBe('a');
  expect([await stores.contentPlace(), await blobs.marker.read()]).toEqual([{ id: null, marked: false }, null]);
});
