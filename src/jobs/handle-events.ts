// Hands the next events of a tenant to a handler, one after the other, and moves the cursor.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { EventStore } from '../store/events.ts';

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
  readonly batch: number;
  /** Time limit for one event, in milliseconds. */
  readonly handlerMs: number;
  /**
   * Moves the cursor, null for not at all, and gives it back where that is the end of the turn.
   * Aborts the signal of the turn where the lease was lost.
   */
  advance(position: string | null, isEnd: boolean): Promise<void>;
};

/**
 * How many events were handled, and why the next one was not; `failure` is null where all of the
 * turn were.
 */
export type Handled = { readonly count: number; readonly failure: { readonly error: unknown } | null };

/** How long events are handled at most before the cursor is moved. */
const ADVANCE_MS = 1_000;

/**
 * Handles the events after `position`. The cursor has moved past those that were handled when this
 * resolves. Rejects where the store fails.
 */
export async function handleEvents(handling: Handling, position: string | null, signal: AbortSignal): Promise<Handled> {
  const { events, cursors } = await handling.events.after(position, handling.batch);
  let [count, moved, movedAt] = [0, 0, performance.now()];
  let failure: Handled['failure'] = null;
  const move = async (isEnd: boolean) => {
    if (count === moved && !isEnd) return;
    await handling.advance(cursors[count - 1] ?? null, isEnd);
    [moved, movedAt] = [count, performance.now()];
  };
  for (const event of events) {
    try {
      await handleOne(handling, event, signal);
    } catch (error) {
      failure = { error };
      break;
    }
    count += 1;
    if (performance.now() - movedAt >= ADVANCE_MS) await move(false);
  }
  await move(failure === null);
  return { count, failure };
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
