// The store on PostgreSQL. Every write is one statement or one transaction, and its event lands with it.
import type { Client } from 'pg';
import { Artifact } from '../../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../../domain/artifact/artifact-events.ts';
import { requireAbout } from '../../domain/artifact/create-artifact.ts';
import { isStorable } from '../../domain/bounds.ts';
import { MaestroError } from '../../domain/errors.ts';
import type { MaestroEvent } from '../../domain/event/maestro-event.ts';
import { isPending } from '../../domain/evidence/pending.ts';
import { type ReadingDetails, type RunReading, readingBytes, runReading } from '../../domain/evidence/reading.ts';
import { type Once, rememberedSince, replayed } from '../../domain/idempotency.ts';
import { DisclosurePack } from '../../domain/pack/disclosure-pack.ts';
import { cursorAt, MAX_PAGE_BYTES, type Page, type PageRequest, positionOf } from '../../domain/page.ts';
import { Run } from '../../domain/run/run.ts';
import { rowText } from '../../json/row-text.ts';
import { jsonValue } from '../../json/value.ts';
import { mostBytes, type NotFound, notFound, runFull } from '../refusals.ts';
import { type ContentPlace, MAX_RUN_BYTES, type MaestroStore, type MaestroStores } from '../store.ts';
import { folded } from './folded-writes.ts';
import { migrate } from './migrate.ts';
import { answered, type Patience, patiently } from './patience.ts';
import { type Database, openDatabase, type PostgresSettings, type Query, type Statement } from './pool.ts';
import * as sql from './statements.ts';

export type PostgresStoreOptions = PostgresSettings & {
  maxArtifactsPerRun: number;
  /** Otherwise a schema that is not up to date is refused. */
  migrate: boolean;
  /** Otherwise a server that acknowledges before its disk does is refused. */
  allowUnsafeDurability: boolean;
  /** Called with what the start is waiting for, whenever it waits longer. */
  warn?: (message: string) => void;
};

/**
 * Connects to a server whose commits are on disk, and brings its schema up to date. Throws where either cannot be, and where the server has
 * not answered for `connectTimeoutMs`.
 */
export async function postgresStores(options: PostgresStoreOptions): Promise<MaestroStores> {
  const waiting = { ms: options.connectTimeoutMs, say: options.warn ?? (() => {}) };
  const unsafe = await patiently(options.url, waiting, async (client, patience) => {
    const found = await unsafeSettings(client, patience);
    if (found.length > 0 && !options.allowUnsafeDurability) {
      throw new Error(`The database has ${found.join(' and ')}: what it acknowledges can be lost`);
    }
    await migrate(client, options.migrate, patience);
    return found.length > 0;
  });
  const database = openDatabase(options);
  const opened = new Map<string, MaestroStore>();
  return {
    kind: 'postgres',
    durability: unsafe ? 'unsafe' : 'durable',
    open(tenant) {
      const store = opened.get(tenant) ?? postgresStore(database, tenant, options.maxArtifactsPerRun);
      opened.set(tenant, store);
      return store;
    },
    tenants: async () => (await database.query<{ tenant: string }>(sql.TENANTS, [])).map(({ tenant }) => tenant),
    async ping() {
      const [state] = await database.query<{ writable: boolean }>(sql.WRITABLE, []);
      if (state?.writable !== true) throw new MaestroError('store_unavailable', 'The store can be read only');
    },
    async probe() {
      const [written] = await database.query(sql.WRITE_PROBE, []);
      if (written === undefined) throw new MaestroError('store_unavailable', 'The probe row could not be written');
    },
    contentPlace: async () => placeIn(await database.read<ContentPlace>(sql.CONTENT_PLACE, [])),
    updateContentPlace: (change) =>
      database.transaction(async (ask) => {
        const { namesContent, ...before } = placeIn(await ask<LockedPlace>(sql.LOCK_CONTENT_PLACE, []));
        const after = await change(before, namesContent);
        if (after.id !== before.id || after.marked !== before.marked)
          await ask(sql.UPDATE_CONTENT_PLACE, [after.id, after.marked]);
        return after;
      }),
    close: () => database.close(),
  };
}

type LockedPlace = ContentPlace & { namesContent: boolean };

function placeIn<Row extends ContentPlace>([row]: Row[]): Row {
  if (row === undefined) throw new Error('the table content_place has lost its row');
  return row;
}

async function unsafeSettings(client: Client, patience: Patience): Promise<string[]> {
  const { rows } = await answered(client, patience, 'its settings', () => client.query<{ name: string }>(UNSAFE));
  return rows.map(({ name }) => `${name}=off`);
}

