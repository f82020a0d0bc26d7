import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EventHandler, limitedHandler } from '../../src/jobs/event-handler.ts';
import { memoryStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';

async function anEvent() {
  const store = memoryStores({ maxArtifactsPerRun: 10 }).of('tenant');
  await addRun(store);
  const [event] = (await store.events.after(null, 1)).events;
  if (event === undefined) throw new Error('There is no event');
  return event;
}

const soon = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function limited(handler: EventHandler, handlerMs = 60_000) {
  const turn = new AbortController();
  return { turn, ...limitedHandler({ tenant: 'tenant', handler, handlerMs }, turn.signal) };
}

afterEach(() => void vi.useRealTimers());

describe('a handler with a time limit', () => {
  it('has the limit for each event, not for all of a turn', async () => {
    const event = await anEvent();
    vi.useFakeTimers();
    let calls = 0;
    const { handle, end } = limited(async () => {
      calls += 1;
      await soon(900);
    }, 1_000);
    for (let count = 0; count < 5; count += 1) await Promise.all([handle(event), vi.advanceTimersByTimeAsync(900)]);
    expect(calls).toBe(5);
    end();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is stopped when the limit has passed since its own event began, not since the first', async () => {
    const event = await anEvent();
    vi.useFakeTimers();
    let calls = 0;
    const { handle, end } = limited(() => {
      calls += 1;
      return calls < 3 ? soon(300) : new Promise(() => {});
    }, 1_000);
    for (let count = 0; count < 2; count += 1) await Promise.all([handle(event), vi.advanceTimersByTimeAsync(300)]);
    let stopped: unknown = null;
    const last = handle(event).catch((error) => {
      stopped = error;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(stopped).toBe(null);
    await vi.advanceTimersByTimeAsync(1);
    await last;
    expect(stopped).toMatchObject({ message: 'The event was not handled within 1000 ms' });
    end();
  });

  it('gets a signal of its own for each event, and none is aborted once its event was handled', async () => {
    const signals: AbortSignal[] = [];
    const { handle, end, turn } = limited(async (_event, { signal }) => void signals.push(signal), 20);
    const event = await anEvent();
    await handle(event);
    await handle(event);
    await soon(60);
    turn.abort(new Error('The process stops'));
    expect(new Set(signals).size).toBe(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    end();
  });

  it('sees the abort of its turn, also where it asks for the signal only after it', async () => {
    const reason = new Error('The process stops');
    const seen: unknown[] = [];
    const { handle, end, turn } = limited(async (_event, given) => {
      turn.abort(reason);
      const { signal } = given;
      seen.push(signal.aborted, signal.reason, given.signal === signal);
      await new Promise(() => {});
    });
    await expect(handle(await anEvent())).rejects.toBe(reason);
    expect(seen).toEqual([true, reason, true]);
    await expect(handle(await anEvent())).rejects.toBe(reason);
    end();
  });

  it('does not wait for one that ended late, nor is its end taken for that of the next event', async () => {
    const leaves: (() => void)[] = [];
    const { handle, end, turn } = limited(() => new Promise((resolve) => void leaves.push(resolve)), 50);
    await expect(handle(await anEvent())).rejects.toThrow('The event was not handled within 50 ms');
    const next = handle(await anEvent());
    leaves[0]?.();
    await expect(next).rejects.toThrow('The event was not handled within 50 ms');
    end();
    turn.abort(new Error('The process stops'));
    await expect(handle(await anEvent())).rejects.toThrow('The process stops');
    expect(leaves).toHaveLength(2);
  });
});
