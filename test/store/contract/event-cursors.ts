import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { CursorTurn } from '../../../src/store/event-cursors.ts';
import { addRun, type Given, stamp } from './kit.ts';

export function eventCursorsContract(given: Given): void {
  describe('cursors', () => {
    const lease = (holder: string, ms = 60_000) => ({ holder, ms, at: stamp().at });
    const take = (holder: string, ms?: number, name = 'reader') => given.store.cursors.take(name, lease(holder, ms));
    const progress = (max = 100) => given.store.cursors.progress('reader', max);
    const fail = (holder: string, retryMs: number, detail = 'It broke') =>
      given.store.cursors.fail('reader', { detail, retryMs }, { holder, at: stamp().at });
    const pause = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
    const START = { kind: 'turn', position: null, failures: 0 };
    const NOT_FREE = { kind: 'not_free' };
    const NOTHING_NEW = { kind: 'nothing_new' };

    /** Handles up to `limit` events as the holder, and gives the cursor back. */
    async function handle(holder: string, limit: number): Promise<string[]> {
      const turn: CursorTurn = await take(holder);
      if (turn.kind !== 'turn') return [];
      const batch = await given.store.events.after(turn.position, limit);
      expect(await given.store.cursors.advance('reader', batch.cursor, lease(holder, 0))).toBe(true);
      return batch.events.map(({ id }) => id);
    }

    it('stand at the beginning of the log where their name is not known yet', async () => {
      expect(await take('a')).toEqual(NOTHING_NEW);
      await addRun(given.store);
      expect(await take('a')).toEqual(START);
      expect(await take('a', 60_000, 'another reader')).toEqual(START);
    });

    it('go on where the last holder stopped, for each name and tenant of its own', async () => {
      for (let count = 0; count < 3; count += 1) await addRun(given.store);
      const all = (await given.store.events.after(null, 10)).events.map(({ id }) => id);
      expect(await handle('a', 2)).toEqual(all.slice(0, 2));
      expect(await handle('b', 2)).toEqual(all.slice(2));
      expect(await take('a')).toEqual(NOTHING_NEW);
      expect(await take('a', 60_000, 'another reader')).toEqual(START);
      const other = given.stores.of(uuidv7());
      expect(await other.cursors.take('reader', lease('a'))).toEqual(NOTHING_NEW);
      const added = await addRun(given.store);
      const turn = await take('a');
      const rest = await given.store.events.after(turn.kind === 'turn' ? turn.position : null, 10);
      expect(rest.events).toMatchObject([{ run_id: added.id }]);
    });

    it('can be placed after any event of a batch', async () => {
      for (let count = 0; count < 4; count += 1) await addRun(given.store);
      const { events, cursors, cursor } = await given.store.events.after(null, 10);
      expect([cursors.length, cursors.at(-1)]).toEqual([events.length, cursor]);
      for (const [index, one] of cursors.entries())
        expect((await given.store.events.after(one, 10)).events).toEqual(events.slice(index + 1));
    });

    it('have one holder at a time, who may take them again', async () => {
      await addRun(given.store);
      expect(await take('a')).toEqual(START);
      expect(await take('b')).toEqual(NOT_FREE);
      expect(await take('a')).toEqual(START);
    });

    it('go to one of 20 who ask at the same time', async () => {
      await addRun(given.store);
      const turns = await Promise.all(Array.from({ length: 20 }, (_, holder) => take(`holder ${holder}`)));
      expect(turns.filter(({ kind }) => kind === 'turn')).toHaveLength(1);
      expect(turns.filter(({ kind }) => kind === 'not_free')).toHaveLength(19);
    });

    it('are free when their lease has ended, and at once where it is given back', async () => {
      await addRun(given.store);
      await take('a', 500);
      expect(await given.store.cursors.extend('reader', lease('a', 60_000))).toBe(true);
      await pause(600);
      expect(await take('b')).toEqual(NOT_FREE);
      expect(await given.store.cursors.extend('reader', lease('a', 0))).toBe(true);
      await pause();
      expect(await take('b', 1)).toEqual(START);
      await pause();
      expect(await take('a')).toEqual(START);
    });

    it('refuse a holder whose lease has ended, or who never had it, and do not move', async () => {
      await addRun(given.store);
      const { cursor } = await given.store.events.after(null, 10);
      const refusals = async (holder: string) => [
        await given.store.cursors.advance('reader', cursor, lease(holder)),
        await given.store.cursors.extend('reader', lease(holder)),
        await fail(holder, 60_000),
      ];
      expect(await refusals('a')).toEqual([false, false, false]);
      await take('a', 1);
      await pause();
      expect(await refusals('a')).toEqual([false, false, false]);
      expect(await take('b')).toEqual(START);
      expect(await refusals('a')).toEqual([false, false, false]);
      expect(await progress()).toMatchObject({ position: null, failures: 0, last_failure: null, is_held: true });
      expect(await given.store.cursors.advance('reader', cursor, lease('b'))).toBe(true);
      expect(await progress()).toMatchObject({ position: cursor });
    });

    it('never go back', async () => {
      for (let count = 0; count < 2; count += 1) await addRun(given.store);
      const { cursors, cursor } = await given.store.events.after(null, 10);
      await take('a');
      for (const position of [cursor, cursors[0] as string])
        expect(await given.store.cursors.advance('reader', position, lease('a'))).toBe(true);
      expect(await progress()).toMatchObject({ position: cursor });
    });

    it('refuse a position that the log did not return', async () => {
      await addRun(given.store);
      await take('a');
      for (const position of ['', '0', 'nope'])
        await expect(given.store.cursors.advance('reader', position, lease('a'))).rejects.toMatchObject({
          code: 'validation_failed',
        });
    });

    it('go to nobody for a while after a failure, and count failures until they advance', async () => {
      await addRun(given.store);
      await take('a');
      expect(await fail('a', 300, 'It \0 broke')).toBe(true);
      expect([await take('a'), await take('b')]).toEqual([NOT_FREE, NOT_FREE]);
      await pause(400);
      expect(await take('b')).toEqual({ ...START, failures: 1 });
      expect(await fail('b', 0)).toBe(true);
      await pause();
      expect(await take('b')).toEqual({ ...START, failures: 2 });
      const last_failure = { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), detail: 'It broke' };
      expect(await progress()).toMatchObject({ failures: 2, last_failure, position: null, advanced_at: null });
      const { cursor } = await given.store.events.after(null, 10);
      await given.store.cursors.advance('reader', cursor, lease('b', 0));
      expect(await progress()).toMatchObject({ failures: 0, last_failure, position: cursor });
    });

    it('report how far they are, and what waits since when', async () => {
      const nothing = { waiting: 0, oldest_waiting_at: null, is_held: false, failures: 0, last_failure: null };
      expect(await progress()).toEqual({ ...nothing, position: null, advanced_at: null });
      for (let count = 0; count < 5; count += 1) await addRun(given.store);
      const { events, cursors } = await given.store.events.after(null, 10);
      expect(await progress(3)).toMatchObject({ waiting: 3, oldest_waiting_at: events[0]?.at });
      await handle('a', 2);
      await pause();
      const advanced_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      const waits = { waiting: 3, oldest_waiting_at: events[2]?.at };
      expect(await progress()).toEqual({ ...nothing, ...waits, position: cursors[1], advanced_at });
      await take('b');
      expect(await progress()).toMatchObject({ ...waits, is_held: true });
    });

    it('tell which tenants have events after them', async () => {
      const ours = given.stores.of('tenant behind');
      expect(await given.stores.tenantsBehind('reader')).not.toContain('tenant behind');
      await addRun(ours);
      expect(await given.stores.tenantsBehind('reader')).toContain('tenant behind');
      await ours.cursors.take('reader', lease('a'));
      const { cursor } = await ours.events.after(null, 10);
      expect(await given.stores.tenantsBehind('reader')).toContain('tenant behind');
      await ours.cursors.advance('reader', cursor, lease('a', 0));
      expect(await given.stores.tenantsBehind('reader')).not.toContain('tenant behind');
      expect(await given.stores.tenantsBehind('another reader')).toContain('tenant behind');
    });
  });
}
