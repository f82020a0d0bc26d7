import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { readAgain } from '../../src/domain/evidence/evidence-changes.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import type { PendingSettings } from '../../src/evidence/read-pending.ts';
import { A_READING } from '../domain/rows.ts';
import { memoryStores, postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';
import { addContent, BYTES, mortal, open, processOf, stamp, state, stores } from './jobs/waiting.ts';

describe('what waits to be read', () => {
  it('is read when the process is told, each once, as many at a time as there are workers', async () => {
    const all = stores();
    const seen: string[] = [];
    let now = 0;
    let most = 0;
    const read = async (bytes: Uint8Array): Promise<Reading> => {
      now += 1;
      most = Math.max(most, now);
      seen.push(Buffer.from(bytes).toString());
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return A_READING;
    };
    const { pending } = processOf(all, read, { workers: 2, pollMs: 60_000 });
    const waiting = await Promise.all(Array.from({ length: 9 }, () => addContent(all)));
    pending.wake('default');
    for (const one of waiting) await expect.poll(state(one)).toBe('read');
    expect(seen).toEqual(Array.from({ length: 9 }, () => BYTES.toString()));
    expect(most).toBe(2);
  });

  it('is found at the start and now and then, of every tenant, where nobody tells', async () => {
    const all = stores();
    const early = [await addContent(all, 'a'), await addContent(all, 'b')];
    processOf(all, async () => A_READING);
    for (const one of early) await expect.poll(state(one)).toBe('read');
    const late = await addContent(all, 'c');
    await expect.poll(state(late)).toBe('read');
  });

  it('is read at once whenever the process is told, even as it ends to look', async () => {
    for (let turns = 0; turns < 8; turns += 1) {
      const all = stores();
      const { pending } = processOf(all, async () => A_READING, { pollMs: 60_000 });
      const one = await addContent(all);
      pending.wake('default');
      await expect.poll(state(one)).toBe('read');
      await new Promise((resolve) => setTimeout(resolve, 5));
      pending.wake('default');
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await all.of('default').artifacts.update(one.id, (row) => readAgain(row, stamp()));
      pending.wake('default');
      await expect.poll(state(one), { timeout: 5_000, message: `after ${turns} turns` }).toBe('read');
    }
  });

  it('is taken over from a process that died, when its lease ends, and read once by those that live', async () => {
    const all = stores();
    const one = await addContent(all);
    let begun = false;
    const hangs = () => {
      begun = true;
      return new Promise<Reading>(() => {});
    };
    const dead = mortal(all);
    const { pending } = processOf(dead.stores, hangs, { leaseMs: 200 });
    await expect.poll(() => begun).toBe(true);
    dead.die();
    open.splice(open.indexOf(pending), 1);
    let reads = 0;
    const read = async () => {
      reads += 1;
      return A_READING;
    };
    for (let count = 0; count < 5; count += 1) processOf(all, read);
    await expect.poll(state(one)).toBe('read');
    expect(reads).toBe(1);
  });

  it("is nobody else's for as long as it is read, however short the lease is", { tags: 'slow' }, async () => {
    const all = stores();
    const one = await addContent(all);
    let reads = 0;
    let end = (_: Reading) => {};
    const read = () => {
      reads += 1;
      return new Promise<Reading>((resolve) => (end = resolve));
    };
    // The lease ends and is renewed some ten times; a timer may come late by nine tenths of it.
    for (let count = 0; count < 3; count += 1) processOf(all, read, { leaseMs: 3_000 });
    await expect.poll(() => reads).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 6_500));
    expect(reads).toBe(1);
    end(A_READING);
    await expect.poll(state(one)).toBe('read');
    expect(reads).toBe(1);
  });

  it('is read small before large, whenever it came', async () => {
    const all = stores();
    const seen: number[] = [];
    let release = () => {};
    const first = new Promise<void>((resolve) => (release = resolve));
    const contentOf: PendingSettings['contentOf'] = async (_tenant, _sha256, range) => {
      await first;
      seen.push(range?.end ?? 0);
      return Readable.from([BYTES]);
    };
    const { pending } = processOf(all, async () => A_READING, { contentOf, pollMs: 60_000 });
    const running = await addContent(all);
    pending.wake('default');
    await expect.poll(async () => (await all.of('default').readings.leaseWaiting(1, 0)).length).toBe(0);
    const large = await addContent(all, 'default', 20_000_000);
    const small = await addContent(all);
    release();
    for (const one of [running, large, small]) await expect.poll(state(one)).not.toBe('pending');
    expect(seen).toEqual([0, 0, 1_000]);
  });

  it('is not even begun while the content store is away, so that no attempt is counted', async () => {
    const all = stores();
    const one = await addContent(all);
    let looks = 0;
    let isAway = true;
    const ready = async () => {
      looks += 1;
      if (isAway) throw new MaestroError('content_store_unavailable', 'away', [], new Error('not mounted'));
    };
    const about: (string | undefined)[] = [];
    const warn = (_message: string, cause?: string) => void about.push(cause);
    processOf(all, async () => A_READING, { ready, warn, leaseMs: 600_000 });
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(10);
    expect(new Set(about)).toEqual(new Set(['content_store_unavailable']));
    expect(await state(one)()).toBe('pending');
    isAway = false;
    await expect.poll(state(one), { timeout: 30_000 }).toBe('read');
  });

  it('is read again where that is asked for', async () => {
    const all = stores();
    const one = await addContent(all);
    let reads = 0;
    processOf(all, async () => {
      reads += 1;
      return { ...A_READING, findings_total: reads };
    });
    await expect.poll(state(one)).toBe('read');
    await all.of('default').artifacts.update(one.id, (row) => readAgain(row, stamp()));
    await expect.poll(async () => (await one.evidence())?.findings_total).toBe(2);
  });
});

