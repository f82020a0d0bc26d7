// The store that needs nothing and forgets everything when the process ends. Each call runs to its end before another
// begins, so every one of them is atomic.
import { Artifact } from '../../domain/artifact/artifact.ts';
import { requireAbout } from '../../domain/artifact/create-artifact.ts';
import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { isPending, readingDue } from '../../domain/evidence/pending.ts';
import { readerNumber } from '../../domain/evidence/reader.ts';
import {
  isLost,
  type ReadingDetails,
  type RunReading,
  readingBytes,
  runReading,
} from '../../domain/evidence/reading.ts';
import { type Once, type Remembered, rememberedSince, replayed } from '../../domain/idempotency.ts';
import { DisclosurePack } from '../../domain/pack/disclosure-pack.ts';
import { cursorAt, positionOf } from '../../domain/page.ts';
import { isFinal, Run } from '../../domain/run/run.ts';
import { rowText } from '../../json/row-text.ts';
import { mostBytes, type NotFound, notFound, runFull } from '../refusals.ts';
import { type ContentPlace, type Current, MAX_RUN_BYTES, type MaestroStore, type MaestroStores } from '../store.ts';
import { dueList } from './due-list.ts';
import { sortedLists } from './sorted-lists.ts';

export type MemoryStoreOptions = { maxArtifactsPerRun: number };

export function memoryStores(options: MemoryStoreOptions): MaestroStores {
  const stores = new Map<string, MaestroStore>();
  let place: ContentPlace = { id: null, marked: false };
  let changing: Promise<unknown> = Promise.resolve();
  const namesContent = async () => {
    for (const store of stores.values()) if ((await store.namedContents(1)).length > 0) return true;
    return false;
  };
  return {
    kind: 'memory',
    durability: 'forgets',
    open(tenant) {
      const store = stores.get(tenant) ?? memoryStore(options);
      stores.set(tenant, store);
      return store;
    },
    tenants: async () => [...stores.keys()],
    ping: async () => {},
    probe: async () => {},
    contentPlace: async () => place,
    updateContentPlace(change) {
      const changed = changing.then(async () => {
        place = await change(place, await namesContent());
        return place;
      });
      changing = changed.catch(() => {});
      return changed;
    },
    close: async () => {},
  };
}

type Lease = { until: string; attempts: number };
type Kept = Lease & { readonly since: string };
/** What the same reader read and verified with the same trust, which is null where nothing was verified. */
type Group = { readonly reader: number; readonly trust: string | null; readonly ones: Map<string, Kept> };

type Filed = { readonly id: string; readonly run_id: string };

const ALL = 'all';
const ofRun = (id: string) => `run ${id}`;
// No status has a space in it or is `owner`, so no owner can be made to look like another key.
const runKey = ({ owner, status }: { owner?: string | undefined; status?: string | undefined }) =>
  owner === undefined ? (status ?? ALL) : `${status ?? 'owner'} ${owner}`;
const runKeys = ({ owner, status }: Readonly<Run>) => [ALL, status, `owner ${owner}`, `${status} ${owner}`];

