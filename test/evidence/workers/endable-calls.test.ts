import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import { endableCalls } from '../../../src/evidence/workers/endable-calls.ts';

const untilEnded = (ended: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    ended.addEventListener('abort', () => reject(ended.reason));
  });

describe('calls that can be ended', () => {
  it('give what they give while nobody ends them', async () => {
    const calls = endableCalls();
    expect(await calls.run(new AbortController().signal, async () => 'done')).toBe('done');
    await expect(calls.run(undefined, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('end each by its own signal, with its reason, and are not begun once that is aborted', async () => {
    const calls = endableCalls();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = calls.run(one.signal, untilEnded);
    const second = calls.run(other.signal, untilEnded);
    one.abort(new Error('first'));
    await expect(first).rejects.toThrow('first');
    await expect(calls.run(one.signal, async () => 'begun')).rejects.toThrow('first');
    other.abort(new Error('second'));
    await expect(second).rejects.toThrow('second');
  });

  it('end all at once, and are not begun any more after that', async () => {
    const calls = endableCalls();
    const running = [calls.run(undefined, untilEnded), calls.run(new AbortController().signal, untilEnded)];
    const stopping = new MaestroError('not_ready', 'The server is stopping');
    calls.close(stopping);
    for (const one of running) await expect(one).rejects.toBe(stopping);
    await expect(calls.run(undefined, async () => 'begun')).rejects.toBe(stopping);
  });
});
