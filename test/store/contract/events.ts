import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/event/actor.ts';
import type { MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import type { UpdateRunRequest } from '../../../src/domain/run/run.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { addArtifact, addPack, addRun, allEvents, type Given, stamp } from './kit.ts';

/** For drivers that keep rows: events stored by earlier versions are read in today's form. */
export function oldEventsContract(given: Given): void {
  it.each([
    ['anonymous', ANONYMOUS],
    ['reader', { type: 'system', id: 'system:reader', name: 'reader' }],
    ['verifier', { type: 'system', id: 'system:verifier', name: 'verifier' }],
    ['prune', { type: 'system', id: 'system:prune', name: 'prune' }],
  ])('an event that an earlier version stored with the actor %s is read with an actor object', async (word, actor) => {
    const { run, event } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp());
    // Drivers store an event as it is given, so this is the row that an earlier version wrote.
    await given.store.runs.create(run, { ...event, actor: word as never });
    expect(await allEvents(given.store)).toEqual([{ ...event, actor }]);
  });
}

export function eventsContract(given: Given): void {
  describe('events', () => {
    it('tell of every write, in the order of their effects', async () => {
      const run = await addRun(given.store);
      const artifact = await addArtifact(given.store, run.id);
      const running = await given.store.runs.update(run.id, (row) => updateRun(row, { status: 'running' }, stamp()));
      const pack = await addPack(given.store, run.id, null);
      const common = { id: expect.any(String), at: expect.any(String), request_id: 'request', actor: ANONYMOUS };
      expect(await allEvents(given.store)).toEqual([
        { ...common, type: 'run.created', run_id: run.id, data: run },
        { ...common, type: 'artifact.created', run_id: run.id, artifact_id: artifact.id, data: artifact },
        { ...common, type: 'run.updated', run_id: run.id, data: running, changed: ['status'] },
        { ...common, type: 'disclosure_pack.created', run_id: run.id, pack_id: pack.id, data: pack },
      ]);
    });

    it('tell once of the update that finishes a run, and of later updates of it as such', async () => {
      const { id } = await addRun(given.store);
      const update = (request: UpdateRunRequest) =>
        given.store.runs.update(id, (row) => updateRun(row, request, stamp()));
      const finished = await update({ status: 'failed', cost_actual: 1 });
      await update({ status: 'failed' });
      const later = await update({ cost_actual: 2 });
      const [, ...events] = await allEvents(given.store);
      expect(events).toMatchObject([
        { type: 'run.finished', data: finished, changed: ['status', 'finished_at', 'cost_actual'] },
        { type: 'run.updated', data: later, changed: ['cost_actual'] },
      ]);
    });

    it('may be of no run and of subjects of any kind, and are kept as they are', async () => {
      const { run } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp());
      const event = { ...stamp(), type: 'policy.created', run_id: null, policy_id: 'policy-1', data: { a: '\0' } };
      await given.store.runs.create(run, event as never);
      expect(await allEvents(given.store)).toEqual([event]);
    });

    it('are each read once by a reader that polls while others write', async () => {
      const run = await addRun(given.store);
      const seen: string[] = [];
      let cursor: string | null = null;
      let writing = true;
      const reader = (async () => {
        for (let last = false; !last; ) {
          last = !writing;
          for (;;) {
            const batch: { events: readonly MaestroEvent[]; cursor: string } = await given.store.events.after(
              cursor,
              7,
            );
            cursor = batch.cursor;
            if (batch.events.length === 0) break;
            seen.push(...batch.events.map((event) => event.id));
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const writers = Array.from({ length: 64 }, async () => {
        for (let count = 0; count < 5; count += 1) await addArtifact(given.store, run.id);
      });
      await Promise.all(writers);
      writing = false;
      await reader;
      expect(seen).toHaveLength(64 * 5 + 1);
      expect(new Set(seen).size).toBe(seen.length);
    });

    it('stand still where there is nothing new', async () => {
      await addRun(given.store);
      const { cursor } = await given.store.events.after(null, 10);
      const again = await given.store.events.after(cursor, 10);
      expect(again.events).toEqual([]);
      const after = await addRun(given.store);
      expect((await given.store.events.after(again.cursor, 10)).events).toMatchObject([{ run_id: after.id }]);
    });

    it('refuse a cursor that the store did not make', async () => {
      for (const cursor of ['', '0', 'nope', '%']) {
        await expect(given.store.events.after(cursor, 1)).rejects.toMatchObject({ code: 'validation_failed' });
      }
    });
  });
}