function memoryStore({ maxArtifactsPerRun }: MemoryStoreOptions): MaestroStore {
  const runs = new Map<string, Readonly<Run>>();
  const artifacts = new Map<string, Readonly<Artifact>>();
  const packs = new Map<string, Readonly<DisclosurePack>>();
  const events: MaestroEvent[] = [];
  const artifactBytes = new Map<string, number>();
  const endedAt = new Map<string, string>();
  const keys = new Map<string, Remembered<object>>();
  const contents = new Map<string, number>();
  const readings = new Map<string, Readonly<ReadingDetails>>();
  const waiting = dueList<Lease>();
  const lost = new Set<string>();
  // By reader and trust, so that nothing is looked through where all was read and verified with those of today.
  const groups = new Map<string, Group>();
  const groupOf = new Map<string, Group>();

  const runLists = sortedLists<Readonly<Run>>('runs', runKeys);
  const artifactLists = sortedLists<Readonly<Artifact>>('artifacts', filedKeys);
  const packLists = sortedLists<Readonly<DisclosurePack>>('packs', filedKeys);

  return {
    createRun: (run, event, once) =>
      actOnce(once, () => {
        insert(runs, run);
        runLists.put(run);
        record(event);
        return run;
      }),
    getRun: async (id) => found(runs, id, 'run_not_found'),
    listRuns: async (filter, page) => runLists.page(runKey(filter), page, (run) => bytesOf(Run, run)),
    async updateRun(id, change) {
      const before = found(runs, id, 'run_not_found');
      const changed = change(before);
      if (changed === null) return before;
      const run = deepFreeze(changed.run);
      runs.set(id, run);
      if (isFinal(run.status) && !endedAt.has(id)) endedAt.set(id, changed.event.at);
      runLists.put(run, before);
      record(changed.event);
      return run;
    },
    async deleteRun(id, decide) {
      const run = found(runs, id, 'run_not_found');
      const event = decide(run, endedAt.get(id) ?? null);
      if (event === null) return false;
      for (const artifact of artifactLists.rows(ofRun(id))) {
        artifacts.delete(artifact.id);
        keepReading(artifact, null);
        waiting.delete(artifact.id);
        countContent(artifact, -1);
        artifactLists.drop(artifact);
      }
      for (const pack of packLists.rows(ofRun(id))) {
        packs.delete(pack.id);
        packLists.drop(pack);
      }
      runs.delete(id);
      runLists.drop(run);
      artifactBytes.delete(id);
      endedAt.delete(id);
      record(event);
      return true;
    },
    async runSnapshot(id) {
      const run = found(runs, id, 'run_not_found');
      const latest = packLists.latest(ofRun(id));
      const held = artifactLists.rows(ofRun(id)).reverse();
      return { run, artifacts: held, latest_pack: latest, readings: readingsOf(held) };
    },
    createArtifact: (artifact, event, once) =>
      actOnce(once, () => {
        const { run_id } = artifact;
        found(runs, run_id, 'run_not_found');
        if (artifact.about.length > 0) requireAbout(artifact, artifacts);
        const bytes = (artifactBytes.get(run_id) ?? 0) + bytesOf(Artifact, deepFreeze(artifact));
        if (artifactLists.count(ofRun(run_id)) >= maxArtifactsPerRun) throw runFull('count', maxArtifactsPerRun);
        if (bytes > MAX_RUN_BYTES) throw runFull('bytes', maxArtifactsPerRun);
        insert(artifacts, artifact);
        artifactBytes.set(run_id, bytes);
        artifactLists.put(artifact);
        countContent(artifact, 1);
        record(event);
        return artifact;
      }),
    async updateArtifact(id, change) {
      const before = found(artifacts, id, 'artifact_not_found');
      const changed = change(before);
      if (changed === null) return before;
      const artifact = deepFreeze(changed.artifact);
      const { run_id } = artifact;
      const known = readings.get(id) ?? null;
      const reading = changed.reading === undefined ? known : deepFreeze(changed.reading);
      const grown =
        bytesOf(Artifact, artifact) + readingBytes(reading) - bytesOf(Artifact, before) - readingBytes(known);
      const bytes = (artifactBytes.get(run_id) ?? 0) + grown;
      if (bytes > mostBytes(artifact)) throw runFull('bytes', maxArtifactsPerRun);
      if (changed.reading !== undefined) keepReading(artifact, reading);
      if (!isPending(artifact)) waiting.delete(id);
      else if (!isPending(before)) waiting.put(id, readingDue(artifact, changed.event.at), { until: '', attempts: 0 });
      artifacts.set(id, artifact);
      artifactBytes.set(run_id, bytes);
      artifactLists.put(artifact, before);
      countContent(before, -1);
      countContent(artifact, 1);
      record(changed.event);
      return artifact;
    },
    async getReading(id) {
      return { artifact: found(artifacts, id, 'artifact_not_found'), reading: readings.get(id) ?? null };
    },
    leaseReadings: async (limit, given) => leased(waiting, limit, given),
    leaseStale: async (limit, now, runIds, given) => leased(staleOnes(now, runIds), limit, given),
    async countStale(now, most) {
      let count = 0;
      for (const group of groups.values()) if (isStaleGroup(group, now)) count += group.ones.size;
      return Math.min(count, most);
    },
    async extendLease(id, { ms, at }) {
      const lease = leaseOf(id);
      if (lease !== undefined && lease.until > at) lease.until = new Date(Date.parse(at) + ms).toISOString();
    },
    async forgiveAttempt(id) {
      const lease = leaseOf(id);
      if (lease !== undefined && lease.attempts > 0) lease.attempts -= 1;
    },
    holdsContent: async (sha256) => contents.has(sha256),
    namedContents: async (limit) => firstOf(contents.keys(), limit),
    lostReadings: async (after, limit) =>
      [...lost]
        .filter((id) => id > after)
        .sort()
        .slice(0, limit)
        .map((id) => found(artifacts, id, 'artifact_not_found')),
    getArtifact: async (id) => found(artifacts, id, 'artifact_not_found'),
    listArtifacts: async (filter, page) =>
      artifactLists.page(filedKey(filter), page, (artifact) => bytesOf(Artifact, artifact)),
    createDisclosurePack: (runId, artifactIds, make, once) =>
      actOnce(once, () => {
        found(runs, runId, 'run_not_found');
        const held =
          artifactIds?.map((id) => found(artifacts, id, 'artifact_not_found')) ?? artifactLists.rows(ofRun(runId));
        const { pack, event } = make(held);
        insert(packs, pack);
        packLists.put(pack);
        record(event);
        return pack;
      }),
    getDisclosurePack: async (id) => found(packs, id, 'disclosure_pack_not_found'),
    listDisclosurePacks: async (filter, page) =>
      packLists.page(filedKey(filter), page, (pack) => bytesOf(DisclosurePack, pack)),
    async eventsAfter(cursor, limit) {
      const start = cursor === null ? 0 : Number(positionOf('events', cursor));
      const some = events.slice(start, start + limit);
      return { events: some, cursor: cursorAt('events', String(start + some.length)) };
    },
  };

  async function actOnce<Row extends object>(once: Once | null | undefined, create: () => Row): Promise<Readonly<Row>> {
    if (once === null || once === undefined) return create();
    const since = rememberedSince(once.at);
    forgetBefore(since);
    const known = keys.get(once.scope) as Remembered<Row> | undefined;
    if (known !== undefined && known.at >= since) return replayed(known, once);
    const row = create();
    keys.delete(once.scope);
    keys.set(once.scope, { fingerprint: once.fingerprint, at: once.at, row });
    return row;
  }

  // The oldest come first, and each key that comes lets some go.
  function forgetBefore(since: string): void {
    let looked = 0;
    for (const [scope, { at }] of keys) {
      looked += 1;
      if (at >= since || looked > 10) return;
      keys.delete(scope);
    }
  }

  function leaseOf(id: string): Lease | undefined {
    return waiting.get(id) ?? groupOf.get(id)?.ones.get(id);
  }

  /** Hands out those that nobody has. */
  function leased(ones: Iterable<[id: string, Lease]>, limit: number, { ms, at }: { ms: number; at: string }) {
    const until = new Date(Date.parse(at) + ms).toISOString();
    const handedOut: { artifact: Readonly<Artifact>; attempts: number }[] = [];
    for (const [id, lease] of ones) {
      if (handedOut.length >= limit) break;
      if (lease.until > at) continue;
      lease.until = until;
      lease.attempts += 1;
      handedOut.push({ artifact: found(artifacts, id, 'artifact_not_found'), attempts: lease.attempts });
    }
    return handedOut;
  }

  /** What an older reader read, or that of `now` verified with another trust, which was not loaded later. */
  function* staleOnes(now: Current, runIds: readonly string[] | null): Generator<[id: string, Kept]> {
    for (const group of groups.values()) {
      if (!isStaleGroup(group, now)) continue;
      const { reader, ones } = group;
      for (const [id, one] of runIds === null ? ones : onesOf(ones, runIds))
        if (reader < now.reader || one.since <= now.since) yield [id, one];
    }
  }

  function* onesOf(ones: ReadonlyMap<string, Kept>, runIds: readonly string[]): Generator<[id: string, Kept]> {
    for (const runId of new Set(runIds)) {
      for (const { id } of artifactLists.rows(ofRun(runId))) {
        const one = ones.get(id);
        if (one !== undefined) yield [id, one];
      }
    }
  }

  /** Replaces what is known of an artifact, nothing where it is null. What was read is nobody's yet. */
  function keepReading({ id, evidence }: Readonly<Artifact>, reading: Readonly<ReadingDetails> | null): void {
    const before = groupOf.get(id);
    before?.ones.delete(id);
    if (before?.ones.size === 0) groups.delete(groupKey(before));
    groupOf.delete(id);
    if (reading !== null && isLost(reading)) lost.add(id);
    else lost.delete(id);
    if (reading === null) readings.delete(id);
    else readings.set(id, reading);
    if (reading === null) return;
    const { trust = null, trust_since: since = '' } = reading.verification ?? {};
    const known = { reader: readerNumber(evidence?.reader), trust };
    const group = groups.get(groupKey(known)) ?? { ...known, ones: new Map() };
    group.ones.set(id, { since, until: '', attempts: 0 });
    groups.set(groupKey(group), group);
    groupOf.set(id, group);
  }

  /** Counts the artifacts that have the same content. */
  function countContent({ content }: Readonly<Artifact>, change: 1 | -1): void {
    if (content === null) return;
    const { sha256 } = content.digests;
    const count = (contents.get(sha256) ?? 0) + change;
    if (count === 0) contents.delete(sha256);
    else contents.set(sha256, count);
  }

  function readingsOf(held: readonly Readonly<Artifact>[]): RunReading[] {
    if (readings.size === 0) return [];
    return held.flatMap(({ id }) => {
      const reading = readings.get(id);
      return reading === undefined ? [] : [runReading(id, reading)];
    });
  }

  function record(event: MaestroEvent): void {
    events.push(deepFreeze(event));
  }
}

