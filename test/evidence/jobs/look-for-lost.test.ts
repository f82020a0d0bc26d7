import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { findLost } from '../../../src/evidence/find-lost.ts';
import { nameContent } from '../../blobs/named.ts';
import { A_READING } from '../../domain/rows.ts';
import { addLost, BYTES, gone, newStores, open, processOf, SHA256 } from './lost.ts';

describe('content that was read as lost', () => {
  it('is fetched within bounds where it is damaged, and all of it is looked at in the end', async () => {
    const stores = newStores();
    const size = 32 * 1024 * 1024;
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await addLost(stores, size));
    let fetched = 0;
    const contentOf = async () => {
      fetched += 1;
      return Readable.from([Buffer.alloc(1)]);
    };
    const readers = { workers: 1, maxBytes: size, read: async () => A_READING, close: async () => {} };
    const { look } = processOf(stores, { contentOf, readers, pollMs: 600_000 });
    await expect.poll(() => fetched, { timeout: 30_000 }).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fetched).toBe(3);
    look();
    await expect.poll(() => fetched, { timeout: 30_000 }).toBe(6);
  });

  it('is asked of no store again where nothing is lost', async () => {
    const stores = newStores();
    await nameContent(stores, SHA256, BYTES.length);
    let asked = 0;
    const ready = async () => {
      asked += 1;
    };
    const lost = findLost({
      ...{ stores, ready, contentOf: gone, wake: () => {}, now: () => new Date(), newId: uuidv7, warn: () => {} },
      readers: { workers: 1, maxBytes: 10, read: async () => A_READING, close: async () => {} },
      pollMs: 5,
    });
    open.push(lost);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBe(0);
  });
});
