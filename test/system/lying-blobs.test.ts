import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileBlobs } from '../../src/blobs/file.ts';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { s3Blobs } from '../../src/blobs/s3.ts';
import { parseS3Url } from '../../src/blobs/s3-url.ts';
import type { BlobStore } from '../../src/blobs/store.ts';
import { newArtifact, newRun, testApp, testDeps } from '../helper.ts';
import { type SwiftServer, startSwift, swiftIsInstalled } from '../swift.ts';
import { LIES_OF_GET, LIES_OF_PUT, type Lie } from './lying-blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'maestro-lies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const now = () => new Date();
const file = fileBlobs({ folder, newId: uuidv7, now });
await file.marker.write('the place');
await file.prepare();
let swift: SwiftServer;
beforeAll(async () => {
  if (!swiftIsInstalled()) return;
  swift = await startSwift();
  swift.useKeys();
  await swift.makeBucket('lies');
});
afterAll(() => swift?.stop());

const PLACES: [string, () => BlobStore, boolean][] = [
  ['memory', () => memoryBlobs({ maxBytes: 1_000_000, now }).open('default'), true],
  ['a folder', () => file.open(uuidv7()), true],
  [
    'a bucket',
    () => s3Blobs({ place: parseS3Url(`s3://lies?endpoint=${swift.url}`), newId: uuidv7 }).open(uuidv7()),
    swiftIsInstalled(),
  ],
];

const BYTES = randomBytes(10_000);
const ETAG = `"${createHash('sha256').update(BYTES).digest('hex')}"`;

/** A server over a place for bytes that can begin to lie, with one artifact, to which content is sent and from which it is fetched. */
async function served(place: BlobStore) {
  const deps = testDeps();
  const state = { place };
  deps.blobs = { ...deps.blobs, storeFor: () => state.place };
  const app = await testApp(deps);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { id } = await newArtifact(app, (await newRun(app)).id);
  const url = `${app.listeningOrigin}/maestro/artifacts/${id}/content`;
  return {
    lie: (lie: Lie) => {
      state.place = lie(place);
    },
    send: async () => {
      const answer = await fetch(url, { method: 'PUT', body: BYTES });
      return {
        status: answer.status,
        type: answer.headers.get('content-type'),
        body: (await answer.json()) as { type?: string },
      };
    },
    /** The bytes that came, or null where the connection broke or a problem was answered. */
    fetch: async (): Promise<Buffer | null> => {
      const answer = await fetch(url).catch(() => null);
      if (answer?.status !== 200) return null;
      expect(answer.headers.get('etag')).toBe(ETAG);
      return answer.arrayBuffer().then(Buffer.from, () => null);
    },
    close: () => app.close(),
  };
}

const PROBLEMS = [500, 503, 507];

describe.each(PLACES)('%s that lies', (_where, place, isThere) => {
  const test = it.skipIf(!isThere);

  test.each(Object.entries(LIES_OF_PUT))(
    'and %s when bytes are sent never passes wrong ones for right',
    async (_name, lie) => {
      const { lie: begin, send, fetch, close } = await served(place());
      begin(lie);
      const sent = await send();
      if (sent.status !== 201) {
        expect(PROBLEMS).toContain(sent.status);
        expect(sent.type).toMatch(/^application\/problem\+json/);
        expect(sent.body.type).toMatch(/^urn:maestro:problem:content_/);
      }
      const found = await fetch();
      if (found !== null) expect(found.equals(BYTES)).toBe(true);
      await close();
    },
  );

  test.each(Object.entries(LIES_OF_GET))(
    'and %s when bytes are fetched never passes wrong ones for right',
    async (_name, lie) => {
      const { lie: begin, send, fetch, close } = await served(place());
      expect((await send()).status).toBe(201);
      begin(lie);
      for (let time = 0; time < 3; time += 1) {
        const found = await fetch();
        if (found !== null) expect(found.equals(BYTES)).toBe(true);
      }
      await close();
    },
  );

  test.each([
    ['is unavailable, then fine', 503],
    ['has no room', 507],
    ['does not find at all what it has stored', 503],
    ['does not find for a while what it has stored', 201],
    ['stores it twice', 201],
    ['answers late', 201],
  ])('and %s is answered %i', async (name, status) => {
    const { lie, send, close } = await served(place());
    lie(LIES_OF_PUT[name] as Lie);
    expect((await send()).status).toBe(status);
    await close();
  });
});
