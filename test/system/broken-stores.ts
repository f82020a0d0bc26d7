// Stores that break a promise each, to prove that the checks of concurrent commands would notice; and one that keeps all
// of them, but takes its time.
import { setImmediate } from 'node:timers/promises';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import type { RunSnapshot } from '../../src/domain/gate/run-manifest.ts';
import type { MaestroStore } from '../../src/store/store.ts';

export type Wrap = (store: MaestroStore) => MaestroStore;

const WAITS = [0, 2, 0, 1, 3, 0, 1, 0, 2, 5, 0];

/** Lets other requests go on for some turns of the event loop. */
async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
}

/** Keeps every promise of the store, and waits before and after each of its calls as a distant one would. */
export const unhurried: Wrap = (store) => {
  let waits = 0;
  const wait = () => {
    waits += 1;
    return pause(WAITS[waits % WAITS.length] ?? 0);
  };
  const calls = Object.entries(store).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      await wait();
      try {
        return await call(...args);
      } finally {
        await wait();
      }
    },
  ]);
  return Object.fromEntries(calls);
};

const withEvents =
  (change: (events: readonly MaestroEvent[]) => readonly MaestroEvent[]): Wrap =>
  (store) => ({
    ...store,
    async eventsAfter(cursor) {
      if (cursor !== null) return { events: [], cursor };
      const all = await store.eventsAfter(null, 100_000);
      return { ...all, events: change(all.events) };
    },
  });

export const BROKEN: Record<string, Wrap> = {
  'applies an update to a row that it has read before': (store) => ({
    ...store,
    async updateRun(id, change) {
      const stale = await store.getRun(id);
      await pause(4);
      return store.updateRun(id, () => change(stale));
    },
  }),
  'lets a finished run start again': (store) => ({
    ...store,
    updateRun: (id, change) => store.updateRun(id, (run) => change({ ...run, status: 'pending' })),
  }),
  'loses an update in ten that it has acknowledged': (store) => {
    let updates = 0;
    return {
      ...store,
      async updateRun(id, change) {
        updates += 1;
        if (updates % 10 > 0) return store.updateRun(id, change);
        const run = await store.getRun(id);
        return change(run)?.run ?? run;
      },
    };
  },
  'acknowledges an artifact before it is written': (store) => ({
    ...store,
    async createArtifact(artifact, event) {
      await store.getRun(artifact.run_id);
      pause(8)
        .then(() => store.createArtifact(artifact, event))
        .catch(() => {});
      return artifact;
    },
  }),
  'reads a run and its artifacts at two moments': (store) => ({
    ...store,
    async runSnapshot(id) {
      const { run } = await store.runSnapshot(id);
      await pause(8);
      return { ...(await store.runSnapshot(id)), run };
    },
  }),
  'keeps what a verdict rests on': (store) => {
    const kept = new Map<string, RunSnapshot>();
    return {
      ...store,
      async runSnapshot(id) {
        const snapshot = kept.get(id) ?? (await store.runSnapshot(id));
        kept.set(id, snapshot);
        return snapshot;
      },
    };
  },
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
