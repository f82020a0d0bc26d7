import { describe, expect, it } from 'vitest';
import { attend } from '../../src/jobs/attend.ts';
import { AT, aJob, item } from './a-job.ts';

const never = new AbortController().signal;
const settings = { now: () => new Date(AT), leaseMs: 30 };

describe('a leased item', () => {
  it('has its lease extended for as long as it is worked on, though the store is away, and not after it', async () => {
    const { work, calls } = aJob({ act: () => expect.poll(() => calls.length).toBeGreaterThan(2) });
    await attend({ work, settings: { ...settings, warn: () => {} }, signal: never }, 't', item('a'));
    expect(new Set(calls.map((call) => call.join(' ')))).toEqual(new Set(['extend t a 30']));
    const { length } = calls;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls).toHaveLength(length);
  });

  it('is not worked on but given up where it was begun more than five times', async () => {
    const { work, calls } = aJob();
    const attending = { work, settings: { ...settings, warn: () => {} }, signal: never };
    await attend(attending, 't', { ...item('a'), attempts: 5 });
    await attend(attending, 't', { ...item('b'), attempts: 6 });
    expect(calls).toEqual([
      ['act', 't', 'a'],
      ['giveUp', 't', 'b'],
    ]);
  });

  it('that fails is tried again after a wait that doubles, with its attempt refunded and a word in the log', async () => {
    const { work, calls } = aJob({ act: () => Promise.reject(new Error('no connection to 10.0.0.7')) });
    const warnings: string[] = [];
    const attending = { work, settings: { ...settings, warn: (one: string) => warnings.push(one) }, signal: never };
    for (const failures of [0, 1, 2, 3, 9]) await attend(attending, 't', { ...item('a'), failures });
    const waits = calls.filter(([name]) => name === 'fail').map((call) => call.slice(1));
    const detail = 'Something went wrong; the server log has the details';
    expect(waits).toEqual([30, 60, 120, 240, 240].map((ms) => ['t', 'a', { at: AT, detail }, ms]));
    expect(new Set(warnings)).toEqual(new Set(['a failed: no connection to 10.0.0.7']));
  });

  it('is given back where the process stops: its lease ends at once, and its attempt is not counted', async () => {
    const stopping = new AbortController();
    const act = async () => {
      stopping.abort(new Error('The process stops'));
      throw stopping.signal.reason;
    };
    const { work, calls } = aJob({ act });
    const warn = (message: string) => calls.push(['warn', message]);
    await attend({ work, settings: { ...settings, warn }, signal: stopping.signal }, 't', item('a'));
    expect(calls).toEqual([
      ['refund', 't', 'a'],
      ['extend', 't', 'a', 0],
    ]);
  });

  it('is given back only after an extension that is under way, which would revive the lease', async () => {
    const stopping = new AbortController();
    let land = () => {};
    const calls: string[] = [];
    const { work } = aJob({
      act: (_tenant, _item, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const extend = (_tenant: string, _item: unknown, ms: number) => {
      if (ms === 0) calls.push('given back');
      else if (calls.length === 0) {
        calls.push('begun');
        return new Promise<void>((resolve) => {
          land = () => {
            calls.push('landed');
            resolve();
          };
        });
      }
      return Promise.resolve();
    };
    const leases = { ...work.leases, extend };
    const attending = { work: { ...work, leases }, settings: { ...settings, warn: () => {} }, signal: stopping.signal };
    const attended = attend({ ...attending, settings: { ...attending.settings, leaseMs: 300 } }, 't', item('a'));
    await expect.poll(() => calls, { timeout: 30_000 }).toEqual(['begun']);
    stopping.abort(new Error('The process stops'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toEqual(['begun']);
    land();
    await attended;
    expect(calls).toEqual(['begun', 'landed', 'given back']);
  });
});
