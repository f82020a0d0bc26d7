import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import type { PendingSettings } from '../../../src/evidence/read-pending.ts';
import { A_READING } from '../../domain/rows.ts';
import { addContent, BYTES, processOf, SHA256, state, stores } from './waiting.ts';

describe('the content of an artifact', () => {
  it.each([
    ['damaged', async () => Readable.from([Buffer.from('what is reaD')])],
    ['cut', async () => Readable.from([BYTES.subarray(1)])],
    ['too many', async () => Readable.from([BYTES, Buffer.from('!')])],
    ['gone', () => Promise.reject(new MaestroError('content_lost', 'gone'))],
  ])('is unreadable where its bytes are %s', async (_what, contentOf) => {
    const all = stores();
    const one = await addContent(all);
    processOf(all, () => Promise.reject(new Error('never called')), { contentOf });
    await expect.poll(state(one)).toBe('unreadable');
    expect(await one.findings()).toMatchObject([{ code: 'content_lost' }]);
  });

  it('is read no further than the greatest document, and one byte, where it is larger', async () => {
    const all = stores();
    const one = await addContent(all, 'default', 1_001);
    const asked: unknown[] = [];
    const contentOf: PendingSettings['contentOf'] = async (tenant, sha256, range) => {
      asked.push([tenant, sha256, range]);
      return Readable.from([BYTES]);
    };
    const facts = {
      kind: 'opaque' as const,
      media_type: 'application/zip',
      size: 12,
      digests: { sha256: 'of a part' },
    };
    processOf(all, async () => ({ ...A_READING, state: 'opaque', kind: 'opaque', facts }), { contentOf });
    await expect.poll(state(one)).toBe('opaque');
    expect(asked).toEqual([['default', SHA256, { start: 0, end: 1_000 }]]);
    expect((await all.of('default').readings.get(one.id)).reading?.facts).toEqual({
      kind: 'opaque',
      media_type: 'application/zip',
      size: 1_001,
      digests: { sha256: SHA256, sha512: 'b'.repeat(128) },
    });
  });
});
