import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/evidence/workers/outcome.ts';
import type { WorkerProcess } from '../../../src/evidence/workers/start-worker.ts';
import { workerPool } from '../../../src/evidence/workers/worker-pool.ts';

const READ = { failure: 'as good as any' } as Outcome;
function resolvable() {
  let resolve = (_outcome: Outcome) => {};
  const promise = new Promise<Outcome>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}

const forever = () => new Promise<Outcome>(() => {});

/** Workers that are only counted: `kill` ends what they read. */
function poolOf({ idleMs = 60_000, patienceMs = 0, started = async (): Promise<void> => {} } = {}) {
  const all: { alive: boolean; kill(): void }[] = [];
  const start = (): WorkerProcess => {
    const ended = resolvable();
    const one = {
      alive: true,
      kill() {
        one.alive = false;
        ended.resolve({ end: 'out_of_memory', message: 'killed' });
      },
    };
    all.push(one);
    return {
      started: started(),
      read: () => ended.promise,
      isAlive: () => one.alive,
      kill: one.kill,
    };
  };
  const pool = workerPool(start, { idleMs, patienceMs });
  const { signal } = new AbortController();
  return { pool, all, use: (act: (worker: WorkerProcess) => Promise<Outcome>) => pool.use(signal, act) };
}

describe('workerPool', () => {
  it('uses a worker again, and starts another where it is in use for long or dead', async () => {
    const { all, use } = poolOf();
    await use(async () => READ);
    await use(async () => READ);
    expect(all).toHaveLength(1);
    use(forever).catch(() => {});
    await use(async () => READ);
    expect(all).toHaveLength(2);
    all[1]?.kill();
    await use(async () => READ);
    expect(all).toHaveLength(3);
  });

  it('ends an idle worker after a time, but for the one that is kept', async () => {
    const { pool, all, use } = poolOf({ idleMs: 20 });
    await use(async () => READ);
    await expect.poll(() => all[0]?.alive).toBe(false);
    pool.keepOne();
    const release = resolvable();
    const both = [use(() => release.promise), use(() => release.promise)];
    await expect.poll(() => all).toHaveLength(3);
    release.resolve(READ);
    await Promise.all(both);
    await expect.poll(() => all.map(({ alive }) => alive)).toEqual([false, false, true]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(all.filter(({ alive }) => alive)).toHaveLength(1);
  });

  it('ends the worker of what is aborted, and rejects with the reason', async () => {
    const { pool, all } = poolOf();
    const stop = new AbortController();
    const used = pool.use(stop.signal, (worker) =>
      worker.read(Buffer.alloc(0), { trust: 0, receivedAt: undefined }, 1),
    );
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('not wanted'));
    await expect(used).rejects.toThrow('not wanted');
    await expect(pool.use(stop.signal, forever)).rejects.toThrow('not wanted');
    expect(all.map(({ alive }) => alive)).toEqual([false]);
  });

  it('rejects where no worker can be started', async () => {
    const none = poolOf({ started: () => Promise.reject(new Error('no memory')) });
    await expect(none.use(forever)).rejects.toThrow('no memory');
  });

  it('hands a worker that is free soon to those who wait, in their order, and starts no other', async () => {
    const { all, use } = poolOf({ patienceMs: 60_000 });
    const first = resolvable();
    const order: number[] = [];
    const uses = [1, 2, 3].map((number) =>
      use(async () => {
        order.push(number);
        return number === 1 ? first.promise : READ;
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([1]);
    first.resolve(READ);
    await Promise.all(uses);
    expect(order).toEqual([1, 2, 3]);
    expect(all).toHaveLength(1);
  });

  it('starts at most one worker for each that waits', async () => {
    const { all, use } = poolOf();
    for (let count = 0; count < 4; count += 1) use(forever).catch(() => {});
    await expect.poll(() => all).toHaveLength(4);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(all).toHaveLength(4);
  });

  it('has those who wait served by another worker where the one in use dies or a spare cannot start', async () => {
    let starts = 0;
    const starting = () => {
      starts += 1;
      return starts === 2 ? Promise.reject(new Error('no memory')) : Promise.resolve();
    };
    const { all, use } = poolOf({ started: starting });
    const first = use(forever);
    first.catch(() => {});
    // The second worker, which does not start, is the spare of this one.
    expect(await use(async () => READ)).toBe(READ);
    const { all: others, use: useOther } = poolOf({ patienceMs: 60_000 });
    const lost = useOther((worker) => worker.read(Buffer.alloc(0), { trust: 0, receivedAt: undefined }, 1));
    const waiting = useOther(async () => READ);
    await new Promise((resolve) => setImmediate(resolve));
    others[0]?.kill();
    expect(await lost).toMatchObject({ end: 'out_of_memory' });
    expect(await waiting).toBe(READ);
    expect([all.length, others.length]).toEqual([3, 2]);
  });

  it('ends the wait for a worker where it is aborted, and leaves the workers as they are', async () => {
    const { pool, all, use } = poolOf({ patienceMs: 60_000 });
    const first = resolvable();
    const used = use(() => first.promise);
    const stop = new AbortController();
    const waiting = pool.use(stop.signal, async () => READ);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('not wanted'));
    await expect(waiting).rejects.toThrow('not wanted');
    first.resolve(READ);
    await used;
    expect(await use(async () => READ)).toBe(READ);
    expect(all.map(({ alive }) => alive)).toEqual([true]);
  });

  it('ends all workers when it is closed', async () => {
    const { pool, all, use } = poolOf();
    use(forever).catch(() => {});
    use(forever).catch(() => {});
    await expect.poll(() => all).toHaveLength(2);
    pool.close();
    expect(all.map(({ alive }) => alive)).toEqual([false, false]);
  });
});
