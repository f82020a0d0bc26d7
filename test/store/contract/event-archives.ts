import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { EventArchive } from '../../../src/store/event-archives.ts';
import type { EventBatch } from '../../../src/store/events.ts';
import { addRun, type Given, stamp } from './kit.ts';

export function eventArchivesContract(given: Given): void {
  describe('archives of events', () => {
    const ARCHIVIST = 'archive';
    const lease = (holder = 'a') => ({ holder, ms: 0, at: stamp().at });
    const archivable = (limit = 100, cursor: string | null = null) =>
      given.store.archives.archivable(ARCHIVIST, cursor, limit);
    const cut = (archive: EventArchive) => given.store.archives.cut(ARCHIVIST, archive);
    const sha256 = () => uuidv7().replaceAll('-', '').repeat(2);

    async function addRuns(count: number): Promise<void> {
      for (let added = 0; added < count; added += 1) await addRun(given.store);
    }

    function archiveOf({ events, cursor }: EventBatch): EventArchive {
      const [first_at, last_at] = [events[0]?.at ?? '', events.at(-1)?.at ?? ''];
      return { sha256: sha256(), events: events.length, cursor, first_at, last_at };
    }

    async function read(name: string, limit: number): Promise<void> {
      const turn = await given.store.cursors.take(name, { ...lease(), ms: 60_000 });
      const { cursor } = await given.store.events.after(turn.kind === 'turn' ? turn.position : null, limit);
      expect(await given.store.cursors.advance(name, cursor, lease())).toBe(true);
    }

    it('may hold every event but the newest, where nobody reads the log', async () => {
      expect((await archivable()).events).toEqual([]);
      await addRuns(4);
      const all = await given.store.events.after(null, 100);
      const found = await archivable();
      expect(found).toEqual({
        events: all.events.slice(0, 3),
        cursors: all.cursors.slice(0, 3),
        cursor: all.cursors[2],
      });
      expect(await archivable(2)).toMatchObject({ events: all.events.slice(0, 2), cursor: all.cursors[1] });
      expect((await archivable(2, all.cursors[1])).events).toEqual(all.events.slice(2, 3));
      expect((await archivable(2, all.cursors[2])).events).toEqual([]);
    });

    it('may hold only what every reader has passed', async () => {
      await addRuns(5);
      const { events } = await given.store.events.after(null, 100);
      await read('fast', 4);
      await read('slow', 2);
      await given.store.cursors.take(ARCHIVIST, lease());
      expect((await archivable()).events).toEqual(events.slice(0, 2));
      await given.store.cursors.take('new', lease());
      expect((await archivable()).events).toEqual([]);
    });

    it('say how many events at the beginning of the log wait for one, and since when', async () => {
      const later = new Date(Date.now() + 60_000).toISOString();
      const waiting = (moment: string, max = 100) => given.store.archives.waiting(ARCHIVIST, moment, max);
      expect(await waiting(later)).toEqual({ count: 0, first_at: null });
      await addRuns(5);
      const { events } = await given.store.events.after(null, 100);
      const first_at = events[0]?.at;
      expect(await waiting(later)).toEqual({ count: 4, first_at });
      expect(await waiting(later, 2)).toEqual({ count: 2, first_at });
      expect(await waiting(first_at ?? '')).toEqual({ count: 0, first_at: null });
      await read('slow', 3);
      expect(await waiting(later)).toEqual({ count: 3, first_at });
      await cut(archiveOf(await archivable(2)));
      expect(await waiting(later)).toEqual({ count: 1, first_at: events[2]?.at });
    });

    it('take the place of events that are cut off, which the log then refuses to skip', async () => {
      await addRuns(5);
      const all = await given.store.events.after(null, 100);
      const [one, two] = [archiveOf(await archivable(2)), archiveOf(await archivable(1, all.cursors[1] ?? null))];
      expect(await given.store.archives.next(null)).toBe(null);
      expect(await cut(one)).toBe(true);
      expect(await cut(two)).toBe(true);
      expect(await given.store.archives.next(null)).toEqual(one);
      expect(await given.store.archives.next(all.cursors[0] ?? null)).toEqual(one);
      expect(await given.store.archives.next(all.cursors[1] ?? null)).toEqual(two);
      expect(await given.store.archives.next(all.cursors[2] ?? null)).toBe(null);
      for (const cursor of [null, all.cursors[0], all.cursors[1]])
        await expect(given.store.events.after(cursor ?? null, 100)).rejects.toMatchObject({
          code: 'validation_failed',
        });
      expect(await given.store.events.after(all.cursors[2] ?? null, 100)).toEqual({
        events: all.events.slice(3),
        cursors: all.cursors.slice(3),
        cursor: all.cursor,
      });
      expect((await archivable()).events).toEqual(all.events.slice(3, 4));
    });

    it('hold exactly what is cut off: anything else is not cut off', async () => {
      await addRuns(4);
      const all = await given.store.events.after(null, 100);
      const whole = archiveOf(await archivable());
      for (const events of [0, 1, 2, 4]) expect(await cut({ ...whole, events })).toBe(false);
      expect(await cut({ ...whole, events: 4, cursor: all.cursor })).toBe(false);
      await read('reader', 2);
      expect(await cut(whole)).toBe(false);
      expect((await given.store.events.after(null, 100)).events).toEqual(all.events);
      expect(await given.store.archives.next(null)).toBe(null);
    });

    it('are made once where 10 cut off the same events at the same time', async () => {
      await addRuns(6);
      const whole = archiveOf(await archivable());
      const done = await Promise.all(Array.from({ length: 10 }, () => cut({ ...whole, sha256: sha256() })));
      expect(done.filter(Boolean)).toHaveLength(1);
      expect((await archivable()).events).toEqual([]);
    });

    it('may be asked for while others cut events off: what comes next is then after those', async () => {
      await addRuns(30);
      const all = await given.store.events.after(null, 100);
      let isCutting = true;
      const asking = Array.from({ length: 8 }, async (_, index) => {
        while (isCutting) {
          const { events } = await archivable(100, index % 2 === 0 ? null : (all.cursors[0] ?? null));
          const first = all.events.findIndex(({ id }) => id === events[0]?.id);
          expect(events).toEqual(events.length === 0 ? [] : all.events.slice(first, 29));
        }
      });
      const cutting = async () => {
        for (let left = 29; left > 0; left -= 1) expect(await cut(archiveOf(await archivable(1)))).toBe(true);
      };
      const done = cutting().finally(() => {
        isCutting = false;
      });
      await Promise.all([...asking, done]);
      expect((await archivable(100, all.cursors[0] ?? null)).events).toEqual([]);
    });

    it('keep their files: they are content that rows name', async () => {
      await addRuns(3);
      const archive = archiveOf(await archivable());
      expect(await given.store.contents.has(archive.sha256)).toBe(false);
      await cut(archive);
      expect(await given.store.contents.has(archive.sha256)).toBe(true);
      expect(await given.store.contents.named(10)).toEqual([archive.sha256]);
      expect(await given.stores.of(uuidv7()).contents.has(archive.sha256)).toBe(false);
    });

    it('leave the tenant known, and a reader that has a new name something to read', async () => {
      await addRuns(3);
      await cut(archiveOf(await archivable()));
      const turn = await given.store.cursors.take('new', lease());
      expect(turn).toEqual({ kind: 'turn', position: null, failures: 0 });
      expect((await given.stores.tenantsBehind('another')).length).toBeGreaterThan(0);
    });
  });
}
