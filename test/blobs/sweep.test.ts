import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { put } from './contract.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

it('removes what no row of its tenant names and what is old, and nothing else', async () => {
  let now = new Date('2026-01-01T00:00:00Z');
  const blobs = memoryBlobs({ maxBytes: 1_000, now: () => now });
  const keep = async (tenant: string, text: string) => {
    const incoming = await blobs.open(tenant).receive();
    await incoming.write(Buffer.from(text));
    await incoming.keep(digest(text));
    await incoming.discard();
  };
  await keep('a', 'named');
  await keep('a', 'old');
  await keep('b', 'named');
  const probe = await put(blobs.probe, Buffer.from('probe of a process that died'));
  now = new Date('2026-01-03T00:00:00Z');
  const young = await put(blobs.probe, Buffer.from('probe under way'));
  await keep('a', 'young');
  const named: Record<string, string[]> = { a: [digest('named')], b: [] };
  const rowsOf = (tenant: string) => ({
    has: async (sha256: string) => named[tenant]?.includes(sha256) === true,
  });
  expect(await sweep(blobs, rowsOf, ['a', 'b'], new Date('2026-01-02T00:00:00Z'))).toBe(2);
  expect([await blobs.probe.size(probe), await blobs.probe.size(young)]).toEqual([null, 15]);
  expect(await blobs.open('a').size(digest('named'))).toBe(5);
  expect(await blobs.open('a').size(digest('young'))).toBe(5);
  expect(await blobs.open('a').size(digest('old'))).toBeNull();
  expect(await blobs.open('b').size(digest('named'))).toBeNull();
});
