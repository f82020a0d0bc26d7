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
function poolOf({ idleMs = 60_000, started = async (): Promise<void> => {} } = {}) {
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
  const pool = workerPool(start, idleMs);
  const { signal } = new AbortController();
  return { pool, all, use: (act: (worker: WorkerProcess) => Promise<Outcome>) => pool.use(signal, act) };
}

describe('workerPool', () => {
  it('uses a worker again, and starts another where it is in use or dead', async () => {
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

  it('ends all workers when it is closed', async () => {
    const { pool, all, use } = poolOf();
    use(forever).catch(() => {});
    use(forever).catch(() => {});
    pool.close();
    expect(all.map(({ alive }) => alive)).toEqual([false, false]);
  });
});
