import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { keepBlob, readBlob } from '../../src/blobs/whole-blob.ts';

describe('a blob that is kept whole', () => {
  const open = () => memoryBlobs({ maxBytes: 1_000_000, now: () => new Date() }).open('tenant');

  it('is read whole, under the SHA-256 of its bytes', async () => {
    const blobs = open();
    for (const text of ['', 'one', 'x'.repeat(300_000)]) {
      const sha256 = await keepBlob(blobs, Buffer.from(text));
      expect(sha256).toBe(hash('sha256', text, 'hex'));
      expect((await readBlob(blobs, sha256)).toString()).toBe(text);
    }
  });

  it('is lost where it is missing, cut off or changed', async () => {
    const blobs = open();
    const sha256 = hash('sha256', 'one', 'hex');
    await expect(readBlob(blobs, sha256)).rejects.toMatchObject({ code: 'content_lost' });
    for (const text of ['', 'on', 'onf', 'one '])
      await expect(
        readBlob({ ...blobs, read: async () => Readable.from([Buffer.from(text)]) }, sha256),
      ).rejects.toMatchObject({
        code: 'content_lost',
      });
  });

  it('leaves nothing behind where there is no room for it', async () => {
    const blobs = memoryBlobs({ maxBytes: 10, now: () => new Date() }).open('tenant');
    await expect(keepBlob(blobs, Buffer.alloc(11))).rejects.toMatchObject({ code: 'content_store_full' });
    const sha256 = await keepBlob(blobs, Buffer.alloc(10));
    expect(await blobs.size(sha256)).toBe(10);
  });
});
