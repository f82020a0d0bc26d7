import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/evidence/limits.ts';
import { unpack } from '../../../src/evidence/unpack.ts';

const of = (bytes: string | Buffer) => unpack(Buffer.from(bytes as string), LIMITS);
const shape = (bytes: string | Buffer) => of(bytes).document?.shape ?? null;

describe('gzip', () => {
  it('unpacks no more of an archive than shows that it is one', () => {
    const tar = Buffer.alloc(8 * 1024 * 1024, 'x');
    tar.fill(0, 0, 512).write('package/file', 0);
    tar.write('ustar\x0000', 257, 'latin1');
    for (let at = 512; at < tar.length; at += 7) tar[at] = (at * 31) % 251;
    const packed = gzipSync(tar, { level: 1 });
    expect(of(packed)).toMatchObject({ document: null, isTar: true, cut: true });
    // Damaged later than that, it is still what it is.
    expect(of(packed.subarray(0, packed.length / 2))).toMatchObject({ document: null, isTar: true });
  });

  it('unpacks small documents that pack very well', () => {
    const text = `{"a":"${'x'.repeat(500_000)}"}`;
    expect(gzipSync(text).length * 100).toBeLessThan(text.length);
    expect(shape(gzipSync(text))).toBe('json');
  });
});
