import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, type S3Objects, s3Objects, statusOf } from '../../src/blobs/s3-objects.ts';
import { parseS3Url } from '../../src/blobs/s3-url.ts';
import type { ByteRange } from '../../src/blobs/store.ts';
import { type SwiftServer, startSwift, swiftIsInstalled } from '../swift.ts';

const MIB = 1024 * 1024;

const NO_SUCH_KEY = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>';

const folder = mkdtempSync(join(tmpdir(), 'maestro-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function put(key: string, bytes: Buffer, isNew: boolean, into: S3Objects): Promise<boolean> {
  const file = await open(join(folder, 'bytes'), 'w+');
  try {
    await file.writeFile(bytes);
    return await into.put(key, file, bytes.length, isNew);
  } finally {
    await file.close();
  }
}

describe('the objects of a bucket in Swift', () => {
  let swift: SwiftServer;
  let objects: S3Objects;

  const place = () => parseS3Url(`s3://objects?endpoint=${swift.url}`);

  beforeAll(async () => {
    if (!swiftIsInstalled()) return;
    swift = await startSwift();
    await swift.makeBucket('objects');
    swift.useKeys();
    objects = s3Objects(place(), 10_000);
  });

  afterAll(async () => {
    objects?.close();
    await swift?.stop();
  });

  async function bytesAt(key: string, range?: ByteRange): Promise<Buffer | null> {
    const stream = await objects.get(key, range);
    return stream && buffer(stream);
  }

  it.skipIf(!swiftIsInstalled()).each([0, 1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 16 * MIB, 22 * MIB])(
    'takes %i bytes and gives them back',
    async (size) => {
      const bytes = Buffer.alloc(size, 'some bytes');
      expect(await put(`sized/${size}`, bytes, true, objects)).toBe(true);
      expect((await objects.head(`sized/${size}`))?.size).toBe(size);
      expect((await bytesAt(`sized/${size}`))?.equals(bytes)).toBe(true);
    },
  );

  it.skipIf(!swiftIsInstalled())('gives the part that a range names, also across the parts of an upload', async () => {
    const bytes = Buffer.alloc(17 * MIB);
    bytes.write('across', 8 * MIB - 3);
    await put('ranged', bytes, true, objects);
    expect((await bytesAt('ranged', { start: 8 * MIB - 3, end: 8 * MIB + 2 }))?.toString()).toBe('across');
  });

  it.skipIf(!swiftIsInstalled())('says of what is not there that it is not', async () => {
    expect(await objects.head('missing')).toBeNull();
    expect(await objects.get('missing')).toBeNull();
  });

  it.skipIf(!swiftIsInstalled())('says of an upload in parts that something lies there already', async () => {
    const fresh = s3Objects(place(), 10_000);
    expect(await put('twice', Buffer.alloc(9 * MIB, 1), true, fresh)).toBe(true);
    expect(await put('twice', Buffer.alloc(9 * MIB, 2), true, fresh)).toBe(false);
    expect((await bytesAt('twice', { start: 0, end: 0 }))?.[0]).toBe(1);
    expect(await put('twice', Buffer.alloc(9 * MIB, 2), false, fresh)).toBe(true);
    expect((await bytesAt('twice', { start: 0, end: 0 }))?.[0]).toBe(2);
    fresh.close();
  });

  it.skipIf(!swiftIsInstalled())('uploads without a condition where the server takes none', async () => {
    const fresh = s3Objects(place(), 10_000);
    expect(await put('unconditional', Buffer.from('one'), true, fresh)).toBe(true);
    expect(await put('unconditional', Buffer.from('two'), true, fresh)).toBe(true);
    expect((await bytesAt('unconditional'))?.toString()).toBe('two');
    fresh.close();
  });

  it.skipIf(!swiftIsInstalled())('lists more objects than one answer holds', async () => {
    const names = Array.from({ length: 250 }, (_, at) => `many/${String(at).padStart(4, '0')}`);
    await swift.putObjects('objects', names);
    const listed = [];
    for await (const { key } of objects.list('many/')) listed.push(key);
    expect(listed).toEqual(names);
  });

  it.skipIf(!swiftIsInstalled())('tells of an error what a log may hold, and no more', async () => {
    const none = s3Objects(parseS3Url(`s3://nowhere?endpoint=${swift.url}`), 10_000);
    const error = await none.get('key').catch((thrown) => thrown);
    none.close();
    expect(statusOf(error)).toBe(404);
    expect(plain(error).message).toBe('NoSuchBucket (HTTP status 404): The specified bucket does not exist.');
    expect(Object.keys(plain(error))).toEqual([]);
  });
});

describe('the objects of a bucket of Google', () => {
  // No Google can be asked here. What is known of it: it reads conditions for reading only, knows no checksums of Amazon's,
  // changes Accept-Encoding on the way, and tells of a deleted object that is not there.
  it('are asked for with nothing that Google is known to refuse', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'GOOG1E', AWS_SECRET_ACCESS_KEY: 'secret' });
    const asked: { method: string; headers: string[]; signed: string }[] = [];
    const server = createServer(({ method = '', headers }, response) => {
      const [, signed = ''] = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '') ?? [];
      asked.push({ method, headers: Object.keys(headers), signed });
      response.writeHead(method === 'DELETE' ? 404 : 200).end(method === 'DELETE' ? NO_SUCH_KEY : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const google = s3Objects({ ...parseS3Url('gs://bucket'), endpoint: `http://127.0.0.1:${port}` }, 10_000);
    expect(await put('key', Buffer.from('bytes'), true, google)).toBe(true);
    await google.head('key');
    await google.delete('key');
    google.close();
    server.close();
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'HEAD', 'DELETE']);
    for (const { headers, signed } of asked) {
      expect(headers.filter((name) => /^if-|checksum|^x-amz-sdk/.test(name))).toEqual([]);
      expect(signed.split(';').filter((name) => /encoding|expect|connection/.test(name))).toEqual([]);
    }
  });
});
