import { describe, expect, it } from 'vitest';
import { archiveText, wholeLog } from '../../src/jobs/event-archive.ts';
import type { EventArchive } from '../../src/store/event-archives.ts';
import { memoryStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';

/** A log of so many events, of which archives hold some, as many as `sizes` says. */
async function archivedLog(count: number, sizes: readonly number[]) {
  const store = memoryStores({ maxArtifactsPerRun: 10 }).of('tenant');
  for (let added = 0; added < count; added += 1) await addRun(store);
  const all = await store.events.after(null, count);
  const files = new Map<string, Uint8Array>();
  for (const [index, size] of sizes.entries()) {
    const { events, cursors, cursor } = await store.archives.archivable('archivist', null, size);
    const archive: EventArchive = { sha256: `file ${index}`, events: size, cursor, first_at: '', last_at: '' };
    files.set(archive.sha256, Buffer.from(archiveText(events, cursors)));
    expect(await store.archives.cut('archivist', archive)).toBe(true);
  }
  const read = async (sha256: string) => files.get(sha256) ?? Promise.reject(new Error('gone'));
  return { all, files, log: wholeLog({ events: store.events, archives: store.archives, read }) };
}

describe('the whole log', () => {
  it.each([1, 2, 3, 100])(
    'is read from its first event on, %i at a time, none skipped and none twice',
    async (limit) => {
      const { all, log } = await archivedLog(9, [2, 3, 1]);
      const [events, cursors] = [[], []] as [object[], string[]];
      for (let cursor: string | null = null; events.length < 9; ) {
        const batch = await log.after(cursor, limit);
        expect(batch.events.length).toBeGreaterThan(0);
        expect(batch.cursor).toBe(batch.cursors.at(-1));
        events.push(...batch.events);
        cursors.push(...batch.cursors);
        cursor = batch.cursor;
      }
      expect([events, cursors]).toEqual([all.events, all.cursors]);
      expect((await log.after(all.cursor, limit)).events).toEqual([]);
    },
  );

  it('is never read past a file that is gone, cut off, or another', async () => {
    const { all, files, log } = await archivedLog(9, [4, 4]);
    const [file, other] = [files.get('file 0') ?? new Uint8Array(), files.get('file 1') ?? new Uint8Array()];
    const lines = Buffer.from(file).toString().split('\n');
    for (const damaged of [
      '',
      lines.slice(0, 3).join('\n'),
      lines.slice(1).join('\n'),
      Buffer.from(other).toString(),
    ]) {
      files.set('file 0', Buffer.from(damaged));
      await expect(log.after(null, 10)).rejects.toMatchObject({ code: 'content_lost' });
    }
    files.delete('file 0');
    await expect(log.after(null, 10)).rejects.toThrow('gone');
    expect((await log.after(all.cursors[3] ?? null, 10)).events).toEqual(all.events.slice(4, 8));
  });

  it('is read from the file where events are cut off at that moment', async () => {
    const store = memoryStores({ maxArtifactsPerRun: 10 }).of('tenant');
    for (let added = 0; added < 5; added += 1) await addRun(store);
    const all = await store.events.after(null, 5);
    let file = new Uint8Array();
    const after: typeof store.events.after = async (...asked) => {
      const { events, cursors, cursor } = await store.archives.archivable('archivist', null, 4);
      if (events.length > 0) {
        file = Buffer.from(archiveText(events, cursors));
        const archive = { sha256: 'file', events: events.length, cursor, first_at: '', last_at: '' };
        expect(await store.archives.cut('archivist', archive)).toBe(true);
      }
      return store.events.after(...asked);
    };
    const log = wholeLog({ events: { after }, archives: store.archives, read: async () => file });
    expect((await log.after(null, 10)).events).toEqual(all.events.slice(0, 4));
  });
});
