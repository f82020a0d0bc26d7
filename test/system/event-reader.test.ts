// Processes that read events are killed and doubled while 64 writers write. `FAULTS` is how often.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { postgresStores } from '../product-stores.ts';
import { addArtifact, addRun, allEvents, stamp } from '../store/contract/kit.ts';
import { newDatabase } from '../store/database.ts';
import { type Noted, notedIn, startReading } from './event-reading-process.ts';
import { FAULTS } from './processes.ts';

const WRITERS = 64;
const KILLS = Math.max(FAULTS, 3);
const LEASE_MS = 1_000;
const HOUR_MS = 3_600_000;
const LIMIT_MS = 1_800_000;

let url: string;
let stores: Stores;
let store: TenantStores;
let folder: string;
let file: string;
const reading = new Set<ReturnType<typeof startReading>>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'maestro-readers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An empty database with a connection for each writer, and an empty file for what is handled. */
async function newLog(name: string): Promise<void> {
  const options = { ...(await newDatabase()), connections: WRITERS };
  url = options.url;
  stores = await postgresStores(options);
  store = stores.of('default');
  file = join(folder, name);
  writeFileSync(file, '');
}

function start(changes: Partial<Parameters<typeof startReading>[0]> = {}) {
  const one = startReading({ url, file, leaseMs: LEASE_MS, clockMs: 0, workMs: 2, ...changes });
  reading.add(one);
  return one;
}

/** Creates, changes and finishes one run after the other, with an artifact each, until told to stop. */
async function write(until: { stop: boolean }): Promise<void> {
  while (!until.stop) {
    const { id } = await addRun(store);
    await store.runs.update(id, (run) => updateRun(run, { status: 'running' }, stamp()));
    await addArtifact(store, id);
    await store.runs.update(id, (run) => updateRun(run, { status: 'succeeded' }, stamp()));
    await sleep(1_000);
  }
}

const writers = (until: { stop: boolean }) => Promise.all(Array.from({ length: WRITERS }, () => write(until)));
const waiting = async () => (await store.cursors.progress('reader', 1_000)).waiting;
const untilAllAreHandled = () => expect.poll(waiting, { timeout: LIMIT_MS, interval: 100 }).toBe(0);

/** The ids of events in the order in which each was first handled to its end. */
const firstEnds = (noted: readonly Noted[]) => [
  ...new Set(noted.filter(({ what }) => what === 'ended').map(({ id }) => id)),
];

function expectEachHandledInOrder(noted: readonly Noted[], events: readonly MaestroEvent[]): void {
  // The log holds the events of a run in the order of their effects.
  const run = (id: string) => events.filter(({ run_id }) => run_id === id).map(({ type }) => type);
  const first = events[0]?.run_id ?? '';
  expect(run(first)).toEqual(['run.created', 'run.updated', 'artifact.created', 'run.finished']);
  expect(firstEnds(noted)).toEqual(events.map(({ id }) => id));
}

/** Handlings of two processes at the same time; one that never ended counts as its beginning. */
function overlaps(noted: readonly Noted[]): [Noted, Noted][] {
  const found: [Noted, Noted][] = [];
  const open = new Map<number, Noted>();
  for (const one of noted.toSorted((a, b) => a.at - b.at)) {
    for (const [pid, other] of open) if (pid !== one.pid) found.push([other, one]);
    if (one.what === 'begun') open.set(one.pid, one);
    else open.delete(one.pid);
  }
  return found;
}

describe('a reader of events', () => {
  afterEach(async () => {
    for (const one of reading) await one.end('SIGKILL');
    reading.clear();
    await stores.close();
  });

  it(
    `that is killed ${KILLS} times under ${WRITERS} writers handles every event at least once, in order`,
    async () => {
      await newLog('killed');
      const until = { stop: false };
      const writing = writers(until);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const before = notedIn(file).length;
        // Slower than the writers, so that it is never done when it is killed.
        const one = start({ workMs: 200 });
        await expect.poll(() => notedIn(file).length, { timeout: LIMIT_MS, interval: 20 }).toBeGreaterThan(before);
        await sleep(Math.random() * 1_500);
        expect(one.isAlive()).toBe(true);
        await one.end('SIGKILL');
      }
      until.stop = true;
      await writing;
      start();
      await untilAllAreHandled();
      const noted = notedIn(file);
      const events = await allEvents(store);
      expect(events.length).toBeGreaterThan(4 * WRITERS);
      expectEachHandledInOrder(noted, events);
      // Else the kills came at no bad moment, and nothing was shown.
      const begun = noted.filter(({ what }) => what === 'begun');
      expect(begun.length).toBeGreaterThan(events.length);
    },
    LIMIT_MS,
  );

  it(
    'takes turns with another process, whatever their clocks say: one handles at a time',
    async () => {
      await newLog('two');
      const until = { stop: false };
      const writing = writers(until);
      // Long enough that no process of a busy machine stands still for it.
      const leaseMs = 60_000;
      const two = [start({ leaseMs, clockMs: HOUR_MS }), start({ leaseMs, clockMs: -HOUR_MS })];
      const pids = () => new Set(notedIn(file).map(({ pid }) => pid)).size;
      await expect.poll(pids, { timeout: LIMIT_MS, interval: 100 }).toBe(2);
      await sleep(3_000);
      until.stop = true;
      await writing;
      await untilAllAreHandled();
      for (const one of two) await one.end('SIGTERM');
      const noted = notedIn(file);
      expectEachHandledInOrder(noted, await allEvents(store));
      expect(overlaps(noted)).toEqual([]);
      // Nothing was killed, so nothing came twice.
      const ended = noted.filter(({ what }) => what === 'ended');
      expect(new Set(ended.map(({ id }) => id)).size).toBe(ended.length);
    },
    LIMIT_MS,
  );

  it(
    'hands over to another process at once where it ends in order',
    async () => {
      await newLog('handed over');
      const day = 24 * HOUR_MS;
      const one = start({ leaseMs: day, workMs: 500 });
      for (let count = 0; count < 40; count += 1) await addRun(store);
      await expect.poll(() => notedIn(file).length, { timeout: LIMIT_MS, interval: 20 }).toBeGreaterThan(4);
      await one.end('SIGTERM');
      start({ leaseMs: day });
      await untilAllAreHandled();
      expect(firstEnds(notedIn(file))).toEqual((await allEvents(store)).map(({ id }) => id));
    },
    LIMIT_MS,
  );
});

describe('the check of overlaps', () => {
  const note = (what: Noted['what'], pid: number, at: number): Noted => ({ what, pid, id: `event ${at}`, at });

  it('finds two processes that handle at the same time', () => {
    expect(overlaps([note('begun', 1, 1), note('begun', 2, 2), note('ended', 1, 3), note('ended', 2, 4)])).toHaveLength(
      2,
    );
    expect(overlaps([note('begun', 1, 1), note('ended', 1, 2), note('begun', 2, 3), note('ended', 2, 4)])).toEqual([]);
  });
});
