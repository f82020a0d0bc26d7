import { afterEach, describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { type Loop, startLoop } from '../../src/jobs/loop.ts';
import type { LoopSettings } from '../../src/jobs/settings.ts';
import type { Work } from '../../src/jobs/work.ts';
import { AT, aJob, aQueue, item, type Named, NOTHING } from './a-job.ts';

const open: Loop[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function loopOf(work: Work<Named>, changes: Partial<LoopSettings> = {}) {
  const warnings: [string, string | undefined][] = [];
  const loop = startLoop(work, {
    now: () => new Date(AT),
    warn: (message, about) => warnings.push([message, about]),
    pollMs: 60_000,
    graceMs: 20,
    ...changes,
  });
  open.push(loop);
  return { loop, warnings };
}

const patience = { timeout: 30_000 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Items that are worked on until they are ended, and the order in which they were begun. */
function byHand() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const act: Work<Named>['act'] = (_tenant, { name }, signal) =>
    new Promise((resolve, reject) => {
      begun.push(name);
      ends.set(name, resolve);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  return { begun, act, end: (name: string) => ends.get(name)?.() };
}

describe('the loop', () => {
  it('works on what waits at the start, as many items at a time as it has places, and then on the rest', async () => {
    const { begun, act, end } = byHand();
    const { work } = aQueue({ a: ['a1', 'a2', 'a3', 'a4'] }, { act, places: 2 });
    const { loop } = loopOf(work);
    await expect.poll(() => begun, patience).toEqual(['a1', 'a2']);
    await pause(20);
    expect([begun.length, loop.isBusy()]).toEqual([2, true]);
    end('a2');
    await expect.poll(() => begun, patience).toEqual(['a1', 'a2', 'a3']);
    for (const name of ['a1', 'a3']) end(name);
    await expect.poll(() => begun, patience).toEqual(['a1', 'a2', 'a3', 'a4']);
    end('a4');
    await expect.poll(() => loop.isBusy(), patience).toBe(false);
  });

  it('gives each tenant a turn: one that comes late waits for one item of each other at most', async () => {
    const { begun, act, end } = byHand();
    const waiting: Record<string, string[]> = { a: Array.from({ length: 1_000 }, (_, at) => `a${at}`), b: ['b0'] };
    const { work } = aQueue(waiting, { act });
    const { loop } = loopOf(work);
    await expect.poll(() => begun, patience).toEqual(['a0']);
    waiting.c = ['c0', 'c1'];
    loop.wake('c');
    for (let count = 1; count < 8; count += 1) {
      end(begun.at(-1) ?? '');
      await expect.poll(() => begun.length, patience).toBe(count + 1);
    }
    expect(begun).toEqual(['a0', 'b0', 'a1', 'c0', 'a2', 'c1', 'a3', 'a4']);
  });

  it('looks at every poll, and when it is woken, even as it ends to look', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const waiting: Record<string, string[]> = {};
      const { work, calls } = aQueue(waiting);
      const { loop } = loopOf(work);
      await expect.poll(() => loop.isBusy(), patience).toBe(false);
      loop.wake('a');
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      waiting.a = ['late'];
      loop.wake('a');
      await expect.poll(() => calls, { ...patience, message: `after ${turns} turns` }).toEqual([['act', 'a', 'late']]);
    }
    const waiting: Record<string, string[]> = {};
    const { work, calls } = aQueue(waiting);
    loopOf(work, { pollMs: 10 });
    await pause(30);
    waiting.b = ['found'];
    await expect.poll(() => calls, patience).toEqual([['act', 'b', 'found']]);
  });

  it('goes on with others where an item fails', async () => {
    const { begun, act } = byHand();
    const failing: Work<Named>['act'] = (tenant, one, signal) =>
      one.name === 'bad' ? Promise.reject(new Error('broken')) : act(tenant, one, signal);
    const { work, calls } = aQueue({ a: ['bad', 'good'] }, { act: failing });
    const { warnings } = loopOf(work);
    await expect.poll(() => begun, patience).toEqual(['good']);
    expect(warnings).toEqual([['bad failed: broken', undefined]]);
    expect(calls.map(([name, , of]) => [name, of])).toEqual([['fail', 'bad']]);
  });

  it('no longer reports that it could not look for tenants once it could, and none has anything waiting', async () => {
    let polls = 0;
    const tenants = async () => {
      polls += 1;
      if (polls === 1) throw new MaestroError('store_unavailable', 'The store does not answer; try again');
      return [];
    };
    const { loop, warnings } = loopOf(aJob({ tenants }).work);
    await expect.poll(() => warnings.length, patience).toBe(1);
    expect((await loop.progress('a')).last_failure).toMatchObject({ detail: 'The store does not answer; try again' });
    loop.poll();
    await expect.poll(async () => (await loop.progress('a')).last_failure, patience).toBe(null);
  });

  it('begins nothing where nothing can be begun, reports why, and goes on at the next poll', async () => {
    let isAway = true;
    const { work, calls } = aQueue({ a: ['one'] });
    const lease: Work<Named>['lease'] = async (tenant, turn) => {
      if (isAway) throw new MaestroError('content_store_unavailable', 'It is away', [], new Error('/srv/secret'));
      return work.lease(tenant, turn);
    };
    const { loop, warnings } = loopOf({ ...work, lease }, { pollMs: 10 });
    await expect.poll(() => warnings.length, patience).toBeGreaterThan(3);
    expect(warnings[0]).toEqual(['paused: It is away: /srv/secret', 'content_store_unavailable']);
    expect(await loop.progress('a')).toEqual({
      ...{ name: 'a_job', ...NOTHING },
      last_failure: { at: AT, detail: 'It is away' },
    });
    expect(calls).toEqual([]);
    isAway = false;
    await expect.poll(() => calls, patience).toEqual([['act', 'a', 'one']]);
    expect(await loop.progress('a')).toEqual({ name: 'a_job', ...NOTHING });
  });

  it('reports the later of what failed and why nothing can be begun, and no word that is not for callers', async () => {
    const failedAt = (at: string) => ({ ...NOTHING, failed: 1, last_failure: { at, detail: 'failed' } });
    const later = AT.replace('10:', '11:');
    let waiting = failedAt(later);
    const tenants = () => Promise.reject(new Error('password=secret'));
    const { loop, warnings } = loopOf(aJob({ tenants, waiting: async () => waiting }).work);
    await expect.poll(() => warnings, patience).toEqual([['paused: password=secret', undefined]]);
    expect((await loop.progress('a')).last_failure).toEqual({ at: later, detail: 'failed' });
    waiting = failedAt(AT.replace('10:', '09:'));
    const detail = 'Something went wrong; the server log has the details';
    expect((await loop.progress('a')).last_failure).toEqual({ at: AT, detail });
  });
});

describe('a loop that is closed', () => {
  it('begins nothing more, and waits for what ends in time', async () => {
    const { begun, act, end } = byHand();
    const { work } = aQueue({ a: ['a1', 'a2'] }, { act });
    const { loop } = loopOf(work, { graceMs: 60_000 });
    await expect.poll(() => begun, patience).toEqual(['a1']);
    const closed = loop.close();
    await pause(20);
    end('a1');
    await closed;
    loop.wake('a');
    loop.poll();
    await pause(20);
    expect(begun).toEqual(['a1']);
  });

  it('gives back what does not, without a word of a failure', async () => {
    const { begun, act } = byHand();
    const { work, calls } = aQueue({ a: ['a1', 'a2'] }, { act });
    const { loop, warnings } = loopOf(work);
    await expect.poll(() => begun, patience).toEqual(['a1']);
    await loop.close();
    expect(calls).toEqual([
      ['refund', 'a', 'a1'],
      ['extend', 'a', 'a1', 0],
    ]);
    expect([begun, warnings]).toEqual([['a1'], []]);
  });

  it('finishes or gives back what it was about to lease', async () => {
    let leased = (_: Named) => {};
    const { begun, act } = byHand();
    const { work, calls } = aQueue({ a: [] }, { act, lease: () => new Promise((resolve) => (leased = resolve)) });
    const { loop } = loopOf(work);
    await pause(20);
    const closed = loop.close();
    leased(item('late'));
    await closed;
    expect(begun).toEqual(['late']);
    expect(calls.map(([name]) => name)).toEqual(['refund', 'extend']);
  });
});
