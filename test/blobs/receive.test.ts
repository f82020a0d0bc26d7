import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { type ReceiveLimits, receive, tooLarge } from '../../src/blobs/receive.ts';
import type { Incoming } from '../../src/blobs/store.ts';
import { stopping } from '../../src/http/stopping.ts';
import { bytesOf } from './contract.ts';

const LIMITS: ReceiveLimits = { maxBytes: 10_000_000, idleMs: 30_000, totalMs: 30_000 };
const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');

const newStore = () => memoryBlobs({ maxBytes: 20_000_000, now: () => new Date() }).open('default');
const newIncoming = () => newStore().receive();

const inChunks = (bytes: Buffer, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
    { objectMode: false },
  );

/** Counts what is written and forgets it. */
function counting(write: () => Promise<void> = async () => {}): Incoming & { sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    async write(chunk) {
      sizes.push(chunk.length);
      await write();
    },
    keep: async () => {},
    discard: async () => {},
  };
}

it.each([0, 1, 64, 1_000_003])(
  '%i bytes are written as they came and have the digests of node:crypto',
  async (size) => {
    const bytes = randomBytes(size);
    const store = newStore();
    const incoming = await store.receive();
    const received = await receive(inChunks(bytes, 70_001), incoming, LIMITS, true);
    const digests = { sha256: hex('sha256', bytes), sha384: hex('sha384', bytes), sha512: hex('sha512', bytes) };
    expect(received).toEqual({ digests, size });
    await incoming.keep(digests.sha256);
    expect((await bytesOf(store, digests.sha256)).equals(bytes)).toBe(true);
  },
);

it('SHA-384 is null where nobody has asked for it', async () => {
  const { digests } = await receive(Readable.from([]), await newIncoming(), LIMITS, false);
  expect(digests).toMatchObject({ sha384: null, sha256: hex('sha256', Buffer.alloc(0)) });
});

it.each([1, 7, 100])('content may have as many bytes as the limit and not one more, in chunks of %i', async (chunk) => {
  const limits = { ...LIMITS, maxBytes: 100 };
  for (const size of [99, 100]) {
    const received = await receive(inChunks(randomBytes(size), chunk), await newIncoming(), limits, false);
    expect(received.size).toBe(size);
  }
  const incoming = counting();
  await expect(receive(inChunks(randomBytes(101), chunk), incoming, limits, false)).rejects.toMatchObject({
    code: 'body_too_large',
    message: tooLarge(100).message,
  });
  expect(incoming.sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100);
});

it('a limit of no bytes takes no bytes', async () => {
  const limits = { ...LIMITS, maxBytes: 0 };
  expect((await receive(Readable.from([]), await newIncoming(), limits, false)).size).toBe(0);
  const one = receive(Readable.from([Buffer.from('a')]), await newIncoming(), limits, false);
  await expect(one).rejects.toMatchObject({ code: 'body_too_large' });
});

it('a source that says nothing for too long is late, at the start and in the middle', async () => {
  const limits = { ...LIMITS, idleMs: 20 };
  const silent = new PassThrough();
  await expect(receive(silent, await newIncoming(), limits, false)).rejects.toMatchObject({ code: 'request_timeout' });
  const stalled = new PassThrough();
  stalled.write('a');
  await expect(receive(stalled, await newIncoming(), limits, false)).rejects.toMatchObject({ code: 'request_timeout' });
});

it('a source that never stalls is late when all of it takes too long', async () => {
  const drip = new PassThrough();
  const timer = setInterval(() => drip.write('a'), 5);
  const limits = { ...LIMITS, totalMs: 60 };
  await expect(receive(drip, await newIncoming(), limits, false)).rejects.toMatchObject({ code: 'request_timeout' });
  clearInterval(timer);
});

it('a source is not late because the place for its bytes is slow, and neither is its next chunk', async () => {
  const incoming = counting(() => sleep(80));
  const limits = { ...LIMITS, idleMs: 40 };
  expect((await receive(inChunks(randomBytes(30), 10), incoming, limits, false)).size).toBe(30);
});

it('a source may be late for a place that has used up all of the time', async () => {
  const incoming = counting(() => sleep(60));
  const limits = { ...LIMITS, totalMs: 30 };
  const received = receive(inChunks(randomBytes(20), 10), incoming, limits, false);
  await expect(received).rejects.toMatchObject({ code: 'request_timeout' });
});

it('a source that breaks off is a malformed request, with its cause for the log', async () => {
  const cause = new Error('aborted');
  const before = new PassThrough();
  before.destroy(cause);
  await expect(receive(before, await newIncoming(), LIMITS, false)).rejects.toMatchObject({
    code: 'malformed_request',
  });
  const during = new PassThrough();
  during.write('a');
  const received = receive(during, await newIncoming(), LIMITS, false);
  setImmediate(() => during.destroy(cause));
  await expect(received).rejects.toMatchObject({ code: 'malformed_request', cause });
  const closed = new PassThrough();
  setImmediate(() => closed.destroy());
  await expect(receive(closed, await newIncoming(), LIMITS, false)).rejects.toMatchObject({
    code: 'malformed_request',
  });
});

