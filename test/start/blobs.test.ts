import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { openBlobs, placeFor } from '../../src/start/blobs.ts';
import { now } from '../../src/start/clock.ts';
import { readConfig } from '../../src/start/config.ts';
import { memoryStores } from '../product-stores.ts';

const BUCKET = 's3://bucket/content?endpoint=http://127.0.0.1:1&region=x';

it.each([
  ['in memory with the memory store', {}, 'memory'],
  ['nowhere with a PostgreSQL of its own machine', { DATABASE_URL: 'postgres://db/maestro' }, undefined],
  ['beside the database that Maestro runs for itself', { DATABASE_URL: 'embedded:/nowhere/data' }, 'file'],
  ['in the folder that is named', { BLOB_URL: 'file:/nowhere/blobs', DATABASE_URL: 'postgres://db/maestro' }, 'file'],
  ['in the bucket that is named', { BLOB_URL: BUCKET }, 's3'],
])('content lies %s', async (_where, environment, kind) => {
  const blobs = await openBlobs(readConfig(environment), {});
  expect(blobs?.kind).toBe(kind);
  if (kind === 'file')
    expect(blobs?.marker.where).toContain(
      'DATABASE_URL' in environment && 'BLOB_URL' in environment ? '/nowhere/blobs' : '/nowhere/',
    );
  await blobs?.close();
});

it('content does not lie where a file is, and the error names the setting', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-blobs-'));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(openBlobs(readConfig({ BLOB_URL: `file:${file}` }), {})).rejects.toThrow(
    `BLOB_URL: ${file}: it is a file, not a folder`,
  );
  await expect(openBlobs(readConfig({ DATABASE_URL: `embedded:${file}` }), {})).rejects.toThrow(/^DATABASE_URL: /);
  rmSync(folder, { recursive: true });
});

it('the place in memory is always there, and takes content', async () => {
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const log = { info: () => {}, warn: () => {} };
  const place = placeFor({ CONTENT_MIN_FREE_BYTES: 0 }, memoryBlobs({ maxBytes: 1_000_000, now }), stores, log);
  expect(await place.probe()).toBe('writable');
});