function firstOf<Value>(values: Iterable<Value>, limit: number): Value[] {
  const first: Value[] = [];
  for (const value of values) {
    if (first.length >= limit) break;
    first.push(value);
  }
  return first;
}

function groupKey({ reader, trust }: Pick<Group, 'reader' | 'trust'>): string {
  return JSON.stringify([reader, trust]);
}

function isStaleGroup({ reader, trust }: Group, now: Omit<Current, 'since'>): boolean {
  return reader < now.reader || (reader === now.reader && trust !== null && trust !== now.digest);
}

function filedKey({ run_id }: { run_id?: string | undefined }): string {
  return run_id === undefined ? ALL : ofRun(run_id);
}

function filedKeys({ run_id }: Filed): string[] {
  return [ALL, ofRun(run_id)];
}

function bytesOf(schema: Parameters<typeof rowText>[0], row: object): number {
  return Buffer.byteLength(rowText(schema, row));
}

function insert<Row extends { id: string }>(rows: Map<string, Readonly<Row>>, row: Row): void {
  if (rows.has(row.id)) throw new Error(`a row with the id ${row.id} exists`);
  rows.set(row.id, deepFreeze(row));
}

function found<Row>(rows: Map<string, Row>, id: string, code: NotFound): Row {
  const row = rows.get(id);
  if (row === undefined) throw notFound(code, id);
  return row;
}

// Objects that are frozen were frozen here, to the bottom; the JSON parser bounds how deep that is.
function deepFreeze<T>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const key in value) if (typeof value[key] === 'object') deepFreeze(value[key]);
  return Object.freeze(value);
}
