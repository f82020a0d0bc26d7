import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { placeFor } from '../../src/start/blobs.ts';
import { now } from '../../src/start/clock.ts';
import { readConfig } from '../../src/start/config.ts';
import { openBackground, openReaders, workersFor } from '../../src/start/evidence.ts';
import { newId } from '../../src/start/new-id.ts';
import { openTrustFile } from '../../src/start/trust.ts';
import { memoryStores } from '../product-stores.ts';

it('readers have the workers and the limit of the configuration, and refuse once they are closed', async () => {
  const config = readConfig({ EVIDENCE_WORKERS: '3', EVIDENCE_LIMIT: '2000' });
  const readers = openReaders(config, await openTrustFile(config));
  expect(readers).toMatchObject({ workers: 3, maxBytes: 2_000 });
  await readers.close();
  await expect(readers.read(Buffer.from('{}'))).rejects.toMatchObject({ code: 'not_ready' });
});

it('readers leave one processor to the server, have a worker at least, and no more than four by default', async () => {
  expect([1, 2, 3, 4, 5, 6, 64].map(workersFor)).toEqual([1, 1, 2, 3, 4, 4, 4]);
  const config = readConfig({});
  const readers = openReaders(config, await openTrustFile(config));
  expect(readers.workers).toBe(workersFor(availableParallelism()));
  await readers.close();
});

it('the background ends, however often it is closed', async () => {
  const config = readConfig({});
  const trust = await openTrustFile(config);
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const place = placeFor(config, memoryBlobs({ maxBytes: 1_000, now }), stores, { info: () => {}, warn: () => {} });
  const readers = openReaders(config, trust);
  const background = openBackground({ stores, place, readers, trust, now, newId, warn: () => {} });
  expect(background?.stale.progress()).toMatchObject({ done: 0 });
  await Promise.all([background?.close(), background?.close()]);
  await background?.close();
  await readers.close();
});
