import { afterEach, describe, expect, it } from 'vitest';
import { type ArchiveSettings, archiveEvents, MAX_EVENTS } from '../../src/jobs/archive-events.ts';
import { wholeLog } from '../../src/jobs/event-archive.ts';
import type { Job } from '../../src/jobs/job.ts';
import { memoryStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const patience = { timeout: 60_000 };

const jobs: Job[] = [];
afterEach(async () => {
  await Promise.all(jobs.splice(0).map((job) => job.close()));
});

/** A log of so many events, all from now, that is archived by a clock that is `aheadMs` ahead. */
async function logOf(count: number, aheadMs: number, changes: Partial<ArchiveSettings> = {}) {
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const store = stores.of('tenant');
  for (let added = 0; added < count; added += 1) await addRun(store);
  const all = await store.events.after(null, count);
  const files = new Map<string, string>();
  const warnings: string[] = [];
  const keep = async (_tenant: string, text: string) => {
    const sha256 = `file ${files.size}`;
    files.set(sha256, text);
    return sha256;
  };
  const open = () => {
    const job = archiveEvents({
      ...{ stores, keepMs: DAY_MS, keep, newId: () => `holder ${jobs.length}`, leaseMs: 100, pollMs: 20 },
      ...{ now: () => new Date(Date.now() + aheadMs), warn: (message: string) => void warnings.push(message) },
      ...changes,
    });
    jobs.push(job);
    return job;
  };
  const read = async (sha256: string) => Buffer.from(files.get(sha256) ?? '');
  const whole = wholeLog({ events: store.events, archives: store.archives, read });
  const everything = async () => {
    const events: object[] = [];
    for (let cursor: string | null = null; ; ) {
      const batch = await whole.after(cursor, 1_000);
      if (batch.events.length === 0) return events;
      events.push(...batch.events);
      cursor = batch.cursor;
    }
  };
  const left = async () => (await store.archives.archivable('archive_events', null, count)).events.length;
  return { stores, store, all, files, warnings, open, everything, left };
}

describe('events that are older than they are to be kept', () => {
  it('move into a file a day later at the latest, and are read as before', async () => {
    const { all, files, open, everything, left } = await logOf(5, 2 * DAY_MS + 60_000);
    const job = open();
    await expect.poll(left, patience).toBe(0);
    expect(files.size).toBe(1);
    expect(await everything()).toEqual(all.events);
    expect(await job.progress('tenant')).toMatchObject({ name: 'archive_events', waiting: 0, failed: 0 });
  });

  it('stay where they are before that', async () => {
    const { files, open, left } = await logOf(5, 2 * DAY_MS - 60_000);
    const job = open();
    await expect.poll(async () => (await job.progress('tenant')).waiting, patience).toBe(4);
    expect([files.size, await left()]).toEqual([0, 4]);
  });

  it('move at once where they fill a file', async () => {
    const { all, files, open, everything, left } = await logOf(2 * MAX_EVENTS + 10, DAY_MS + 60_000);
    open();
    await expect.poll(left, patience).toBe(9);
    expect([...files.values()].map((text) => text.split('\n').length - 1)).toEqual([MAX_EVENTS, MAX_EVENTS]);
    expect(await everything()).toEqual(all.events);
  });

  it('wait for every reader, however slow', async () => {
    const { store, all, files, open, left } = await logOf(5, 10 * DAY_MS);
    const lease = { holder: 'slow', ms: 60_000, at: '' };
    await store.cursors.take('reader', lease);
    open();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([files.size, await left()]).toEqual([0, 0]);
    await store.cursors.advance('reader', all.cursors[2] ?? '', lease);
    await expect.poll(() => files.size, patience).toBe(1);
    await expect.poll(async () => (await store.archives.next(null))?.events, patience).toBe(3);
  });

  it('stay in the log where their file cannot be kept, and move later', async () => {
    let isBroken = true;
    const { all, warnings, open, everything, left } = await logOf(5, 10 * DAY_MS, {
      keep: async () => {
        if (isBroken) throw new Error('the disk is full');
        return 'file';
      },
    });
    const job = open();
    await expect.poll(() => warnings, patience).toEqual(['Events could not be archived: the disk is full']);
    expect(await left()).toBe(4);
    expect(await everything()).toEqual(all.events);
    await expect.poll(async () => (await job.progress('tenant')).failed, patience).toBe(1);
    isBroken = false;
    await expect.poll(left, patience).toBe(0);
    // Or every later failure would be tried again as late as the last of many.
    await expect
      .poll(() => job.progress('tenant'), patience)
      .toMatchObject({ waiting: 0, running: 0, failed: 0, last_failure: null });
  });

  it('are cut off once where several processes archive them at the same time', async () => {
    const { store, all, open, everything, left } = await logOf(2 * MAX_EVENTS + 1, 10 * DAY_MS);
    for (let process = 0; process < 4; process += 1) open();
    await expect.poll(left, patience).toBe(0);
    expect(await everything()).toEqual(all.events);
    const first = await store.archives.next(null);
    expect([first?.events, (await store.archives.next(first?.cursor ?? null))?.events]).toEqual([
      MAX_EVENTS,
      MAX_EVENTS,
    ]);
  });
});