describe.each([
  ['memory', async () => memoryStores({ maxArtifactsPerRun: 1_000 })],
  ['postgres', async () => postgresStores(await newDatabase())],
] as const)('documents of several tenants (%s)', (_driver, newStores) => {
  it.each([1, 3])(
    'take turns: a small one waits for %i + 1 of a tenant with 1,000 at most',
    { tags: 'slow', timeout: 120_000 },
    async (workers) => {
      const all = await newStores();
      for (let count = 0; count < 1_000; count += 100)
        await Promise.all(Array.from({ length: 100 }, () => addContent(all, 'large')));
      // Documents end in the order in which they were begun, as if each took as long as any other.
      const begun: { tenant: string; end(): void }[] = [];
      const contentOf: PendingSettings['contentOf'] = (tenant) =>
        new Promise((resolve) => begun.push({ tenant, end: () => resolve(Readable.from([BYTES])) }));
      const { pending } = processOf(all, async () => A_READING, { workers, contentOf, pollMs: 60_000 });
      await expect.poll(() => begun.length, { timeout: 30_000 }).toBe(workers);
      for (let ended = 0; ended < 5; ended += 1) {
        begun[ended]?.end();
        await expect.poll(() => begun.length, { timeout: 30_000 }).toBe(workers + ended + 1);
      }
      const small = await addContent(all, 'small');
      pending.wake('small');
      let others = 0;
      for (let at = 5; (await state(small)()) === 'pending'; at += 1) {
        await expect.poll(() => begun.length, { timeout: 30_000 }).toBeGreaterThan(at);
        begun[at]?.end();
        if (begun[at]?.tenant === 'small') await expect.poll(state(small), { timeout: 30_000 }).toBe('read');
        else others += 1;
      }
      expect(others).toBeLessThanOrEqual(workers + 1);
      expect(begun.length).toBeLessThan(30);
      const closed = pending.close();
      for (const { end } of begun) end();
      await closed;
      await all.close();
    },
  );
});

describe.each([
  ['memory', async () => memoryStores({ maxArtifactsPerRun: 1_000 })],
  ['postgres', async () => postgresStores(await newDatabase())],
] as const)('processes whose clocks jump by an hour, forth and back (%s)', (_driver, newStores) => {
  it('read each document once, and leave none', async () => {
    const all = await newStores();
    const documents = await Promise.all(Array.from({ length: 60 }, () => addContent(all)));
    let reads = 0;
    const processes = [1, -1, 0].map((direction) => {
      let jumps = 0;
      const now = () => {
        jumps += 1;
        return new Date(Date.now() + direction * (jumps % 2) * 3_600_000);
      };
      const read = async () => {
        reads += 1;
        await new Promise((resolve) => setTimeout(resolve, 10));
        return A_READING;
      };
      return processOf(all, read, { now, pollMs: 5 });
    });
    for (const one of documents) await expect.poll(state(one), { timeout: 30_000 }).toBe('read');
    expect(reads).toBe(60);
    expect(processes.flatMap(({ warnings }) => warnings)).toEqual([]);
    await Promise.all(processes.map(({ pending }) => pending.close()));
    await all.close();
  }, 60_000);

  it('try again what failed when the wait is over, and not before', { tags: 'slow', timeout: 60_000 }, async () => {
    const all = await newStores();
    const one = await addContent(all);
    let jump = 0;
    const now = () => new Date(Date.now() + jump);
    let isAway = true;
    let fetches = 0;
    const contentOf: PendingSettings['contentOf'] = async () => {
      fetches += 1;
      if (isAway) throw new Error('away');
      return Readable.from([BYTES]);
    };
    const { pending } = processOf(all, async () => A_READING, { now, contentOf, pollMs: 5, leaseMs: 1_500 });
    await expect.poll(() => pending.progress('default'), { timeout: 30_000 }).toMatchObject({ failed: 1 });
    jump = 3_600_000;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(fetches).toBe(1);
    jump = -3_600_000;
    isAway = false;
    await expect.poll(state(one), { timeout: 30_000 }).toBe('read');
    expect(fetches).toBe(2);
    await pending.close();
    await all.close();
  });
});

describe('the end of a process', () => {
  it('waits for what was begun, and begins nothing more', async () => {
    const all = stores();
    const [first, second] = [await addContent(all), await addContent(all)];
    let end = (_: Reading) => {};
    let begun = 0;
    const { pending } = processOf(all, () => {
      begun += 1;
      return new Promise((resolve) => (end = resolve));
    });
    await expect.poll(() => begun).toBe(1);
    const closed = pending.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    end(A_READING);
    await closed;
    pending.wake('default');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(begun).toBe(1);
    expect([await state(first)(), await state(second)()].sort()).toEqual(['pending', 'read']);
  });
});
