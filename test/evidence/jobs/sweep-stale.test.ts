import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import { allPassed } from '../../../src/domain/evidence/verification.ts';
import type { Readers } from '../../../src/evidence/readers.ts';
import { addVerified, BYTES, NOBODY, processOf, readingWith, SOMEBODY, stores } from './stale.ts';

describe('what was verified when something else was trusted', () => {
  it('is verified again first where somebody asked, then in unfinished runs, then in the others', async () => {
    const all = stores();
    const finished = await Promise.all(Array.from({ length: 12 }, () => addVerified(all, NOBODY, true)));
    const running = await Promise.all(Array.from({ length: 12 }, () => addVerified(all, NOBODY)));
    const asked = finished[3];
    const order: string[] = [];
    const { artifacts } = all.of('default');
    const { update } = artifacts;
    artifacts.update = async (id, change) => {
      order.push(id);
      return update(id, change);
    };
    let now = NOBODY;
    const { stale } = processOf(all, () => now, { pollMs: 60_000 });
    await expect.poll(() => stale.progress().running).toBe(false);
    now = SOMEBODY;
    stale.asked('default', asked?.run_id ?? '');
    await expect.poll(() => order.length).toBe(24);
    expect(order[0]).toBe(asked?.id);
    expect(new Set(order.slice(1, 13))).toEqual(new Set(running.map(({ id }) => id)));
    expect(new Set(order)).toEqual(new Set([...finished, ...running].map(({ id }) => id)));
  });

  it('is verified once where several processes are at it', async () => {
    const all = stores();
    const documents = await Promise.all(Array.from({ length: 30 }, () => addVerified(all, NOBODY)));
    let reads = 0;
    const read: Readers['read'] = async (bytes, how) => {
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return readingWith(() => SOMEBODY)(bytes, how);
    };
    for (let count = 0; count < 3; count += 1) processOf(all, () => SOMEBODY, { read });
    for (const one of documents) await expect.poll(one.trust).toBe(SOMEBODY.digest);
    expect(reads).toBe(30);
  });

  it('is not even begun while the content store is away, however long that takes', async () => {
    const all = stores();
    const one = await addVerified(all, NOBODY);
    let looks = 0;
    const ready = async () => {
      looks += 1;
      if (looks < 20) throw new MaestroError('content_store_unavailable', 'away', [], new Error('not mounted'));
    };
    let fetches = 0;
    const contentOf = async () => {
      fetches += 1;
      return Readable.from([BYTES]);
    };
    const { warnings } = processOf(all, () => SOMEBODY, { ready, contentOf, leaseMs: 600_000 });
    await expect.poll(one.trust, { timeout: 30_000 }).toBe(SOMEBODY.digest);
    expect((await one.verification())?.attestations.map(allPassed)).toEqual([true]);
    expect([looks >= 20, fetches]).toEqual([true, 1]);
    expect(warnings[0]).toBe('Verifying again is paused: away: not mounted');
  });
});