const UNSAFE =
  "SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'";

function postgresStore(database: Database, tenant: string, maxArtifactsPerRun: number): MaestroStore {
  const { query, read, transaction } = database;

  const createRunsTogether = folded(
    (rows) => query(sql.CREATE_RUNS, [tenant, rows]),
    (error) => !(error instanceof MaestroError),
  );

  async function one<Row>(statement: Statement, id: string, code: NotFound, ask = read): Promise<Row> {
    const [found] = isStorable(id) ? await ask<Body>(statement, [tenant, id]) : [];
    if (found === undefined) throw notFound(code, id);
    return rowOf(found.body);
  }

  return {
    createRun: (run, event, once) =>
      actOnce(once, Run, async (ask) => {
        const [body, bytes] = written(Run, run);
        const { id, owner, status } = run;
        const keys = JSON.stringify({ id, owner, status, bytes }).slice(0, -1);
        const row = `${keys},"body":${body},"event":${eventText(event)}}`;
        await (ask === query ? createRunsTogether(row) : ask(sql.CREATE_RUNS, [tenant, `[${row}]`]));
        return run;
      }),
    getRun: (id) => one(sql.GET_RUN, id, 'run_not_found'),
    async listRuns({ owner, status }, page) {
      const [statement, filters] = sql.runList(owner, status);
      return readPage(read, `runs ${JSON.stringify([owner, status])}`, statement, [tenant, ...filters], page);
    },
    updateRun: (id, change) =>
      transaction(async (ask) => {
        const before = await one<Run>(sql.LOCK_RUN, id, 'run_not_found', ask);
        const changed = change(before);
        if (changed === null) return before;
        const { run, event } = changed;
        await ask(sql.UPDATE_RUN, [tenant, id, run.owner, run.status, ...written(Run, run), eventText(event)]);
        return run;
      }),
    deleteRun: (id, decide) =>
      transaction(async (ask) => {
        type Ended = Body & { ended_at: string | null };
        const [found] = isStorable(id) ? await ask<Ended>(sql.LOCK_RUN_AND_END, [tenant, id]) : [];
        if (found === undefined) throw notFound('run_not_found', id);
        const event = decide(rowOf(found.body), found.ended_at);
        if (event !== null) await ask(sql.DELETE_RUN, [tenant, id, eventText(event)]);
        return event !== null;
      }),
    async runSnapshot(id) {
      type Parts = { run: string; artifacts: string | null; readings: string | null; pack: string | null };
      const [parts] = isStorable(id) ? await read<Parts>(sql.SNAPSHOT, [tenant, id]) : [];
      if (parts === undefined) throw notFound('run_not_found', id);
      const { run, artifacts, readings, pack } = parts;
      return {
        run: rowOf(run),
        artifacts: rowOf(`[${artifacts ?? ''}]`),
        latest_pack: rowOf(pack ?? 'null'),
        readings: rowOf(`[${readings ?? ''}]`),
      };
    },
    createArtifact: (artifact, event, once) =>
      actOnce(once, Artifact, async (ask) => {
        const { id, run_id } = artifact;
        if (artifact.about.length > 0) await checkAbout(ask, artifact);
        const limits = [maxArtifactsPerRun, MAX_RUN_BYTES];
        const values = [tenant, id, run_id, ...written(Artifact, artifact), eventText(event), ...limits];
        const [answer] = isStorable(run_id)
          ? await ask<{ refusal: 'no run' | 'count' | 'bytes' | null }>(sql.CREATE_ARTIFACT, values)
          : [];
        if (answer === undefined || answer.refusal === 'no run') throw notFound('run_not_found', run_id);
        if (answer.refusal !== null) throw runFull(answer.refusal, maxArtifactsPerRun);
        return artifact;
      }),
    updateArtifact: (id, change) =>
      transaction(async (ask) => {
        if (isStorable(id)) await ask(sql.LOCK_RUN_OF_ARTIFACT, [tenant, id]);
        const before = await one<Artifact>(sql.GET_ARTIFACT, id, 'artifact_not_found', ask);
        const changed = change(before);
        if (changed === null) return before;
        const values = [tenant, ...changedArtifact(changed)];
        const [answer] = await ask<{ refusal: 'bytes' | null }>(sql.UPDATE_ARTIFACT, values);
        const { artifact } = changed;
        if (answer?.refusal === 'bytes') throw runFull('bytes', maxArtifactsPerRun);
        return artifact;
      }),
    async getReading(id) {
      type Parts = { artifact: string; reading: string | null; findings: string | null };
      const [parts] = isStorable(id) ? await read<Parts>(sql.GET_READING, [tenant, id]) : [];
      if (parts === undefined) throw notFound('artifact_not_found', id);
      const artifact = rowOf<Artifact>(parts.artifact);
      if (parts.reading === null) return { artifact, reading: null };
      const { artifact_id: _, ...kept } = rowOf<RunReading>(parts.reading);
      return {
        artifact,
        reading: { ...kept, ...rowOf<Pick<ReadingDetails, 'findings' | 'valid'>>(parts.findings ?? '{}') },
      };
    },
    async leaseReadings(limit, { ms }) {
      return (await query<LeasedRow>(sql.LEASE_READINGS, [tenant, limit, ms])).map(leasedArtifact);
    },
    async leaseStale(limit, { reader, digest, since }, runs, { ms }) {
      const values = [tenant, limit, digest, since, ms, reader];
      const leased =
        runs === null
          ? query<LeasedRow>(sql.LEASE_STALE, values)
          : query<LeasedRow>(sql.LEASE_STALE_OF_RUNS, [...values, runs.filter(isStorable)]);
      return (await leased).map(leasedArtifact);
    },
    async countStale({ reader, digest }, most) {
      const [answer] = await query<{ stale: number }>(sql.COUNT_STALE, [tenant, digest, most, reader]);
      return answer?.stale ?? 0;
    },
    async extendLease(id, { ms }) {
      if (isStorable(id)) await query(sql.EXTEND_LEASE, [tenant, id, ms]);
    },
    async forgiveAttempt(id) {
      if (isStorable(id)) await query(sql.FORGIVE_ATTEMPT, [tenant, id]);
    },
    async holdsContent(sha256) {
      const [answer] = await query<{ held: boolean }>(sql.HOLDS_CONTENT, [tenant, sha256]);
      return answer?.held === true;
    },
    async namedContents(limit) {
      return (await query<{ sha256: string }>(sql.NAMED_CONTENTS, [tenant, limit])).map(({ sha256 }) => sha256);
    },
    async lostReadings(after, limit) {
      if (!isStorable(after)) return [];
      return (await query<Body>(sql.LOST_READINGS, [tenant, after, limit])).map(({ body }) => rowOf<Artifact>(body));
    },
    getArtifact: (id) => one(sql.GET_ARTIFACT, id, 'artifact_not_found'),
    listArtifacts: ({ run_id }, page) => readFiled('artifacts', run_id, page),
    createDisclosurePack: (runId, artifactIds, make, once) =>
      transaction((ask) =>
        remembering(ask, once, DisclosurePack, async () => {
          await one(sql.LOCK_RUN, runId, 'run_not_found', ask);
          const { pack, event } = make(await heldArtifacts(ask, runId, artifactIds));
          const { id, run_id } = pack;
          await ask(sql.CREATE_PACK, [tenant, id, run_id, ...written(DisclosurePack, pack), eventText(event)]);
          return pack;
        }),
      ),
    getDisclosurePack: (id) => one(sql.GET_PACK, id, 'disclosure_pack_not_found'),
    listDisclosurePacks: ({ run_id }, page) => readFiled('disclosure_packs', run_id, page),
    async eventsAfter(cursor, limit) {
      const position = cursor === null ? '0' : positionOf('events', cursor);
      const [settled] = await query<{ number: string }>(sql.LAST_SETTLED, []);
      const rows = await query<Body & { number: string }>(sql.EVENTS, [
        tenant,
        position,
        settled?.number ?? '0',
        limit,
      ]);
      const last = rows.at(-1)?.number ?? position;
      return { events: rows.map(({ body }) => rowOf(body)), cursor: cursorAt('events', last) };
    },
  };

  async function checkAbout(ask: Query, artifact: Artifact): Promise<void> {
    // A run that is not there is told first.
    await one(sql.GET_RUN, artifact.run_id, 'run_not_found', ask);
    const ids = artifact.about.filter(isStorable);
    const rows = await ask<{ id: string; run_id: string }>(sql.RUNS_OF_ARTIFACTS, [tenant, ids]);
    requireAbout(artifact, new Map(rows.map((row) => [row.id, row])));
  }

  function actOnce<Row extends object>(
    once: Once | null | undefined,
    schema: Parameters<typeof rowText>[0],
    create: (ask: Query) => Promise<Row>,
  ): Promise<Readonly<Row>> {
    if (once === null || once === undefined) return create(query);
    return transaction((ask) => remembering(ask, once, schema, () => create(ask)));
  }

  async function remembering<Row extends object>(
    ask: Query,
    once: Once | null | undefined,
    schema: Parameters<typeof rowText>[0],
    create: () => Promise<Row>,
  ): Promise<Readonly<Row>> {
    if (once === null || once === undefined) return create();
    const { scope, fingerprint, at } = once;
    const claimed = ask<Body & { fingerprint: string }>(sql.CLAIM_KEY, [
      tenant,
      scope,
      fingerprint,
      at,
      rememberedSince(at),
    ]);
    const [known] = await claimed.catch(inUse);
    if (known !== undefined) return replayed({ fingerprint: known.fingerprint, row: rowOf(known.body) }, once);
    const row = await create();
    await ask(sql.REMEMBER, [tenant, scope, rowText(schema, row)]);
    return row;
  }

  function readFiled<Row>(table: sql.FiledTable, run_id: string | undefined, page: PageRequest): Promise<Page<Row>> {
    const name = `${table} ${JSON.stringify(run_id)}`;
    if (run_id === undefined) return readPage(read, name, sql.FILED_LISTS[table].all, [tenant], page);
    return readPage(read, name, sql.FILED_LISTS[table].ofRun, [tenant, run_id], page);
  }

  async function heldArtifacts(ask: Query, runId: string, ids: readonly string[] | null): Promise<Artifact[]> {
    if (ids === null) return (await ask<Body>(sql.ARTIFACTS_OF_RUN, [tenant, runId])).map(({ body }) => rowOf(body));
    const rows = await ask<Body & { id: string }>(sql.ARTIFACTS_NAMED, [tenant, ids.filter(isStorable)]);
    const bodies = new Map(rows.map(({ id, body }) => [id, body]));
    return ids.map((id) => {
      const body = bodies.get(id);
      if (body === undefined) throw notFound('artifact_not_found', id);
      return rowOf(body);
    });
  }
}