it('what the place refuses is thrown as it is', async () => {
  const boom = new Error('boom');
  const incoming = counting(() => Promise.reject(boom));
  await expect(receive(Readable.from([Buffer.from('a')]), incoming, LIMITS, false)).rejects.toBe(boom);
});

it('what the place refuses is thrown at once, though the source has stalled', async () => {
  const source = new PassThrough();
  source.write('a');
  const full = new Error('no room');
  const received = receive(
    source,
    counting(() => Promise.reject(full)),
    LIMITS,
    false,
  );
  const first = await Promise.race([
    received.catch((error) => error),
    sleep(LIMITS.idleMs / 2, 'stalled', { ref: false }),
  ]);
  expect(first).toBe(full);
});

it('a source that breaks off after it was refused does no harm', async () => {
  const source = new PassThrough();
  source.write('ab');
  const limits = { ...LIMITS, maxBytes: 1 };
  await expect(receive(source, await newIncoming(), limits, false)).rejects.toMatchObject({ code: 'body_too_large' });
  const late = new PassThrough();
  const idle = { ...LIMITS, idleMs: 10 };
  await expect(receive(late, await newIncoming(), idle, false)).rejects.toMatchObject({ code: 'request_timeout' });
  // Nothing may be left that turns these into an uncaught exception, which would fail the run.
  for (const each of [source, late]) each.destroy(new Error('aborted'));
  await sleep(20);
});

it('chunks are let go of once they are written', { tags: 'slow' }, async () => {
  const megabyte = 1024 * 1024;
  const chunks = (function* () {
    for (let count = 0; count < 400; count += 1) yield Buffer.alloc(megabyte, count);
  })();
  let most = 0;
  const incoming = counting(async () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  });
  const before = process.memoryUsage().arrayBuffers;
  const limits = { ...LIMITS, maxBytes: 400 * megabyte };
  await receive(Readable.from(chunks, { highWaterMark: 1 }), incoming, limits, false);
  expect(most - before).toBeLessThan(200 * megabyte);
});

it('a request that is refused in the middle of its body can still be answered, and one that is cut off is noticed', async () => {
  const codes: string[] = [];
  const answerTo = async (req: IncomingMessage, res: ServerResponse) => {
    const limits = { maxBytes: 100_000, idleMs: 5_000, totalMs: 5_000 };
    const code = await receive(req, counting(), limits, false).then(
      () => 'fine',
      ({ code }) => code,
    );
    codes.push(code);
    res.writeHead(code === 'fine' ? 200 : 413, { connection: 'close' }).end(code);
  };
  const server = createServer((req, res) => {
    answerTo(req, res).catch((error) => res.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = () => request({ host: '127.0.0.1', port, method: 'PUT', headers: { 'content-length': 200_000 } });

  const large = send();
  large.write(Buffer.alloc(150_000));
  const [answer] = await once(large, 'response');
  expect([answer.statusCode, String(await buffer(answer))]).toEqual([413, 'body_too_large']);
  large.on('error', () => {}).destroy();

  const cut = send().on('error', () => {});
  cut.write(Buffer.alloc(50_000));
  await once(server, 'request');
  cut.destroy();
  await expect.poll(() => codes).toEqual(['body_too_large', 'malformed_request']);
  server.closeAllConnections();
  server.close();
});

describe('while the process stops', () => {
  it('a source that has stalled is awaited for some seconds more, and one that moves for longer', {
    tags: 'slow',
  }, async () => {
    const stop = stopping(60_000);
    const [stalled, moving] = [new PassThrough(), new PassThrough()];
    stalled.write('a');
    const trickle = setInterval(() => moving.write('a'), 100);
    const began = performance.now();
    const refused = receive(stalled, counting(), { ...LIMITS, stop }, false);
    const received = receive(moving, counting(), { ...LIMITS, stop }, false);
    setTimeout(stop.begin, 100);
    await expect(refused).rejects.toMatchObject({ code: 'not_ready' });
    expect(performance.now() - began).toBeGreaterThan(1_900);
    clearInterval(trickle);
    moving.end();
    expect((await received).size).toBeGreaterThan(1);
  });

  it('nothing is awaited once the stop is over, however many come', async () => {
    const stop = stopping(200);
    const sources = Array.from({ length: 30 }, () => new PassThrough());
    const trickle = setInterval(() => {
      for (const source of sources) source.write('a');
    }, 20);
    const received = sources.map((source) => receive(source, counting(), { ...LIMITS, stop }, false));
    const refused = Promise.allSettled(received);
    stop.begin();
    for (const one of await refused) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'not_ready' } });
    clearInterval(trickle);
    const late = receive(new PassThrough(), counting(), { ...LIMITS, stop }, false);
    await expect(late).rejects.toMatchObject({ code: 'not_ready' });
  });
});
