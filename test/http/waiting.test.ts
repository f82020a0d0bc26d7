import { describe, expect, it } from 'vitest';
import { preferredWait, preferredWaitMs, settled } from '../../src/http/waiting.ts';

describe('Prefer: wait', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['return=minimal', null],
    ['waiting=5', null],
    ['wait-until=3', null],
    ['wait=0', 0],
    ['wait=10', 10],
    ['wait=60', 60],
    ['WAIT = 7', 7],
    ['wait="7"', 7],
    ['wait=007', 7],
    ['respond-async, wait=10', 10],
    ['wait=10; foo', 10],
    [['respond-async', 'wait=3'], 3],
  ])('of %j asks for %j seconds', (prefer, expected) => {
    expect(preferredWait({ prefer })).toBe(expected);
    expect(preferredWaitMs({ prefer })).toBe((expected ?? 0) * 1_000);
  });

  it.each(['wait', 'wait=', 'wait=61', 'wait=-1', 'wait=1.5', 'wait=1e1', 'wait=ten', 'wait=1000', 'wait=1, wait=2'])(
    'is refused as %j, and adds nothing to a time limit',
    (prefer) => {
      expect(() => preferredWait({ prefer })).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          errors: [expect.objectContaining({ pointer: '/prefer' })],
        }),
      );
      expect(preferredWaitMs({ prefer })).toBe(0);
    },
  );
});

describe('waiting', () => {
  const deps = (readiness: 'ready' | 'stopping' = 'ready') => {
    const woken: (() => void)[] = [];
    return {
      woken,
      nextChange: () => new Promise<void>((resolve) => woken.push(resolve)),
      readiness: () => readiness,
    };
  };
  const never = async () => 'found';
  const CALLER = { raw: { socket: { destroyed: false } } };

  it('looks once where it may take no time', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      return looks;
    };
    expect(await settled(deps(), CALLER, 0, look, () => true)).toBe(1);
  });

  it('ends with the first look that no longer waits', async () => {
    const some = deps();
    let value = 0;
    const found = settled(
      some,
      CALLER,
      60,
      async () => value,
      (one) => one < 2,
    );
    for (value = 1; value < 3; value += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const wake of some.woken.splice(0)) wake();
    }
    expect(await found).toBe(2);
  });

  it('ends at once where the process stops', async () => {
    expect(await settled(deps('stopping'), CALLER, 60, never, () => true)).toBe('found');
  });

  it('ends where the caller has hung up', async () => {
    const some = deps();
    const caller = { raw: { socket: { destroyed: false } } };
    let looks = 0;
    const look = async () => {
      looks += 1;
      return 'found';
    };
    const found = settled(some, caller, 60, look, () => true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    caller.raw.socket.destroyed = true;
    for (const wake of some.woken.splice(0)) wake();
    expect(await found).toBe('found');
    expect(looks).toBe(2);
  });

  it('ends when its time is up, with what was found last', async () => {
    const some = deps();
    some.nextChange = () => new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    expect(await settled(some, CALLER, 0.1, never, () => true)).toBe('found');
    expect(performance.now() - began).toBeGreaterThan(90);
  });

  it('tells of a look that fails', async () => {
    await expect(
      settled(
        deps(),
        CALLER,
        60,
        () => Promise.reject(new Error('away')),
        () => true,
      ),
    ).rejects.toThrow('away');
  });
});
