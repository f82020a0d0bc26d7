// The handler of events, and its calls, each with a time limit. One timer and one listener serve all
// events of a turn, and a signal is made only for a handler that asks for it: most events take far
// less time than these would.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';

/**
 * Handles one event. It may come again, also after it was handled. `signal` is aborted when the time
 * limit has passed, the process stops, or another process may handle the event: whatever is done
 * after that may be done twice at once.
 */
export type EventHandler = (event: MaestroEvent, turn: { tenant: string; signal: AbortSignal }) => Promise<void>;

export type LimitedHandler = {
  /**
   * Handles one event, after the one before. Rejects where the handler does, where its time limit
   * has passed, and where the turn is aborted. A handler that ignores its signal is left behind.
   */
  handle(event: MaestroEvent): Promise<void>;
  /** The turn is over. */
  end(): void;
};

type Limits = { readonly tenant: string; readonly handler: EventHandler; readonly handlerMs: number };

/** The event that is being handled. */
type Current = { readonly deadline: number; readonly stop: (reason: unknown) => void };

/** `turn` is aborted when no more events may be handled. */
export function limitedHandler({ tenant, handler, handlerMs }: Limits, turn: AbortSignal): LimitedHandler {
  let current: Current | null = null;
  let timer: NodeJS.Timeout | undefined;
  const late = () => {
    timer = undefined;
    if (current === null) return;
    const left = current.deadline - performance.now();
    if (left > 0) timer = setTimeout(late, Math.ceil(left));
    else current.stop(new Error(`The event was not handled within ${handlerMs} ms`));
  };
  const stop = () => current?.stop(turn.reason);
  turn.addEventListener('abort', stop);
  return {
    async handle(event) {
      turn.throwIfAborted();
      try {
        await new Promise<void>((resolve, reject) => {
          const limit = lazySignal();
          const end = (reason: unknown) => {
            limit.abort(reason);
            reject(reason);
          };
          current = { deadline: performance.now() + handlerMs, stop: end };
          timer ??= setTimeout(late, handlerMs);
          Promise.resolve(handler(event, turnOf(tenant, limit))).then(resolve, reject);
        });
      } finally {
        current = null;
      }
    },
    end() {
      clearTimeout(timer);
      turn.removeEventListener('abort', stop);
    },
  };
}

function turnOf(tenant: string, limit: LazySignal): Parameters<EventHandler>[1] {
  return {
    tenant,
    get signal() {
      return limit.signal();
    },
  };
}

type LazySignal = { signal(): AbortSignal; abort(reason: unknown): void };

function lazySignal(): LazySignal {
  let controller: AbortController | null = null;
  let aborted: { readonly reason: unknown } | null = null;
  return {
    signal() {
      controller ??= new AbortController();
      if (aborted !== null) controller.abort(aborted.reason);
      return controller.signal;
    },
    abort(reason) {
      aborted ??= { reason };
      controller?.abort(aborted.reason);
    },
  };
}
