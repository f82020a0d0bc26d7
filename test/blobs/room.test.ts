import { describe, expect, it } from 'vitest';
import { requireRoom, watchedForRoom } from '../../src/blobs/room.ts';
import type { Incoming } from '../../src/blobs/store.ts';

const MIB = 1024 * 1024;
const isFull = { code: 'content_store_full' };
const nothing: Incoming = { write: async () => {}, keep: async () => {}, discard: async () => {} };

describe('the room that content leaves free', () => {
  it('is kept free to the last byte, and not asked for where the place does not tell of any', async () => {
    const place = { free: async () => 1_000 };
    await requireRoom(place, 1_000);
    await requireRoom(place, 400, 600);
    await expect(requireRoom(place, 400, 601)).rejects.toMatchObject(isFull);
    await expect(requireRoom(place, 1_001)).rejects.toMatchObject(isFull);
    await requireRoom({ free: async () => null }, 1_000, 1_000);
    await requireRoom({ free: async () => 0 }, 0);
  });

  it('is looked at while bytes come, as others may take it meanwhile', async () => {
    let free = 10 * MIB;
    let looks = 0;
    const place = {
      free: async () => {
        looks += 1;
        return free;
      },
    };
    const incoming = watchedForRoom(nothing, place, 5 * MIB);
    const chunk = Buffer.alloc(64 * 1024);
    for (let at = 0; at < 2 * MIB; at += chunk.length) await incoming.write(chunk);
    expect(looks).toBe(2);
    free = 5 * MIB;
    const rest = async () => {
      for (let at = 0; at < 2 * MIB; at += chunk.length) await incoming.write(chunk);
    };
    await expect(rest()).rejects.toMatchObject(isFull);
  });
});
