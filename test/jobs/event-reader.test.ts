import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { type EventReaderSettings, readEvents } from '../../src/jobs/event-reader.ts';
import type { Job } from '../../src/jobs/job.ts';
import type { TenantStores } from '../../src/start/stores.ts';
import { memoryStores } from '../product-stores.ts';
import { addRun } from '../store/contract/kit.ts';

const opened: Job[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((reader) => reader.close()));
});

const LONG_MS = 3_600_000;

function newStores() {
  return memoryStores({ maxArtifactsPerRun: 10 });
}

/** A reader, the ids that it handled by tenant, and what it warned of. */
function aReader(stores: ReturnType<typeof newStores>, changes: Partial<EventReaderSettings> = {}) {
  const handled = new Map<string, string[]>();
  const warnings: string[] = [];
  const reader = readEvents({
    name: 'reader',
    stores,
    newId: uuidv7,
    now: () => new Date(),
    warn: (message) => void warnings.push(message),
    // Only what wakes it lets it look, unless a test polls.
    ...{ pollMs: LONG_MS, graceMs: 100, ...changes },
    async handler(event, turn) {
      await changes.handler?.(event, turn);
      handled.set(turn.tenant, [...(handled.get(turn.tenant) ?? []), event.id]);
    },
  });
  opened.push(reader);
  return { reader, warnings, handled: (tenant = 'tenant') => handled.get(tenant) ?? [] };
}

const idsOf = async (store: TenantStores) => (await store.events.after(null, 1_000)).events.map(({ id }) => id);

async function add(store: TenantStores, count: number): Promise<string[]> {
  for (let added = 0; added < count; added += 1) await addRun(store);
  return idsOf(store);
}

const until = (act: () => unknown) => expect.poll(act, { timeout: 60_000, interval: 5 });

