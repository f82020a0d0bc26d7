import { describe, expect, it } from 'vitest';
import { preferredWait, preferredWaitMs, settled, type Waiting } from '../../src/http/waiting.ts';

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

describe('waiting for a revision', () => {
  const CALLER = { raw: { socket: { destroyed: false } } };
  const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
  const given = () => {
    const state = { revision: 'a', looks: 0, value: 0, asked: 0 };
    const waiting: Waiting = {
      nextChange: tick,
      async revision() {
        state.asked += 1;
        return state.revision;
      },
      readiness: () => 'ready',
    };
    const look = async () => {
      state.looks += 1;
      return state.value;
    };
    return { state, waiting, look };
  };

  it('looks once at the start and once at the end where nothing changes', async () => {
    const { state, waiting, look } = given();
    expect(await settled(waiting, CALLER, 0.3, look, () => true)).toBe(0);
    expect(state.looks).toBe(2);
  });

  it('looks again when the revision differs, and not before', async () => {
    const { state, waiting, look } = given();
    const found = settled(waiting, CALLER, 60, look, (value) => value === 0);
    await expect.poll(() => state.asked).toBeGreaterThan(10);
    expect(state.looks).toBe(1);
    Object.assign(state, { value: 1, revision: 'b' });
    expect(await found).toBe(1);
    expect(state.looks).toBe(2);
  });

  it('misses no change between the revision and the look', async () => {
    const { state, waiting, look } = given();
    const changing = async () => {
      const value = await look();
      if (state.looks === 1) Object.assign(state, { value: 1, revision: 'b' });
      return value;
    };
    expect(await settled(waiting, CALLER, 60, changing, (value) => value === 0)).toBe(1);
    expect(state.looks).toBe(2);
  });

  it('looks where the revision is unknown, and reports what the look throws', async () => {
    const { state, waiting, look } = given();
    waiting.revision = async () => {
      if (state.asked++ > 3) throw new Error('away');
      return 'a';
    };
    const failing = async () => {
      if (state.looks > 0) throw new Error('gone');
      return look();
    };
    await expect(settled(waiting, CALLER, 60, failing, () => true)).rejects.toThrow('gone');
  });

  it('asks for no revision where it does not wait', async () => {
    const { state, waiting, look } = given();
    await settled(waiting, CALLER, 0, look, () => true);
    expect([state.asked, state.looks]).toEqual([0, 1]);
  });

  it('rests between looks that take long while changes keep coming', { tags: 'slow' }, async () => {
    const { state, waiting } = given();
    waiting.revision = async () => String(state.asked++);
    const slow = async () => {
      state.looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await settled(waiting, CALLER, 1, slow, () => true);
    // One every 150 ms or so, and one when the time is up; without a rest it would be 20.
    expect(state.looks).toBeLessThan(16);
  });

  it('ends where the caller has hung up or the process stops, whatever the revision', async () => {
    for (const over of ['caller', 'process']) {
      const { state, waiting, look } = given();
      const caller = { raw: { socket: { destroyed: false } } };
      const found = settled(waiting, caller, 60, look, () => true);
      await expect.poll(() => state.asked).toBeGreaterThan(2);
      if (over === 'caller') caller.raw.socket.destroyed = true;
      else waiting.readiness = () => 'stopping';
      expect(await found).toBe(0);
    }
  });
});
