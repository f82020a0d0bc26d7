import { describe, expect, it } from 'vitest';
import { holdTurn } from '../../src/jobs/held-turn.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const aborted = (signal: AbortSignal) => expect.poll(() => signal.aborted, { timeout: 30_000 }).toBe(true);

describe('a held turn', () => {
  it('is lost when its lease has expired, counted from when the store was asked for it', async () => {
    const turn = holdTurn(performance.now() - 60_000, 60_100);
    expect([turn.signal.aborted, turn.isLost()]).toEqual([false, false]);
    await aborted(turn.signal);
    expect(turn.isLost()).toBe(true);
    expect(turn.signal.reason).toMatchObject({ message: 'The lease on the cursor was lost' });
  });

  it('goes on for as long as it is extended, and is not lost where it was given back', async () => {
    const turn = holdTurn(performance.now(), 60_000);
    turn.extended(performance.now(), 120_000);
    turn.extended(performance.now(), 0);
    await pause(20);
    expect(turn.isLost()).toBe(false);
  });

  it('is lost at once where the store says so', () => {
    const turn = holdTurn(performance.now(), 60_000);
    turn.lose();
    expect([turn.signal.aborted, turn.isLost()]).toEqual([true, true]);
  });

  it('stops with the process, which is no loss', () => {
    for (const isLate of [false, true]) {
      const turn = holdTurn(performance.now(), 60_000);
      const stopping = new AbortController();
      const reason = new Error('The process stops');
      if (isLate) stopping.abort(reason);
      turn.stopWith(stopping.signal);
      stopping.abort(reason);
      turn.lose();
      expect([turn.signal.aborted, turn.signal.reason, turn.isLost()]).toEqual([true, reason, false]);
    }
  });

  it('is aborted by nothing after its end', async () => {
    const turn = holdTurn(performance.now(), 10);
    const stopping = new AbortController();
    turn.stopWith(stopping.signal);
    turn.end();
    turn.extended(performance.now(), 1);
    stopping.abort();
    await pause(50);
    expect(turn.signal.aborted).toBe(false);
  });
});
