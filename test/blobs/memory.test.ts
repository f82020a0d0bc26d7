import { describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { blobStoreContract, incomingWith, put, sha256Of } from './contract.ts';

const MIB = 1024 * 1024;
const MAX_BYTES = 256 * MIB;
const now = () => new Date();

blobStoreContract('memory', async (now) => memoryBlobs({ maxBytes: MAX_BYTES, now }), {
  agesByNow: true,
  hidesFirst: true,
});

describe('the bound of blobs in memory', () => {
  const inAnHour = () => new Date(Date.now() + 60 * 60 * 1000);
  const one = Buffer.from([1]);
  const isFull = { code: 'content_store_full' };

  it('is 256 MiB to the byte, for one blob or many, which can then be kept', { tags: 'slow' }, async () => {
    const store = memoryBlobs({ maxBytes: MAX_BYTES, now }).open('default');
    const incoming = await store.receive();
    const chunk = Buffer.alloc(MIB);
    for (let came = 0; came < MAX_BYTES; came += MIB) await incoming.write(chunk);
    await expect(incoming.write(one)).rejects.toMatchObject(isFull);
    await incoming.keep(sha256Of(chunk));
    await incoming.discard();
    expect(await store.size(sha256Of(chunk))).toBe(MAX_BYTES);
    await expect(put(store, one)).rejects.toMatchObject(isFull);
  });

  it('counts all tenants and all that is on its way', async () => {
    const stores = memoryBlobs({ maxBytes: 100, now });
    await put(stores.open('a'), Buffer.alloc(40));
    const incoming = await incomingWith(stores.open('b'), Buffer.alloc(59));
    await put(stores.open('c'), one);
    await expect(incoming.write(one)).rejects.toMatchObject(isFull);
    await expect(put(stores.open('d'), one)).rejects.toMatchObject(isFull);
  });

  it('has the room again of what is discarded', async () => {
    const store = memoryBlobs({ maxBytes: 100, now }).open('default');
    const incoming = await incomingWith(store, Buffer.alloc(100));
    await incoming.discard();
    expect(await store.size(await put(store, Buffer.alloc(100, 1)))).toBe(100);
  });

  it('has the room again of what is removed, to the byte, however often', async () => {
    const store = memoryBlobs({ maxBytes: 100, now }).open('default');
    for (let round = 0; round < 5; round += 1) {
      const sha256 = await put(store, Buffer.alloc(100, round));
      await expect(put(store, one)).rejects.toMatchObject(isFull);
      expect(await store.remove(sha256, inAnHour(), async () => true)).toBe(false);
      await expect(put(store, one)).rejects.toMatchObject(isFull);
      expect(await store.remove(sha256, inAnHour(), async () => false)).toBe(true);
    }
  });

  it('counts bytes once that come again, are kept again or come while they are being removed', async () => {
    const store = memoryBlobs({ maxBytes: 200, now }).open('default');
    const bytes = Buffer.alloc(100);
    const sha256 = await put(store, bytes);
    await put(store, bytes);
    const incoming = await incomingWith(store, bytes);
    await incoming.keep(sha256);
    expect(await store.remove(sha256, inAnHour(), async () => false)).toBe(true);
    await incoming.keep(sha256);
    await incoming.keep(sha256);
    await incoming.discard();
    await store.remove(sha256, inAnHour(), async () => (await put(store, bytes)) === '');
    await put(store, Buffer.alloc(100, 1));
    await expect(put(store, one)).rejects.toMatchObject(isFull);
    expect(await store.size(sha256)).toBe(100);
  });

  it('keeps the bytes that came before the one too many', async () => {
    const store = memoryBlobs({ maxBytes: 100, now }).open('default');
    const incoming = await incomingWith(store, Buffer.alloc(60));
    await expect(incoming.write(Buffer.alloc(41))).rejects.toMatchObject(isFull);
    await incoming.write(Buffer.alloc(40));
    await incoming.discard();
  });
});
