import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { arrivals } from '../../src/evidence/arrivals.ts';

const KIB = 1024;
const LIMITS = { maxBytes: 256 * KIB, totalBytes: 512 * KIB, idleMs: 60_000 };
const settle = () => new Promise((resolve) => setImmediate(resolve));
const codeOf = (body: Promise<unknown>) =>
  body.then(
    () => 'whole',
    ({ code }) => code,
  );

async function begin(all: ReturnType<typeof arrivals>, bytes: number) {
  const source = new PassThrough();
  const body = all.receive(source);
  body.catch(() => {});
  source.write(Buffer.alloc(bytes, bytes % 251));
  await settle();
  return { source, body };
}

describe('a body that arrives', () => {
  it('comes whole, whatever its pieces, and leaves no memory held', async () => {
    const all = arrivals(LIMITS);
    const text = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
    const source = new PassThrough();
    const body = all.receive(source);
    for (let at = 0; at < text.length; at += 33_333) source.write(text.subarray(at, at + 33_333));
    source.end();
    expect((await body).equals(text)).toBe(true);
    expect(all.bytes()).toBe(0);
    expect(await all.receive(new PassThrough().end())).toHaveLength(0);
  });

  it('holds as much as has come, in blocks, however small its pieces are', async () => {
    const all = arrivals(LIMITS);
    const { source } = await begin(all, 1);
    for (let count = 0; count < 1_000; count += 1) source.write('x');
    await settle();
    expect(all.bytes()).toBe(64 * KIB);
  });

  it('is refused at the first byte too many', async () => {
    const all = arrivals(LIMITS);
    const { source, body } = await begin(all, LIMITS.maxBytes);
    source.write('x');
    expect(await codeOf(body)).toBe('body_too_large');
    expect(all.bytes()).toBe(0);
    source.end('and what still comes is not read');
    await settle();
    expect(all.bytes()).toBe(0);
  });

  it('is refused where no byte comes for too long', async () => {
    const all = arrivals({ ...LIMITS, idleMs: 50 });
    const { body } = await begin(all, 10);
    expect(await codeOf(body)).toBe('request_timeout');
    expect(all.bytes()).toBe(0);
  });

  it.each([
    ['breaks', (source: PassThrough) => source.destroy(new Error('reset'))],
    ['ends early', (source: PassThrough) => source.destroy()],
  ])('is refused where its source %s', async (_what, stop) => {
    const all = arrivals(LIMITS);
    const { source, body } = await begin(all, 10);
    stop(source);
    expect(await codeOf(body)).toBe('malformed_request');
    expect(all.bytes()).toBe(0);
  });

  it('loses its room to others where it is the one that has been on its way longest: slow senders keep nobody out', async () => {
    const all = arrivals(LIMITS);
    const slow = [];
    for (let count = 0; count < 4; count += 1) slow.push(await begin(all, 120 * KIB));
    expect(all.bytes()).toBe(512 * KIB);
    const other = await begin(all, 250 * KIB);
    other.source.end();
    expect(await other.body).toHaveLength(250 * KIB);
    expect(await Promise.all(slow.slice(0, 2).map(({ body }) => codeOf(body)))).toEqual(['overloaded', 'overloaded']);
    for (const { source } of slow) source.end();
    expect(await Promise.all(slow.map(({ body }) => codeOf(body)))).toEqual([
      'overloaded',
      'overloaded',
      'whole',
      'whole',
    ]);
    expect(all.bytes()).toBe(0);
  });
});
