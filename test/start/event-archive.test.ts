import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fileBlobs } from '../../src/blobs/file.ts';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { openPlace } from '../../src/blobs/open-place.ts';
import type { BlobStores } from '../../src/blobs/store.ts';
import { SWEEP_AGE_MS, sweep } from '../../src/blobs/sweep.ts';
import { readEvents } from '../../src/jobs/event-reader.ts';
import type { Job } from '../../src/jobs/job.ts';
import { openArchive, withWholeLog } from '../../src/start/event-archive.ts';
import { newId } from '../../src/start/new-id.ts';
import type { Stores } from '../../src/start/stores.ts';
import { memoryStores, postgresStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';
import { newDatabase } from '../store/database.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const patience = { timeout: 60_000 };
const real = () => new Date();
const later = () => new Date(Date.now() + 40 * DAY_MS);

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function opened<Part extends { close(): Promise<unknown> }>(part: Part): Part {
  open.push(part);
  return part;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-archive-'));
  open.push({ close: async () => rmSync(folder, { recursive: true }) });
  return folder;
}

const PLACES: [string, () => Promise<Stores>, () => BlobStores][] = [
  [
    'in memory',
    async () => memoryStores({ maxArtifactsPerRun: 10 }),
    () => memoryBlobs({ maxBytes: 100_000_000, now: later }),
  ],
  [
    'on PostgreSQL, with files in a folder',
    async () => postgresStores({ ...(await newDatabase()), maxArtifactsPerRun: 10 }),
    () => fileBlobs({ folder: newFolder(), newId, now: later }),
  ],
];

describe.each(PLACES)('old events %s', (_where, makeStores, makeBlobs) => {
  async function archived(count: number) {
    const [stores, blobs] = [opened(await makeStores()), makeBlobs()];
    const log = { info: () => {}, warn: () => {} };
    const place = openPlace(blobs, { stores, newId, minFreeBytes: 0, log });
    const { events, archives } = stores.of('tenant');
    for (let added = 0; added < count; added += 1) await addRun(stores.of('tenant'));
    const all = await events.after(null, count);
    const settings = { stores, place, now: later, newId, warn: (message: string) => expect.fail(message) };
    const job = opened(openArchive({ EVENTS_KEEP_DAYS: 30 }, settings) as Job);
    const left = async () => (await archives.archivable('archive_events', null, count)).events.length;
    await expect.poll(left, patience).toBe(0);
    return { stores, blobs, place, job, all, archives };
  }

  it('lie in the content store, which a sweep leaves alone', async () => {
    const { stores, place, archives } = await archived(12);
    const archive = await archives.next(null);
    expect(archive?.events).toBe(11);
    const moment = new Date(later().getTime() + SWEEP_AGE_MS);
    expect(await sweep(place.blobs, (tenant) => stores.of(tenant).contents, ['tenant'], moment)).toBe(0);
    expect(await place.blobs.open('tenant').size(archive?.sha256 ?? '')).toBeGreaterThan(0);
    expect(await stores.tenants()).toContain('tenant');
  });

  it('are handled by a reader that begins later, in their order, and go on in the log', async () => {
    const { stores, place, all } = await archived(12);
    const whole = withWholeLog(stores, place);
    const handled: string[] = [];
    const handler = async ({ id }: { id: string }) => void handled.push(id);
    const warn = (message: string) => expect.fail(message);
    opened(readEvents({ name: 'late', stores: whole, handler, newId, now: real, warn, pollMs: 20 }));
    await expect.poll(() => handled, patience).toEqual(all.events.map(({ id }) => id));
    const { id } = await addRun(stores.of('tenant'));
    await expect.poll(() => handled.length, patience).toBe(13);
    expect((await whole.of('tenant').events.after(all.cursor, 10)).events).toMatchObject([{ run_id: id }]);
  });

  it('are never skipped where their file is gone', async () => {
    const { stores, place, archives, blobs } = await archived(5);
    const sha256 = (await archives.next(null))?.sha256 ?? '';
    const whole = withWholeLog(stores, place).of('tenant').events;
    expect((await whole.after(null, 10)).events).toHaveLength(4);
    await blobs.open('tenant').remove(sha256, new Date(later().getTime() + DAY_MS), async () => false);
    await expect(whole.after(null, 10)).rejects.toMatchObject({ code: 'content_lost' });
    const without = withWholeLog(stores, null).of('tenant').events;
    await expect(without.after(null, 10)).rejects.toMatchObject({ code: 'content_store_not_configured' });
  });
});

describe('EVENTS_KEEP_DAYS', () => {
  const needs = { stores: memoryStores({ maxArtifactsPerRun: 10 }), place: null, now: real, newId, warn: () => {} };

  it('archives nothing where it is unset', () => {
    expect(openArchive({ EVENTS_KEEP_DAYS: undefined }, needs)).toBeNull();
  });

  it('stops the start where there is no content store', () => {
    expect(() => openArchive({ EVENTS_KEEP_DAYS: 30 }, needs)).toThrow(/^EVENTS_KEEP_DAYS needs BLOB_URL/);
  });
});
