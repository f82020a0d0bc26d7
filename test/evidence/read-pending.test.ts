import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { createArtifact } from '../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../src/domain/artifact/store-content.ts';
import { MaestroError } from '../../src/domain/errors.ts';
import { readAgain } from '../../src/domain/evidence/evidence-changes.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { type PendingReadings, type PendingSettings, readPending } from '../../src/evidence/read-pending.ts';
import type { Readers } from '../../src/evidence/readers.ts';
import { memoryStores } from '../../src/store/memory/memory.ts';
import { MAX_RUN_BYTES } from '../../src/store/store.ts';
import { A_READING } from '../domain/rows.ts';

const BYTES = Buffer.from('what is read');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'r', actor: 'test' });
const open: PendingReadings[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A process that reads what waits in `stores`, whose readers do as `read` does. */
function processOf(
  stores: ReturnType<typeof memoryStores>,
  read: Readers['read'],
  changes: Partial<PendingSettings> & { workers?: number } = {},
) {
  const { workers = 1, ...settings } = changes;
  const warnings: string[] = [];
  const pending = readPending({
    stores,
    contentOf: async () => Readable.from([BYTES]),
    readers: { workers, maxBytes: 1_000, read, close: async () => {} },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: (message) => warnings.push(message),
    pollMs: 20,
    ...settings,
  });
  open.push(pending);
  return { pending, warnings };
}

async function addContent(stores: ReturnType<typeof memoryStores>, tenant = 'default', size = BYTES.length) {
  const store = stores.open(tenant);
  const run = createRun({ name: 'n', owner: 'o' }, uuidv7(), stamp());
  await store.createRun(run.run, run.event);
  const request = { run_id: run.run.id, kind: 'sbom' as const, path_or_uri: 'p' };
  const { artifact, event } = createArtifact(request, uuidv7(), stamp());
  await store.createArtifact(artifact, event);
  const digests = { sha256: SHA256, sha384: null, sha512: 'b'.repeat(128) };
  await store.updateArtifact(artifact.id, (row) =>
    storeContent(row, { digests, size, media_type: 'm', holds_no_data: false }, stamp()),
  );
  const evidence = async () => (await store.getArtifact(artifact.id)).evidence;
  return { id: artifact.id, evidence, findings: async () => (await store.getReading(artifact.id)).reading?.findings };
}

const stores = () => memoryStores({ maxArtifactsPerRun: 100 });

/** The stores as a process sees them that can die: nothing that it does from then on has an effect. */
function mortal(all: ReturnType<typeof stores>) {
  let isDead = false;
  const open: typeof all.open = (tenant) =>
    new Proxy(all.open(tenant), {
      get: (store, name) => (isDead ? () => Promise.reject(new Error('dead')) : Reflect.get(store, name)),
    });
  const die = () => {
    isDead = true;
  };
  return { stores: { ...all, open }, die };
}
const state = (one: Awaited<ReturnType<typeof addContent>>) => async () => (await one.evidence())?.state;

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
      await all.open('default').updateArtifact(one.id, (row) => readAgain(row, stamp()));
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

  it("is nobody else's for as long as it is read, however short the lease is", async () => {
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
    await expect
      .poll(async () => (await all.open('default').leaseReadings(1, { ms: 0, at: stamp().at })).length)
      .toBe(0);
    const large = await addContent(all, 'default', 20_000_000);
    const small = await addContent(all);
    release();
    for (const one of [running, large, small]) await expect.poll(state(one)).not.toBe('pending');
    expect(seen).toEqual([0, 0, 1_000]);
  });

  it('is given up, and says so, where it ended the process five times', async () => {
    const all = stores();
    const one = await addContent(all);
    for (let time = 0; time < 5; time += 1) await all.open('default').leaseReadings(1, { ms: 0, at: stamp().at });
    processOf(all, () => Promise.reject(new Error('never called')));
    await expect.poll(state(one)).toBe('unreadable');
    expect(await one.findings()).toMatchObject([{ code: 'reader_failed' }]);
  });

  it('goes on waiting where the store or the place of the bytes is away, and is read when it is back', async () => {
    const all = stores();
    const one = await addContent(all);
    let away = 12;
    const contentOf = async () => {
      away -= 1;
      if (away >= 0) throw new MaestroError('content_store_unavailable', 'The place is away', [], new Error('refused'));
      return Readable.from([BYTES]);
    };
    const { warnings } = processOf(all, async () => A_READING, { contentOf, leaseMs: 30 });
    await expect.poll(state(one)).toBe('read');
    expect(warnings).toHaveLength(12);
    expect(warnings[0]).toContain(`${one.id} was not read: The place is away: refused`);
  });

  it('is not even begun while the place for content is away, so that no attempt is counted', async () => {
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

  it.each([
    ['damaged', async () => Readable.from([Buffer.from('what is reaD')])],
    ['cut', async () => Readable.from([BYTES.subarray(1)])],
    ['too many', async () => Readable.from([BYTES, Buffer.from('!')])],
    ['gone', () => Promise.reject(new MaestroError('content_lost', 'gone'))],
  ])('is unreadable where its bytes are %s', async (_what, contentOf) => {
    const all = stores();
    const one = await addContent(all);
    processOf(all, () => Promise.reject(new Error('never called')), { contentOf });
    await expect.poll(state(one)).toBe('unreadable');
    expect(await one.findings()).toMatchObject([{ code: 'content_lost' }]);
  });

  it('is read no further than the greatest document, and one byte, where it is larger', async () => {
    const all = stores();
    const one = await addContent(all, 'default', 1_001);
    const asked: unknown[] = [];
    const contentOf: PendingSettings['contentOf'] = async (tenant, sha256, range) => {
      asked.push([tenant, sha256, range]);
      return Readable.from([BYTES]);
    };
    const facts = {
      kind: 'opaque' as const,
      media_type: 'application/zip',
      size: 12,
      digests: { sha256: 'of a part' },
    };
    processOf(all, async () => ({ ...A_READING, state: 'opaque', kind: 'opaque', facts }), { contentOf });
    await expect.poll(state(one)).toBe('opaque');
    expect(asked).toEqual([['default', SHA256, { start: 0, end: 1_000 }]]);
    expect((await all.open('default').getReading(one.id)).reading?.facts).toEqual({
      kind: 'opaque',
      media_type: 'application/zip',
      size: 1_001,
      digests: { sha256: SHA256, sha512: 'b'.repeat(128) },
    });
  });

  it('is unreadable, and says so, where the run has no room for what it says', async () => {
    const all = stores();
    const one = await addContent(all);
    const subjects = [{ name: 'x'.repeat(MAX_RUN_BYTES), digests: {} }];
    processOf(all, async () => ({ ...A_READING, subjects }));
    await expect.poll(state(one)).toBe('unreadable');
    expect(await one.findings()).toMatchObject([{ code: 'run_full' }]);
    expect(await one.evidence()).toMatchObject({ kind: 'sbom', format: 'cyclonedx-json', subjects: [] });
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
    await all.open('default').updateArtifact(one.id, (row) => readAgain(row, stamp()));
    await expect.poll(async () => (await one.evidence())?.findings_total).toBe(2);
  });
});

describe('the next reading', () => {
  it('is told when it ends', async () => {
    const all = stores();
    let end = (_: Reading) => {};
    const { pending } = processOf(all, () => new Promise((resolve) => (end = resolve)));
    const one = await addContent(all);
    await expect.poll(() => String(end).includes('native')).toBe(true);
    let told = false;
    const next = (async () => {
      while ((await state(one)()) === 'pending') await pending.nextReading(60_000);
      told = true;
    })();
    expect(told).toBe(false);
    end(A_READING);
    await next;
    expect(await state(one)()).toBe('read');
  });

  it('is waited for a quarter of a second at most', async () => {
    const { pending } = processOf(stores(), async () => A_READING);
    const began = performance.now();
    await pending.nextReading(60_000);
    expect(performance.now() - began).toBeGreaterThan(200);
    await pending.nextReading(1);
  });
});

describe('the end of a process', () => {
  it('gives back what is not finished in time: another process reads it at once, and no attempt is counted', async () => {
    const all = stores();
    const one = await addContent(all);
    let [begun, stopped]: [boolean, unknown] = [false, undefined];
    const hangs: Readers['read'] = (_bytes, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        begun = true;
        signal?.addEventListener('abort', () => {
          stopped = signal.reason;
          reject(signal.reason);
        });
      });
    const { pending, warnings } = processOf(all, hangs, { graceMs: 20, pollMs: 60_000 });
    await expect.poll(() => begun, { timeout: 30_000 }).toBe(true);
    await pending.close();
    expect(stopped).toMatchObject({ message: 'The process stops' });
    expect(warnings).toEqual([]);
    const [again] = await all.open('default').leaseReadings(1, { ms: 0, at: stamp().at });
    expect([again?.artifact.id, again?.attempts]).toEqual([one.id, 1]);
  });

  it('gives back what cannot be fetched in time', async () => {
    const all = stores();
    const one = await addContent(all);
    const contentOf = async () => new Readable({ read() {} });
    const { pending } = processOf(all, async () => A_READING, { contentOf, graceMs: 20 });
    await expect
      .poll(async () => (await all.open('default').leaseReadings(1, { ms: 0, at: stamp().at })).length)
      .toBe(0);
    await pending.close();
    expect(await all.open('default').leaseReadings(1, { ms: 0, at: stamp().at })).toHaveLength(1);
    expect(await state(one)()).toBe('pending');
  });

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
