import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checked } from '../../src/blobs/checked.ts';
import { sha256Of } from './contract.ts';

const CHUNK = 1_000;

/** What comes through of `found`, in chunks, where `stored` is what the row names. */
async function through(stored: Buffer, found: Buffer, chunk = CHUNK) {
  const chunks: Buffer[] = [];
  for (let at = 0; at < found.length; at += chunk) chunks.push(found.subarray(at, at + chunk));
  return throughChunks(stored, chunks);
}

async function throughChunks(stored: Buffer, chunks: Buffer[]) {
  const passed: Buffer[] = [];
  const error = await pipeline(
    Readable.from(slowly(chunks)),
    checked(sha256Of(stored), stored.length),
    async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) passed.push(chunk);
    },
  ).catch((error: Error) => error);
  return { bytes: Buffer.concat(passed), failed: error instanceof Error };
}

/** One at a time, so that each is read before a failure could take it back. */
async function* slowly(chunks: Buffer[]): AsyncIterable<Buffer> {
  for (const chunk of chunks) {
    yield chunk;
    await turn();
  }
  await turn();
}

describe('a checked blob', () => {
  it.each([0, 1, 999, 1_000, 1_001, 3_000, 10_007])('passes unchanged if it is whole: %i bytes', async (size) => {
    const bytes = randomBytes(size);
    const { bytes: passed, failed } = await through(bytes, bytes);
    expect([passed.equals(bytes), failed]).toEqual([true, false]);
  });

  it('passes where some of its chunks are empty', async () => {
    const bytes = randomBytes(10);
    const empty = Buffer.alloc(0);
    const { bytes: passed, failed } = await throughChunks(bytes, [empty, bytes, empty]);
    expect([passed.equals(bytes), failed]).toEqual([true, false]);
  });

  it('never ends where one bit of it is another, wherever that is', async () => {
    const bytes = randomBytes(3_000);
    for (const at of [0, 1, 999, 1_000, 1_500, 1_999, 2_000, 2_999]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const { bytes: passed, failed } = await through(bytes, flipped);
      expect([at, failed, passed.length]).toEqual([at, true, 2_000]);
    }
  });

  it('never ends where its end is missing', async () => {
    const bytes = randomBytes(3_000);
    for (const size of [0, 1, 999, 1_000, 1_001, 2_000, 2_999]) {
      const { bytes: passed, failed } = await through(bytes, bytes.subarray(0, size));
      expect([size, failed, passed.length < Math.max(size, 1)]).toEqual([size, true, true]);
    }
  });

  it('never has as many bytes as it should where it has more, be its own all there or not', async () => {
    const bytes = randomBytes(3_000);
    const other = randomBytes(3_000);
    for (const own of [bytes, other]) {
      for (const more of [1, 999, 1_000, 1_001, 5_000]) {
        for (const chunk of [CHUNK, 3_000, 7]) {
          const { bytes: passed, failed } = await through(bytes, Buffer.concat([own, randomBytes(more)]), chunk);
          expect([more, chunk, failed, passed.length < 3_000]).toEqual([more, chunk, true, true]);
        }
      }
    }
  });

  it('of no bytes has none', async () => {
    expect(await through(Buffer.alloc(0), Buffer.from('a'))).toEqual({ bytes: Buffer.alloc(0), failed: true });
  });

  it('of which nothing but an empty chunk follows its last byte holds that back all the same', async () => {
    const [bytes, other] = [randomBytes(10), randomBytes(10)];
    const { bytes: passed, failed } = await throughChunks(bytes, [other, Buffer.alloc(0)]);
    expect([passed.length, failed]).toEqual([0, true]);
  });
});
