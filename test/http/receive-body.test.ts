import { PassThrough, Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type ReceivedBody, receiveBody } from '../../src/http/receive-body.ts';

const received = (source: Readable, maxBytes = 1_000_000, declared = Number.NaN) =>
  new Promise<ReceivedBody>((resolve) => {
    receiveBody(source, maxBytes, declared, resolve);
  });
const chunksOf = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('a body', () => {
  it.each([0, 1, 2, 255, 256, 257, 1_000])('of %i chunks is received as it was sent', async (count) => {
    const chunks = Array.from({ length: count }, (_, index) => `${index},`);
    expect(await received(chunksOf(...chunks))).toEqual({ body: Buffer.from(chunks.join('')) });
  });

  it('may have as many bytes as are taken, and not one more', async () => {
    expect(await received(chunksOf('ab', 'cd'), 4)).toEqual({ body: Buffer.from('abcd') });
    expect(await received(chunksOf('ab', 'cde'), 4)).toEqual({ fault: 'too_large' });
  });

  it('that says that it is too large is not read', async () => {
    const source = chunksOf('ab');
    expect(await received(source, 4, 5)).toEqual({ fault: 'too_large' });
    expect(source.readableFlowing).toBeNull();
  });

  it('is as long as it says', async () => {
    expect(await received(chunksOf('abc'), 4, 3)).toEqual({ body: Buffer.from('abc') });
    expect(await received(chunksOf('abc'), 4, 2)).toEqual({ fault: 'wrong_length' });
    expect(await received(chunksOf(), 4, 1)).toEqual({ fault: 'wrong_length' });
  });

  it('that breaks off gives the reason, once', async () => {
    const source = new PassThrough();
    const said: ReceivedBody[] = [];
    receiveBody(source, 4, Number.NaN, (one) => said.push(one));
    source.write('ab');
    source.on('error', () => {}).destroy(new Error('cut off'));
    await expect.poll(() => said).toEqual([{ error: new Error('cut off') }]);
  });

  it('of a byte a chunk takes a few times its size while it comes', { tags: 'slow' }, async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const source = new Readable({ read() {} });
    const whole = received(source);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 200_000; index += 1) source.emit('data', Buffer.from('a'));
    collect();
    // Kept one by one they take 20 MB and more.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
    source.emit('end');
    expect(await whole).toEqual({ body: Buffer.alloc(200_000, 'a') });
  });
});
