// Hands the next events of a tenant to a handler, one after the other, and moves the cursor.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { EventBatch, EventStore } from '../store/events.ts';

/**
 * Handles one event. It may come again, also after it was handled. `signal` is aborted when the time
 * limit has passed, the process stops, or another process may handle the event: whatever is done
 * after that may be done twice at once.
 */
export type EventHandler = (event: MaestroEvent, turn: { tenant: string; signal: AbortSignal }) => Promise<void>;

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

/** How many events are read at a time: they are held in memory. */
const BATCH = 100;

type Progress = { count: number; position: string | null; moved: string | null; movedAt: number };

/**
 * Handles the events after `position`. The cursor has moved past those that were handled when this
 * resolves. Rejects where the store fails.
 */
export async function handleEvents(handling: Handling, position: string | null, signal: AbortSignal): Promise<Handled> {
  const { events, maxEvents } = handling;
  const progress: Progress = { count: 0, position, moved: position, movedAt: performance.now() };
  let failure: Handled['failure'] = null;
  for (let isLast = false; failure === null && !isLast; ) {
    const limit = Math.min(BATCH, maxEvents - progress.count);
    const batch = await events.after(progress.position, limit);
    failure = await handleBatch(handling, batch, progress, signal);
    isLast = batch.events.length < limit || progress.count >= maxEvents;
  }
  await move(handling, progress, failure === null);
  const { count } = progress;
  return { count, isFull: count >= maxEvents, failure };
}

async function handleBatch(
  handling: Handling,
  { events, cursors }: EventBatch,
  progress: Progress,
  signal: AbortSignal,
): Promise<Handled['failure']> {
  for (const [index, event] of events.entries()) {
    try {
      await handleOne(handling, event, signal);
    } catch (error) {
      return { error };
    }
    progress.count += 1;
    progress.position = cursors[index] ?? null;
    if (performance.now() - progress.movedAt >= ADVANCE_MS) await move(handling, progress, false);
  }
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

/** Rejects where the handler does, and where `signal` is aborted or the time limit has passed. */
async function handleOne(
  { handler, handlerMs, tenant }: Handling,
  event: MaestroEvent,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const stop = () => limit.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const late = () => limit.abort(new Error(`The event was not handled within ${handlerMs} ms`));
  const timer = setTimeout(late, handlerMs);
  try {
    // A handler that ignores the signal is left behind.
    await new Promise<void>((resolve, reject) => {
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
      Promise.resolve(handler(event, { tenant, signal: limit.signal })).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
