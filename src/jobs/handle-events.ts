// Hands the next events of a tenant to a handler, one after the other, and moves the cursor.
import type { EventBatch, EventStore } from '../store/events.ts';
import { type EventHandler, type LimitedHandler, limitedHandler } from './event-handler.ts';

export type Handling = {
  readonly tenant: string;
  readonly events: EventStore;
  readonly handler: EventHandler;
  /** Maximum number of events in a turn. */
  readonly maxEvents: number;
  /** Time limit for one event, in milliseconds. */
  readonly handlerMs: number;
  /**
   * Moves the cursor, null for not at all, and gives it back where that is the end of the turn.
   * Aborts the signal of the turn where the lease was lost.
   */
  advance(position: string | null, isEnd: boolean): Promise<void>;
};

/**
 * How many events were handled, and why the next one was not; `failure` is null where none failed.
 * `isFull` is whether the turn ended as it had its number of events: there may be more.
 */
export type Handled = {
  readonly count: number;
  readonly isFull: boolean;
  readonly failure: { readonly error: unknown } | null;
};

/** How long events are handled at most before the cursor is moved. */
const ADVANCE_MS = 1_000;

/** How many events are read at a time. They are held in memory: the store limits their bytes. */
const BATCH = 1_000;

type Progress = { count: number; position: string | null; moved: string | null; movedAt: number };

/**
 * Handles the events after `position`. The cursor has moved past those that were handled when this
 * resolves. Rejects where the store fails.
 */
export async function handleEvents(handling: Handling, position: string | null, signal: AbortSignal): Promise<Handled> {
  const { events, maxEvents } = handling;
  const progress: Progress = { count: 0, position, moved: position, movedAt: performance.now() };
  const limited = limitedHandler(handling, signal);
  let failure: Handled['failure'] = null;
  try {
    for (let isLast = false; failure === null && !isLast; ) {
      const limit = Math.min(BATCH, maxEvents - progress.count);
      const batch = await events.after(progress.position, limit);
      failure = await handleBatch(handling, batch, progress, limited.handle);
      isLast = batch.events.length < limit || progress.count >= maxEvents;
    }
  } finally {
    limited.end();
  }
  await move(handling, progress, failure === null);
  const { count } = progress;
  return { count, isFull: count >= maxEvents, failure };
}

async function handleBatch(
  handling: Handling,
  batch: EventBatch,
  progress: Progress,
  handle: LimitedHandler['handle'],
): Promise<Handled['failure']> {
  const { events } = batch;
  let handled = 0;
  // The cursors in between are made where they are needed: that is rare.
  const note = () => {
    if (handled > 0)
      progress.position = handled === events.length ? batch.cursor : (batch.cursors[handled - 1] ?? null);
  };
  for (const event of events) {
    try {
      await handle(event);
    } catch (error) {
      note();
      return { error };
    }
    progress.count += 1;
    handled += 1;
    if (performance.now() - progress.movedAt < ADVANCE_MS) continue;
    note();
    await move(handling, progress, false);
  }
  note();
  return null;
}

/** Moves the cursor past what was handled. Where nothing was, it is at most given back. */
async function move(handling: Handling, progress: Progress, isEnd: boolean): Promise<void> {
  const { count, position, moved } = progress;
  if (position === moved && !isEnd) return;
  await handling.advance(count === 0 ? null : position, isEnd);
  progress.moved = position;
  progress.movedAt = performance.now();
}