type Body = { body: string };

const rowOf = <Row>(body: string) => jsonValue(body) as Row;

type LeasedRow = Body & { attempts: number };

const leasedArtifact = ({ body, attempts }: LeasedRow) => ({ artifact: rowOf<Artifact>(body), attempts });

const TIMED_OUT = ['55P03', '57014'];

// Who waits for a key waits for the request that has it in hand.
function inUse(error: unknown): never {
  const { cause } = error as { cause?: { code?: string } };
  if (!TIMED_OUT.includes(cause?.code ?? '')) throw error;
  throw new MaestroError(
    'idempotency_key_in_use',
    'A request with this Idempotency-Key is still being worked on',
    [],
    error,
  );
}

// The last of all characters. A null here would hide from the planner that the index can start at the cursor.
const BEYOND_ALL_IDS = '\u{10ffff}';

/** The JSON text of a row, and its bytes. */
function written(schema: Parameters<typeof rowText>[0], row: object): [body: string, bytes: number] {
  const text = rowText(schema, row);
  return [text, Buffer.byteLength(text)];
}

/** What `update_artifact` takes of a change, from the id on. */
function changedArtifact({ artifact, event, reading }: NonNullable<ArtifactChange>): unknown[] {
  const { id, run_id } = artifact;
  const sha256 = artifact.content?.digests.sha256 ?? null;
  const row = [
    id,
    run_id,
    ...written(Artifact, artifact),
    sha256,
    eventText(event),
    mostBytes(artifact),
    isPending(artifact),
  ];
  if (reading === undefined || reading === null) return [...row, reading === undefined, null, null, null, null, null];
  const { findings, valid, verification } = reading;
  const kept = [JSON.stringify(runReading(id, reading)), readingBytes(reading), JSON.stringify({ findings, valid })];
  return [...row, false, ...kept, verification?.trust ?? null, verification?.trust_since ?? null];
}

const eventText = (event: MaestroEvent) => JSON.stringify(event);

async function readPage<Row>(
  query: Query,
  list: string,
  statement: Statement,
  filters: readonly unknown[],
  { limit, cursor }: PageRequest,
): Promise<Page<Row>> {
  const below = cursor === null ? BEYOND_ALL_IDS : positionOf(list, cursor);
  if (!filters.every((filter) => isStorable(String(filter)))) return { rows: [], next: null };
  const read = await query<{ id: string; body: string | null }>(statement, [
    ...filters,
    below,
    limit + 1,
    MAX_PAGE_BYTES,
  ]);
  const fitting = read.slice(0, limit).filter(({ body }) => body !== null);
  const last = fitting.at(-1);
  const more = last !== undefined && fitting.length < read.length;
  return {
    rows: fitting.map(({ body }) => rowOf(body as string)),
    next: more ? cursorAt(list, last.id) : null,
  };
}
