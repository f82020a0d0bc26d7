import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPlace } from '../../src/blobs/open-place.ts';
import { s3Blobs } from '../../src/blobs/s3.ts';
import { parseS3Url } from '../../src/blobs/s3-url.ts';
import type { BlobStore, BlobStores } from '../../src/blobs/store.ts';
import type { Stores } from '../../src/start/stores.ts';
import { freePort } from '../postgres.ts';
import { postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';
import { type SwiftServer, startSwift, swiftIsInstalled } from '../swift.ts';
import { blobStoreContract, incomingWith, put, sha256Of } from './contract.ts';
import { nameContent } from './named.ts';

const MIB = 1024 * 1024;
const ATTACHED = { disposition: 'attachment; filename="report.txt"', mediaType: 'text/plain' };

const folder = mkdtempSync(join(tmpdir(), 'maestro-s3-'));
const opened: BlobStores[] = [];
let swift: SwiftServer;

beforeAll(async () => {
  if (!swiftIsInstalled()) return;
  swift = await startSwift();
  swift.useKeys();
  await swift.makeBucket('blobs');
});

afterAll(async () => {
  for (const stores of opened) await stores.close();
  await swift?.stop();
  rmSync(folder, { recursive: true });
});

function storesAt(endpoint: string, bucket = 'blobs', answerMs = 10_000): BlobStores {
  const url = `s3://${bucket}/${randomUUID()}?endpoint=${endpoint}`;
  const stores = s3Blobs({ place: parseS3Url(url), folder, newId: randomUUID, answerMs });
  opened.push(stores);
  return stores;
}

async function keep(store: BlobStore, bytes: Buffer): Promise<void> {
  const incoming = await incomingWith(store, bytes);
  try {
    await incoming.keep(sha256Of(bytes));
  } finally {
    await incoming.discard();
  }
}

if (swiftIsInstalled()) {
  blobStoreContract('S3 of Swift', async () => storesAt(swift.url), { agesByNow: false, hidesFirst: false });
} else {
  it.skip('the contract in an S3 bucket of Swift', () => {});
}

describe('blobs in an S3 bucket of Swift', () => {
  it.skipIf(!swiftIsInstalled())('go through in parts, and leave no file behind', async () => {
    const store = storesAt(swift.url).open('default');
    const bytes = Buffer.alloc(22 * MIB, 'in parts');
    const sha256 = await put(store, bytes);
    expect(await store.size(sha256)).toBe(bytes.length);
    expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!swiftIsInstalled())('are whole again after a keep of the same, should they have been cut', async () => {
    const stores = storesAt(swift.url);
    const store = stores.open('default');
    const sha256 = await put(store, Buffer.from('whole'));
    const listing = await swift.objectsOf('blobs');
    await swift.putObjects(
      'blobs',
      listing.filter((name) => name.endsWith(sha256)),
    );
    expect(await store.size(sha256)).toBe(0);
    await put(store, Buffer.from('whole'));
    expect(await store.size(sha256)).toBe(5);
  });

  it.skipIf(!swiftIsInstalled())(
    'are read by a link, under the name and type that it gives, and by no other',
    async () => {
      const store = storesAt(swift.url).open('default');
      const link = new URL((await store.link(await put(store, Buffer.from('linked')), ATTACHED)) ?? '');
      const answer = await fetch(link);
      expect([answer.status, await answer.text()]).toEqual([200, 'linked']);
      expect(answer.headers.get('content-disposition')).toBe(ATTACHED.disposition);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(link.searchParams.get('X-Amz-Expires')).toBe('300');

      const signature = link.searchParams.get('X-Amz-Signature') ?? '';
      const tampered: [string, string][] = [
        ['X-Amz-Signature', signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))],
        ['response-content-type', 'text/html'],
        ['X-Amz-Expires', '86400'],
      ];
      for (const [name, value] of tampered) {
        const other = new URL(link);
        other.searchParams.set(name, value);
        expect([name, (await fetch(other)).status]).toEqual([name, 403]);
      }
    },
  );

  it.skipIf(!swiftIsInstalled())('find no room in a bucket that may hold no more', async () => {
    await swift.makeBucket('small', 10);
    const store = storesAt(swift.url, 'small').open('default');
    await put(store, Buffer.from('fits'));
    await expect(keep(store, Buffer.from('does not fit'))).rejects.toMatchObject({ code: 'content_store_full' });
  });

  it.skipIf(!swiftIsInstalled())('are out of reach in a bucket that is not there', async () => {
    const store = storesAt(swift.url, 'nowhere').open('default');
    await expect(keep(store, Buffer.from('x'))).rejects.toMatchObject({ code: 'content_store_unavailable' });
    await expect(store.read('0'.repeat(64))).rejects.toMatchObject({ code: 'content_store_unavailable' });
  });

  it.skipIf(!swiftIsInstalled()).each([
    ['signature', { secretAccessKey: 'another' }],
    ['access key', { accessKeyId: 'test:nobody' }],
  ])('are out of reach with a wrong %s', async (_, wrong) => {
    const store = storesAt(swift.url).open('default');
    swift.useKeys(wrong);
    try {
      await expect(store.read('0'.repeat(64))).rejects.toMatchObject({ code: 'content_store_unavailable' });
      await expect(store.size('0'.repeat(64))).rejects.toMatchObject({ code: 'content_store_unavailable' });
      await expect(keep(store, Buffer.from('x'))).rejects.toMatchObject({ code: 'content_store_unavailable' });
    } finally {
      swift.useKeys();
    }
  });
});

