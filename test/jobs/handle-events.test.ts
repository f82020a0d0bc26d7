import { describe, expect, it } from 'vitest';
import type { EventHandler } from '../../src/jobs/event-handler.ts';
import { handleEvents } from '../../src/jobs/handle-events.ts';
import type { TenantStores } from '../../src/start/stores.ts';
import { memoryStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';

async function logOf(count: number): Promise<TenantStores> {
  const store = memoryStores({ maxArtifactsPerRun: 10 }).of('tenant');
  for (let added = 0; added < count; added += 1) await addRun(store);
  return store;
}

/** What is handled and how the cursor moves, for a log of 5 events. */
async function handled(
  handler: EventHandler,
  { maxEvents = 10, handlerMs = 60_000, signal = new AbortController().signal } = {},
) {
  const { events } = await logOf(5);
  const moves: [number | null, boolean][] = [];
  const all = await events.after(null, 10);
  const outcome = await handleEvents(
    {
      ...{ tenant: 'tenant', events, handler, maxEvents, handlerMs },
      async advance(position, isEnd) {
        moves.push([position === null ? null : all.cursors.indexOf(position) + 1, isEnd]);
      },
    },
    null,
    signal,
  );
  return { ...outcome, moves, ids: all.events.map(({ id }) => id) };
}

describe('the events of a turn', () => {
  it('are handled one after the other in their order, and the cursor moves past all of them once', async () => {
    const seen: string[] = [];
    let atOnce = 0;
    const { ids, ...outcome } = await handled(async ({ id }, { tenant }) => {
      atOnce += 1;
      await new Promise((resolve) => setImmediate(resolve));
      expect([atOnce, tenant]).toEqual([1, 'tenant']);
      atOnce -= 1;
      seen.push(id);
    });
    expect(seen).toEqual(ids);
    expect(outcome).toEqual({ count: 5, isFull: false, failure: null, moves: [[5, true]] });
  });

  it('are as many as a turn may have', async () => {
    expect(await handled(async () => {}, { maxEvents: 2 })).toMatchObject({
      count: 2,
      isFull: true,
      moves: [[2, true]],
    });
  });

  it.each<[string, (error: Error) => EventHandler]>([
    ['rejects', (error) => async () => Promise.reject(error)],
    [
      'throws',
      (error) => () => {
        throw error;
      },
    ],
  ])('end at one whose handler %s: the cursor stands before it, and is not given back', async (_how, failing) => {
    const error = new Error('no');
    let calls = 0;
    const outcome = await handled((event, turn) => {
      calls += 1;
      return calls === 3 ? failing(error)(event, turn) : Promise.resolve();
    });
    expect(outcome).toMatchObject({ count: 2, failure: { error }, moves: [[2, false]] });
    expect(calls).toBe(3);
  });

  it('are read a thousand at a time, however many a turn may have', async () => {
    const { events } = await logOf(2_500);
    const limits: number[] = [];
    const after: typeof events.after = (cursor, limit) => {
      limits.push(limit);
      return events.after(cursor, limit);
    };
    const seen: string[] = [];
    const moves: unknown[] = [];
    const handling = {
      ...{ tenant: 'tenant', events: { after }, handlerMs: 60_000, maxEvents: 10_000 },
      handler: async ({ id }: { id: string }) => void seen.push(id),
      advance: async (...move: unknown[]) => void moves.push(move),
    };
    expect(await handleEvents(handling, null, new AbortController().signal)).toMatchObject({
      count: 2_500,
      isFull: false,
    });
    const all = await events.after(null, 10_000);
    expect(seen).toEqual(all.events.map(({ id }) => id));
    expect([limits, moves]).toEqual([[1_000, 1_000, 1_000], [[all.cursor, true]]]);
  });

  it('move no cursor where the first one fails', async () => {
    expect(await handled(() => Promise.reject(new Error('no')))).toMatchObject({ count: 0, moves: [] });
  });

  it('end at one that takes too long: its signal is aborted, and it is waited for no longer', async () => {
    const signals: AbortSignal[] = [];
    const { failure, count } = await handled(
      (_event, { signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      { handlerMs: 20 },
    );
    expect([count, signals.length, signals[0]?.aborted]).toEqual([0, 1, true]);
    expect(failure?.error).toMatchObject({ message: 'The event was not handled within 20 ms' });
  });

  it('end where the turn is aborted, with the reason of that', async () => {
    const turn = new AbortController();
    const reason = new Error('The process stops');
    const outcome = await handled(
      (_event, { signal }) => {
        turn.abort(reason);
        expect(signal.aborted).toBe(true);
        return new Promise(() => {});
      },
      { signal: turn.signal },
    );
    expect(outcome).toMatchObject({ count: 0, failure: { error: reason }, moves: [] });
    expect(await handled(async () => {}, { signal: turn.signal })).toMatchObject({
      count: 0,
      failure: { error: reason },
    });
  });

  it('move the cursor on the way where they take long', { tags: 'slow' }, async () => {
    const { moves } = await handled(() => new Promise((resolve) => setTimeout(resolve, 600)), { maxEvents: 3 });
    expect(moves).toEqual([
      [2, false],
      [3, true],
    ]);
  });

  it('give the cursor back where there are none', async () => {
    const { events } = await logOf(0);
    const ends: unknown[] = [];
    const advance = async (...move: unknown[]) => void ends.push(move);
    const handling = { tenant: 'tenant', events, handler: async () => {}, maxEvents: 10, handlerMs: 10, advance };
    expect(await handleEvents(handling, null, new AbortController().signal)).toEqual({
      count: 0,
      isFull: false,
      failure: null,
    });
    expect(ends).toEqual([[null, true]]);
  });
});
