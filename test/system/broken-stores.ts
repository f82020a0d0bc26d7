// Stores that break a promise each, to prove that the checks of concurrent commands would notice; and one that keeps all
// of them, but takes its time.
import { setImmediate } from 'node:timers/promises';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import type { Evidence } from '../../src/domain/gate/rule.ts';
import type { RunSnapshot } from '../../src/domain/gate/run-manifest.ts';
import type { TenantStores } from '../../src/start/stores.ts';
import type { RunStore } from '../../src/store/runs.ts';

export type Wrap = (stores: TenantStores) => TenantStores;

const WAITS = [0, 2, 0, 1, 3, 0, 1, 0, 2, 5, 0];

/** Lets other requests go on for some turns of the event loop. */
async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
}

/** Keeps every promise of the store, and waits before and after each of its calls as a distant one would. */
export const unhurried: Wrap = (stores) => {
  let waits = 0;
  const wait = () => {
    waits += 1;
    return pause(WAITS[waits % WAITS.length] ?? 0);
  };
  const slow =
    (call: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      await wait();
      try {
        return await call(...args);
      } finally {
        await wait();
      }
    };
  const slowed = (store: object) => Object.fromEntries(Object.entries(store).map(([name, call]) => [name, slow(call)]));
  return Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [name, slowed(store)]),
  ) as object as TenantStores;
};

const withEvents =
  (change: (events: readonly MaestroEvent[]) => readonly MaestroEvent[]): Wrap =>
  (stores) => ({
    ...stores,
    events: {
      async after(cursor) {
        if (cursor !== null) return { events: [], cursors: [], cursor };
        const all = await stores.events.after(null, 100_000);
        return { ...all, events: change(all.events) };
      },
    },
  });

const withRuns =
  (change: (runs: RunStore) => Partial<RunStore>): Wrap =>
  (stores) => ({ ...stores, runs: { ...stores.runs, ...change(stores.runs) } });

export const BROKEN: Record<string, Wrap> = {
  'applies an update to a row that it has read before': withRuns((runs) => ({
    async update(id, change) {
      const stale = await runs.get(id);
      await pause(4);
      return runs.update(id, () => change(stale));
    },
  })),
  'lets a finished run start again': withRuns((runs) => ({
    update: (id, change) => runs.update(id, (run) => change({ ...run, status: 'pending' })),
  })),
  'loses an update in ten that it has acknowledged': withRuns((runs) => {
    let updates = 0;
    return {
      async update(id, change) {
        updates += 1;
        if (updates % 10 > 0) return runs.update(id, change);
        const run = await runs.get(id);
        return change(run)?.run ?? run;
      },
    };
  }),
  'acknowledges an artifact before it is written': (stores) => ({
    ...stores,
    artifacts: {
      ...stores.artifacts,
      async create(artifact, event) {
        await stores.runs.get(artifact.run_id);
        pause(8)
          .then(() => stores.artifacts.create(artifact, event))
          .catch(() => {});
        return artifact;
      },
    },
  }),
  'reads a run and its artifacts at two moments': withRuns((runs) => ({
    async snapshot(id) {
      const { run } = await runs.snapshot(id);
      await pause(8);
      return { ...(await runs.snapshot(id)), run };
    },
    async evidence(id) {
      const { run } = await runs.evidence(id);
      await pause(8);
      return { ...(await runs.evidence(id)), run };
    },
  })),
  'keeps what a verdict rests on': withRuns((runs) => {
    const kept = new Map<string, RunSnapshot>();
    const judged = new Map<string, Evidence>();
    return {
      async snapshot(id) {
        const snapshot = kept.get(id) ?? (await runs.snapshot(id));
        kept.set(id, snapshot);
        return snapshot;
      },
      async evidence(id) {
        const evidence = judged.get(id) ?? (await runs.evidence(id));
        judged.set(id, evidence);
        return evidence;
      },
    };
  }),
  'tells an event twice': withEvents((events) => [...events, ...events.slice(-1)]),
  'forgets the last event': withEvents((events) => events.slice(0, -1)),
  'tells two neighbouring events of a run in the wrong order': withEvents((events) => {
    const second = events.findLastIndex(({ run_id }, index) => run_id === events[index - 1]?.run_id);
    return events.map(
      (event, index) => events[index === second ? index - 1 : index === second - 1 ? second : index] ?? event,
    );
  }),
  'tells of a change under the name of another request': withEvents((events) =>
    events.map((event, index) => ({ ...event, request_id: events.at(index - 1)?.request_id ?? '' })),
  ),
  'names a field too many as changed': withEvents((events) =>
    events.map((event) => (event.type === 'run.updated' ? { ...event, changed: [...event.changed, 'owner'] } : event)),
  ),
};