it('a probe of a bucket that takes a write and says nothing ends soon, so that the next can find it well again', async () => {
  const server = createHttpServer((request, response) => {
    if (request.method !== 'PUT') response.writeHead(404, { 'content-length': 0 }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const url = `s3://bucket?endpoint=${endpoint}&region=us-east-1&path_style=true`;
  const blobs = s3Blobs({ place: parseS3Url(url), folder, newId: randomUUID, answerMs: 300 });
  try {
    await expect(keep(blobs.probe, Buffer.from('probe'))).rejects.toMatchObject({ code: 'content_store_unavailable' });
  } finally {
    await blobs.close();
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  }
}, 30_000);

describe('the place that is a bucket of Swift', () => {
  const log = { info: () => {}, warn: () => {} };
  const isAway = { code: 'content_store_unavailable' };

  /** What a process makes of `url`, with a store whose database it is. */
  function placeAt(url: string, stores: Stores) {
    const blobs = s3Blobs({ place: parseS3Url(url), folder, newId: randomUUID });
    opened.push(blobs);
    return openPlace(blobs, { stores, newId: randomUUID, log, minFreeBytes: 0 });
  }

  const urlOf = (bucket: string, prefix: string = randomUUID()) => `s3://${bucket}/${prefix}?endpoint=${swift.url}`;

  /** A database of its own, which names content that lies at `url`, marked. */
  async function aDatabase(url: string, text = 'kept') {
    const stores = await postgresStores(await newDatabase());
    databases.push(stores);
    const place = placeAt(url, stores);
    await place.check.require();
    const sha256 = await put(place.blobs.open('default'), Buffer.from(text));
    await nameContent(stores, sha256, text.length);
    return { stores, sha256, ...place };
  }
  const databases: Stores[] = [];
  afterAll(async () => {
    for (const stores of databases) await stores.close();
  });

  it.skipIf(!swiftIsInstalled())(
    'is marked once, by whoever of many comes first, beside all blobs',
    async () => {
      const url = urlOf('blobs', 'marked');
      const stores = await postgresStores(await newDatabase());
      databases.push(stores);
      await Promise.all(Array.from({ length: 5 }, () => placeAt(url, stores).check.require()));
      const { id } = await stores.contentPlace();
      expect(await placeAt(url, stores).blobs.marker.read()).toBe(id);
      expect((await swift.objectsOf('blobs')).filter((name) => name.startsWith('marked'))).toEqual([
        'marked/maestro-place',
      ]);
    },
    60_000,
  );

  it.skipIf(!swiftIsInstalled())(
    'loses nothing where it is another bucket, an empty one, or none',
    async () => {
      const { stores, sha256 } = await aDatabase(urlOf('blobs'));
      await swift.makeBucket('empty');
      await aDatabase(urlOf('empty', 'of-another'), 'other');
      for (const url of [urlOf('empty'), urlOf('empty', 'of-another'), urlOf('nowhere')]) {
        const { blobs, check, probe } = placeAt(url, stores);
        const store = blobs.open('default');
        await expect(check.require()).rejects.toMatchObject(isAway);
        await expect(store.size(sha256)).rejects.toMatchObject(isAway);
        await expect(store.read(sha256)).rejects.toMatchObject(isAway);
        await expect(store.receive()).rejects.toMatchObject(isAway);
        await expect(store.keptBefore(new Date())[Symbol.asyncIterator]().next()).rejects.toMatchObject(isAway);
        await expect(store.remove(sha256, new Date(), async () => false)).rejects.toMatchObject(isAway);
        await expect(probe()).rejects.toMatchObject(isAway);
      }
      expect((await swift.objectsOf('empty')).filter((name) => name.endsWith('/maestro-place'))).toHaveLength(1);
    },
    60_000,
  );

  it.skipIf(!swiftIsInstalled())(
    'loses nothing while its keys are wrong, and goes on when they are right',
    async () => {
      const { probe, blobs, sha256 } = await aDatabase(urlOf('blobs'));
      const stores = databases.at(-1) as Stores;
      const url = urlOf('blobs', 'x');
      expect(await probe()).toBe('writable');
      swift.useKeys({ secretAccessKey: 'another' });
      try {
        const denied = placeAt(url, stores);
        await expect(denied.blobs.open('default').size(sha256)).rejects.toMatchObject(isAway);
        await expect(denied.blobs.open('default').read(sha256)).rejects.toMatchObject(isAway);
        await expect(denied.probe()).rejects.toMatchObject(isAway);
      } finally {
        swift.useKeys();
      }
      expect(await blobs.open('default').size(sha256)).toBe(4);
      expect(await blobs.open('default').size('0'.repeat(64))).toBeNull();
    },
    60_000,
  );

  it.skipIf(!swiftIsInstalled())(
    'is marked after an upgrade where a blob that is named lies there',
    async () => {
      const stores = await postgresStores(await newDatabase());
      databases.push(stores);
      const url = urlOf('blobs');
      const unmarked = s3Blobs({ place: parseS3Url(url), folder, newId: randomUUID });
      opened.push(unmarked);
      await nameContent(stores, sha256Of(Buffer.from('old')), 3);
      await expect(placeAt(url, stores).check.require()).rejects.toMatchObject(isAway);
      expect(await unmarked.marker.read()).toBeNull();
      await put(unmarked.open('default'), Buffer.from('old'));
      await placeAt(url, stores).check.require();
      expect(await unmarked.marker.read()).toBe((await stores.contentPlace()).id);
    },
    60_000,
  );

  it.skipIf(!swiftIsInstalled())(
    'is full, not away, where its quota is used up',
    async () => {
      // The marker fits, and the probe does not.
      await swift.makeBucket('tight', 40);
      const stores = await postgresStores(await newDatabase());
      databases.push(stores);
      const { check, probe } = placeAt(urlOf('tight', 'p'), stores);
      await check.require();
      expect(await probe()).toBe('full');
    },
    60_000,
  );
});

describe('blobs in a bucket that does not answer', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

  async function refusals(store: BlobStore): Promise<unknown[]> {
    const old = new Date(0);
    const calls = [
      ...[store.size('0'.repeat(64)), store.read('0'.repeat(64)), keep(store, Buffer.from('x'))],
      ...[store.remove('0'.repeat(64), old, async () => false), store.keptBefore(old)[Symbol.asyncIterator]().next()],
    ];
    return (await Promise.allSettled(calls)).map((call) => call.status === 'rejected' && call.reason.code);
  }

  it('are out of reach soon where nothing listens', async () => {
    Object.assign(process.env, keys);
    const began = performance.now();
    const codes = await refusals(storesAt(`http://127.0.0.1:${await freePort()}`).open('default'));
    expect(codes).toEqual(Array(5).fill('content_store_unavailable'));
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('are out of reach after the time for an answer where something listens and is silent', async () => {
    Object.assign(process.env, keys);
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const began = performance.now();
    const codes = await refusals(storesAt(`http://127.0.0.1:${port}`, 'blobs', 200).open('default'));
    silent.close();
    expect(codes).toEqual(Array(5).fill('content_store_unavailable'));
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
