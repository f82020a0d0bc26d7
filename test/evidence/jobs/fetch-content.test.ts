import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import { fetchContent, type Source } from '../../../src/evidence/jobs/fetch-content.ts';

const BYTES = Buffer.from('the bytes');
const digests = { sha256: createHash('sha256').update(BYTES).digest('hex'), sha512: '' };
const fetched = (contentOf: Source['contentOf'], size = BYTES.length, maxBytes = 100) =>
  fetchContent({ contentOf, readers: { maxBytes } }, 'default', { size, digests }, new AbortController().signal);
const giving =
  (...chunks: string[]) =>
  async () =>
    Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('content that is fetched', () => {
  it('is all of it, or what shows that it is too large', async () => {
    expect((await fetched(giving('the ', 'bytes')))?.toString()).toBe('the bytes');
    const ranges: unknown[] = [];
    const part: Source['contentOf'] = async (_tenant, _sha256, range) => {
      ranges.push(range);
      return giving('the b')();
    };
    expect((await fetched(part, 9, 4))?.toString()).toBe('the b');
    expect(ranges).toEqual([{ start: 0, end: 4 }]);
  });

  it('is the beginning where it is too large, and as much of gzip as shows that', async () => {
    const bytes = Buffer.alloc(200_000, 'x');
    const asked: number[] = [];
    const of =
      (start: Buffer): Source['contentOf'] =>
      async (_tenant, _sha256, range) => {
        asked.push(range?.end ?? -1);
        return Readable.from([Buffer.concat([start, bytes]).subarray(0, (range?.end ?? 0) + 1)]);
      };
    expect(await fetched(of(Buffer.alloc(0)), 200_000, 150_000)).toHaveLength(65_536);
    expect(await fetched(of(Buffer.from([0x1f, 0x8b])), 200_000, 150_000)).toHaveLength(150_001);
    expect(asked).toEqual([65_535, 65_535, 150_000]);
  });

  it.each([
    ['gone', () => Promise.reject(new MaestroError('content_lost', 'gone'))],
    ['cut', giving('the byte')],
    ['longer', giving('the bytes', '!')],
    ['damaged', giving('the Bytes')],
  ])('is nothing where it is %s', async (_what, contentOf) => {
    expect(await fetched(contentOf)).toBeNull();
  });

  it('is not had where the place is away, or breaks off', async () => {
    const away = () => Promise.reject(new MaestroError('content_store_unavailable', 'away'));
    await expect(fetched(away)).rejects.toMatchObject({ code: 'content_store_unavailable' });
    const broken = async () =>
      new Readable({
        read() {
          this.destroy(new Error('EIO'));
        },
      });
    await expect(fetched(broken)).rejects.toThrow('EIO');
  });

  it('is given up where the process stops, though the place never answers', async () => {
    const stop = new AbortController();
    const source: Source = { contentOf: () => new Promise(() => {}), readers: { maxBytes: 100 } };
    const waiting = fetchContent(source, 'default', { size: BYTES.length, digests }, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