describe('a reader of events', () => {
  it('handles what is there when it starts, in order, and what it is woken for, once each', async () => {
    const stores = newStores();
    const store = stores.of('tenant');
    const before = await add(store, 250);
    const { reader, handled } = aReader(stores);
    await until(handled).toEqual(before);
    const all = await add(store, 3);
    reader.wake('tenant');
    await until(handled).toEqual(all);
    await reader.close();
    expect(handled()).toEqual(all);
  });

  it('finds by polling what others wrote', async () => {
    const stores = newStores();
    const { handled } = aReader(stores, { pollMs: 10 });
    const all = await add(stores.of('tenant'), 3);
    await until(handled).toEqual(all);
  });

  it('asks seldom which tenants wait while one is read, and still finds the others by polling', async () => {
    const stores = newStores();
    await add(stores.of('hangs'), 1);
    let asked = 0;
    const counted = {
      of: stores.of,
      tenantsBehind(name: string) {
        asked += 1;
        return stores.tenantsBehind(name);
      },
    };
    const handler: EventReaderSettings['handler'] = (_event, { tenant }) =>
      tenant === 'hangs' ? new Promise(() => {}) : Promise.resolve();
    const began = performance.now();
    const { handled } = aReader(stores, { stores: counted, pollMs: 1, handler });
    for (let round = 0; round < 3; round += 1) {
      const all = await add(stores.of('works'), 1);
      await until(() => handled('works')).toEqual(all);
    }
    // The first polls may come before the turn that hangs has begun.
    const most = 20 + (performance.now() - began) / 200;
    expect(asked).toBeLessThan(most);
    expect(performance.now() - began).toBeGreaterThan(350);
  });

  it('goes on where another of its name stopped, and another name begins anew', async () => {
    const stores = newStores();
    const first = await add(stores.of('tenant'), 3);
    const one = aReader(stores);
    await until(one.handled).toEqual(first);
    await one.reader.close();
    const all = await add(stores.of('tenant'), 2);
    const [next, other] = [aReader(stores), aReader(stores, { name: 'other' })];
    await until(next.handled).toEqual(all.slice(3));
    await until(other.handled).toEqual(all);
  });

  it('tries an event again that fails, after a while and before any other of its tenant', async () => {
    const stores = newStores();
    const all = await add(stores.of('tenant'), 3);
    const tried: string[] = [];
    const { handled, warnings, reader } = aReader(stores, {
      ...{ pollMs: 10, leaseMs: 50 },
      async handler({ id }) {
        tried.push(id);
        if (id === all[1] && tried.length < 4) throw new Error('The disk is full');
      },
    });
    await until(handled).toEqual(all);
    expect(tried).toEqual([all[0], all[1], all[1], all[1], all[2]]);
    expect(warnings[0]).toBe("Reader 'reader' could not handle an event: The disk is full");
    expect(await reader.progress('tenant')).toMatchObject({ waiting: 0, failed: 0 });
  });

  it('shows what waits, since when, and what failed', async () => {
    const stores = newStores();
    await add(stores.of('tenant'), 5);
    const [, third] = (await stores.of('tenant').events.after(null, 10)).events.slice(1);
    const { reader } = aReader(stores, {
      async handler({ id }) {
        if (id === third?.id) throw new Error('postgres://secret@host is away');
      },
    });
    const last_failure = {
      at: expect.stringMatching(/Z$/),
      detail: 'Something went wrong; the server log has the details',
    };
    await until(() => reader.progress('tenant')).toEqual({
      ...{ name: 'reader', waiting: 3, oldest_waiting_at: third?.at, running: 0, failed: 1, last_failure },
    });
    const nothing = { waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
    expect(await reader.progress('another tenant')).toEqual({ name: 'reader', ...nothing });
  });

  it('ends a handler that hangs, which counts as a failure, and tries its event again', async () => {
    const stores = newStores();
    const all = await add(stores.of('tenant'), 2);
    let calls = 0;
    const signals: AbortSignal[] = [];
    const { handled, warnings } = aReader(stores, {
      ...{ pollMs: 10, leaseMs: 200, handlerMs: 100 },
      handler(_event, { signal }) {
        calls += 1;
        if (calls > 1) return Promise.resolve();
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    await until(handled).toEqual(all);
    expect(signals[0]?.aborted).toBe(true);
    expect(warnings[0]).toBe("Reader 'reader' could not handle an event: The event was not handled within 100 ms");
  });

  it('keeps its lease for as long as a handler works, however long that is', async () => {
    const stores = newStores();
    const [id] = await add(stores.of('tenant'), 1);
    let release = () => {};
    const slow = aReader(stores, {
      ...{ leaseMs: 200 },
      handler: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    });
    await until(async () => (await slow.reader.progress('tenant')).running).toBe(1);
    const other = aReader(stores, { pollMs: 10 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(other.handled()).toEqual([]);
    release();
    await until(slow.handled).toEqual([id]);
    await slow.reader.close();
    expect(other.handled()).toEqual([]);
  });

  it('goes on with other tenants and lets other readers go on where a handler throws or hangs', async () => {
    const stores = newStores();
    for (const tenant of ['throws', 'hangs', 'works']) await add(stores.of(tenant), 3);
    const one = aReader(stores, {
      handler(_event, { tenant }) {
        if (tenant === 'throws') throw new Error('no');
        return tenant === 'hangs' ? new Promise(() => {}) : Promise.resolve();
      },
    });
    const other = aReader(stores, { name: 'other' });
    await until(() => one.handled('works')).toEqual(await idsOf(stores.of('works')));
    for (const tenant of ['throws', 'hangs', 'works'])
      await until(() => other.handled(tenant)).toEqual(await idsOf(stores.of(tenant)));
    for (const tenant of ['throws', 'hangs']) expect(await one.reader.progress(tenant)).toMatchObject({ waiting: 3 });
  });

  it('takes the tenants in turn, so that one with few events does not wait for all of another', async () => {
    const stores = newStores();
    await add(stores.of('large'), 500);
    await add(stores.of('small'), 1);
    let before: number | null = null;
    const large = aReader(stores, {
      ...{ maxEvents: 10, tenantsAtOnce: 1 },
      async handler(_event, { tenant }) {
        if (tenant === 'small') before = large.handled('large').length;
      },
    });
    await until(() => large.handled('small').length).toBe(1);
    expect(before).toBeLessThanOrEqual(10);
    await until(() => large.handled('large').length).toBe(500);
  });

  it('lags behind writers that are faster, says so, and catches up', async () => {
    const stores = newStores();
    const { reader, handled } = aReader(stores, {
      maxEvents: 5,
      handler: () => new Promise((resolve) => setTimeout(resolve, 2)),
    });
    const all = await add(stores.of('tenant'), 100);
    reader.wake('tenant');
    await until(() => handled().length).toBeGreaterThan(10);
    const { waiting, oldest_waiting_at } = await reader.progress('tenant');
    expect(waiting).toBeGreaterThan(0);
    expect(oldest_waiting_at).not.toBeNull();
    await until(handled).toEqual(all);
    expect(await reader.progress('tenant')).toMatchObject({ waiting: 0, oldest_waiting_at: null });
  });

  it('stops within its grace: what hangs is aborted, and what was handled before it is not handled again', async () => {
    const stores = newStores();
    const all = await add(stores.of('tenant'), 3);
    const signals: AbortSignal[] = [];
    const { reader, handled } = aReader(stores, {
      handler({ id }, { signal }) {
        if (id !== all[1]) return Promise.resolve();
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    await until(() => signals.length).toBe(1);
    await reader.close();
    expect(signals[0]?.reason).toMatchObject({ message: 'The process stops' });
    expect(handled()).toEqual(all.slice(0, 1));
    // The lease was given back, and no failure was counted.
    expect(await stores.of('tenant').cursors.progress('reader', 10)).toMatchObject({ is_held: false, failures: 0 });
    const next = aReader(stores);
    await until(next.handled).toEqual(all.slice(1));
  });

  it('stops its handler where another took over its lease, counts no failure, and handles no more', async () => {
    const stores = newStores();
    const { cursors, events } = stores.of('tenant');
    await add(stores.of('tenant'), 2);
    // A store that lets every lease expire at once.
    const losing = {
      tenantsBehind: stores.tenantsBehind,
      of: () => ({ events, cursors: { ...cursors, extend: async () => false } }),
    };
    const signals: AbortSignal[] = [];
    const { warnings, handled } = aReader(stores, {
      ...{ stores: losing, leaseMs: 100 },
      handler(_event, { signal }) {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    await until(() => signals[0]?.aborted).toBe(true);
    await until(() => warnings).toEqual(["Reader 'reader' of events is paused: The lease on the cursor was lost"]);
    expect(handled()).toEqual([]);
    expect(await cursors.progress('reader', 10)).toMatchObject({ failures: 0, position: null });
  });

  it('pauses while the log cannot be read, counts no failure of an event, and goes on at the next poll', async () => {
    const stores = newStores();
    const all = await add(stores.of('tenant'), 2);
    let isAway = true;
    const failing = {
      tenantsBehind: stores.tenantsBehind,
      of(tenant: string) {
        const { events, cursors } = stores.of(tenant);
        const after: typeof events.after = async (...asked) => {
          if (isAway) throw new MaestroError('store_unavailable', 'The store does not answer; try again');
          return events.after(...asked);
        };
        return { cursors, events: { after } };
      },
    };
    const { handled, warnings, reader } = aReader(stores, { stores: failing, pollMs: 10 });
    const words = "Reader 'reader' of events is paused: The store does not answer; try again";
    await until(() => warnings[0]).toBe(words);
    expect(await stores.of('tenant').cursors.progress('reader', 10)).toMatchObject({ failures: 0 });
    const detail = 'The store does not answer; try again';
    await until(() => reader.progress('tenant')).toMatchObject({ waiting: 2, failed: 0, last_failure: { detail } });
    expect((await reader.progress('another')).last_failure).toBe(null);
    isAway = false;
    await until(handled).toEqual(all);
    await until(async () => (await reader.progress('tenant')).last_failure).toBe(null);
  });

  it('asks a log that cannot be read once a poll for each tenant, however many tenants there are', async () => {
    const stores = newStores();
    for (let tenant = 0; tenant < 8; tenant += 1) await add(stores.of(`tenant ${tenant}`), 1);
    const asked: string[] = [];
    let isAway = true;
    const failing = {
      tenantsBehind: stores.tenantsBehind,
      of(tenant: string) {
        const { events, cursors } = stores.of(tenant);
        const after: typeof events.after = async (...given) => {
          asked.push(tenant);
          if (isAway) throw new MaestroError('content_store_unavailable', 'The content store is unavailable');
          return events.after(...given);
        };
        return { cursors, events: { after } };
      },
    };
    const { reader, handled } = aReader(stores, { stores: failing, tenantsAtOnce: 2 });
    await until(() => new Set(asked).size).toBe(8);
    await new Promise((resolve) => setTimeout(resolve, 300));
    reader.wake('tenant 0');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
    isAway = false;
    await reader.close();
    const next = aReader(stores, { stores: failing, pollMs: 20 });
    for (let tenant = 0; tenant < 8; tenant += 1) await until(() => next.handled(`tenant ${tenant}`).length).toBe(1);
    expect(handled('tenant 0')).toEqual([]);
  });

  it('reports no failure of an event that was handled in the end', async () => {
    const stores = newStores();
    const all = await add(stores.of('tenant'), 1);
    let calls = 0;
    const { handled, reader } = aReader(stores, {
      ...{ pollMs: 10, leaseMs: 50 },
      async handler() {
        calls += 1;
        if (calls === 1) throw new Error('The disk is full');
      },
    });
    await until(handled).toEqual(all);
    const nothing = { waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
    await until(() => reader.progress('tenant')).toEqual({ name: 'reader', ...nothing });
  });
});
