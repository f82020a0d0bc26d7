// The store on PostgreSQL. Every write is one statement or one transaction, and its event lands with it.
import type { ClientBase } from 'pg';
import { Artifact } from '../domain/artifact.ts';
import { isStorable } from '../domain/bounds.ts';
import { DisclosurePack } from '../domain/disclosure-pack.ts';
import { MaestroError } from '../domain/errors.ts';
import type { MaestroEvent } from '../domain/event.ts';
import { type Once, rememberedSince, replayed } from '../domain/once.ts';
import { cursorAt, MAX_PAGE_BYTES, type Page, type PageRequest, positionOf } from '../domain/page.ts';
import { rowText } from '../domain/row-text.ts';
import { Run } from '../domain/run.ts';
import { migrate } from './migrate.ts';
import { type Database, openDatabase, type PostgresSettings, type Query, type Statement } from './postgres-pool.ts';
import { type NotFound, notFound, runFull } from './refusals.ts';
import { MAX_RUN_BYTES, type MaestroStore, type MaestroStores } from './store.ts';

export type PostgresStoreOptions = PostgresSettings & {
  maxArtifactsPerRun: number;
  /** Otherwise a schema that is not up to date is refused. */
  migrate: boolean;
  /** Otherwise a server that acknowledges before its disk does is refused. */
  allowUnsafeDurability: boolean;
};

/** Connects to a server whose commits are on disk, and brings its schema up to date. Throws where either cannot be. */
export async function postgresStores(options: PostgresStoreOptions): Promise<MaestroStores> {
  const database = openDatabase(options);
  const unsafe = await database.connection(async (client) => {
    const found = await unsafeSettings(client);
    if (found.length > 0 && !options.allowUnsafeDurability) {
      throw new Error(`The database has ${found.join(' and ')}: what it acknowledges can be lost`);
    }
    await migrate(client, options.migrate);
    return found.length > 0;
  });
  return {
    kind: 'postgres',
    durability: unsafe ? 'unsafe' : 'durable',
    open: (tenant) => postgresStore(database, tenant, options.maxArtifactsPerRun),
    tenants: async () => (await database.query<{ tenant: string }>(TENANTS, [])).map(({ tenant }) => tenant),
    async ping() {
      const [state] = await database.query<{ writable: boolean }>(WRITABLE, []);
      if (state?.writable !== true) throw new MaestroError('store_unavailable', 'The store can be read only');
    },
    close: () => database.close(),
  };
}

async function unsafeSettings(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'",
  );
  return rows.map(({ name }) => `${name}=off`);
}

function postgresStore(database: Database, tenant: string, maxArtifactsPerRun: number): MaestroStore {
  const { query, transaction } = database;

  async function one<Row>(statement: Statement, id: string, code: NotFound, ask = query): Promise<Row> {
    const [found] = isStorable(id) ? await ask<Body>(statement, [tenant, id]) : [];
    if (found === undefined) throw notFound(code, id);
    return JSON.parse(found.body);
  }

  return {
    createRun: (run, event, once) =>
      actOnce(once, Run, async (ask) => {
        await ask(CREATE_RUN, [tenant, run.id, run.owner, run.status, ...written(Run, run), eventText(event)]);
        return run;
      }),
    getRun: (id) => one(GET_RUN, id, 'run_not_found'),
    async listRuns({ owner, status }, page) {
      const [statement, filters] = runList(owner, status);
      return readPage(query, `runs ${JSON.stringify([owner, status])}`, statement, [tenant, ...filters], page);
    },
    updateRun: (id, change) =>
      transaction(async (ask) => {
        const before = await one<Run>(LOCK_RUN, id, 'run_not_found', ask);
        const changed = change(before);
        if (changed === null) return before;
        const { run, event } = changed;
        await ask(UPDATE_RUN, [tenant, id, run.owner, run.status, ...written(Run, run), eventText(event)]);
        return run;
      }),
    deleteRun: (id, decide) =>
      transaction(async (ask) => {
        const event = decide(await one<Run>(LOCK_RUN, id, 'run_not_found', ask));
        if (event !== null) await ask(DELETE_RUN, [tenant, id, eventText(event)]);
        return event !== null;
      }),
    async runSnapshot(id) {
      const parts = isStorable(id) ? await query<Body & { part: number }>(SNAPSHOT, [tenant, id]) : [];
      const rows = (part: number) => parts.filter((row) => row.part === part).map(({ body }) => JSON.parse(body));
      const [run] = rows(0);
      if (run === undefined) throw notFound('run_not_found', id);
      return { run, artifacts: rows(1), latest_pack: rows(2)[0] ?? null };
    },
    createArtifact: (artifact, event, once) =>
      actOnce(once, Artifact, async (ask) => {
        const { id, run_id } = artifact;
        const limits = [maxArtifactsPerRun, MAX_RUN_BYTES];
        const values = [tenant, id, run_id, ...written(Artifact, artifact), eventText(event), ...limits];
        const [answer] = isStorable(run_id)
          ? await ask<{ refusal: 'no run' | 'count' | 'bytes' | null }>(CREATE_ARTIFACT, values)
          : [];
        if (answer === undefined || answer.refusal === 'no run') throw notFound('run_not_found', run_id);
        if (answer.refusal !== null) throw runFull(answer.refusal, maxArtifactsPerRun);
        return artifact;
      }),
    getArtifact: (id) => one(GET_ARTIFACT, id, 'artifact_not_found'),
    listArtifacts: ({ run_id }, page) => readFiled('artifacts', run_id, page),
    createDisclosurePack: (runId, artifactIds, make, once) =>
      transaction((ask) =>
        remembering(ask, once, DisclosurePack, async () => {
          await one(LOCK_RUN, runId, 'run_not_found', ask);
          const { pack, event } = make(await heldArtifacts(ask, runId, artifactIds));
          const { id, run_id } = pack;
          await ask(CREATE_PACK, [tenant, id, run_id, ...written(DisclosurePack, pack), eventText(event)]);
          return pack;
        }),
      ),
    getDisclosurePack: (id) => one(GET_PACK, id, 'disclosure_pack_not_found'),
    listDisclosurePacks: ({ run_id }, page) => readFiled('disclosure_packs', run_id, page),
    async eventsAfter(cursor, limit) {
      const position = cursor === null ? '0' : positionOf('events', cursor);
      const [settled] = await query<{ number: string }>(LAST_SETTLED, []);
      const rows = await query<Body & { number: string }>(EVENTS, [tenant, position, settled?.number ?? '0', limit]);
      const last = rows.at(-1)?.number ?? position;
      return { events: rows.map(({ body }) => JSON.parse(body)), cursor: cursorAt('events', last) };
    },
  };

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
    const claimed = ask<Body & { fingerprint: string }>(CLAIM_KEY, [
      tenant,
      scope,
      fingerprint,
      at,
      rememberedSince(at),
    ]);
    const [known] = await claimed.catch(inUse);
    if (known !== undefined) return replayed({ fingerprint: known.fingerprint, row: JSON.parse(known.body) }, once);
    const row = await create();
    await ask(REMEMBER, [tenant, scope, rowText(schema, row)]);
    return row;
  }

  function readFiled<Row>(table: FiledTable, run_id: string | undefined, page: PageRequest): Promise<Page<Row>> {
    const name = `${table} ${JSON.stringify(run_id)}`;
    if (run_id === undefined) return readPage(query, name, FILED_LISTS[table].all, [tenant], page);
    return readPage(query, name, FILED_LISTS[table].ofRun, [tenant, run_id], page);
  }

  async function heldArtifacts(ask: Query, runId: string, ids: readonly string[] | null): Promise<Artifact[]> {
    if (ids === null) return (await ask<Body>(ARTIFACTS_OF_RUN, [tenant, runId])).map(({ body }) => JSON.parse(body));
    const rows = await ask<Body & { id: string }>(ARTIFACTS_NAMED, [tenant, ids.filter(isStorable)]);
    const bodies = new Map(rows.map(({ id, body }) => [id, body]));
    return ids.map((id) => {
      const body = bodies.get(id);
      if (body === undefined) throw notFound('artifact_not_found', id);
      return JSON.parse(body);
    });
  }
}

type Body = { body: string };

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
    rows: fitting.map(({ body }) => JSON.parse(body as string)),
    next: more ? cursorAt(list, last.id) : null,
  };
}

/** Every statement, for the test that looks at their plans. */
export const STATEMENTS: Statement[] = [];

function named(name: string, text: string): Statement {
  const statement = { name, text };
  STATEMENTS.push(statement);
  return statement;
}

const GET_RUN = named('get_run', 'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2');
const LOCK_RUN = named('lock_run', 'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE');
const GET_ARTIFACT = named('get_artifact', 'SELECT body::text FROM artifacts WHERE tenant = $1 AND id = $2');
const GET_PACK = named('get_pack', 'SELECT body::text FROM disclosure_packs WHERE tenant = $1 AND id = $2');
const CREATE_RUN = named('create_run', 'SELECT create_run($1, $2, $3, $4, $5, $6, $7)');
const UPDATE_RUN = named('update_run', 'SELECT update_run($1, $2, $3, $4, $5, $6, $7)');
const DELETE_RUN = named('delete_run', 'SELECT delete_run($1, $2, $3)');
const CLAIM_KEY = named(
  'claim_key',
  'SELECT known_fingerprint AS fingerprint, known_body::text AS body FROM claim_key($1, $2, $3, $4, $5)',
);
const REMEMBER = named('remember', 'UPDATE idempotency_keys SET body = $3 WHERE tenant = $1 AND scope = $2');
const CREATE_ARTIFACT = named('create_artifact', 'SELECT create_artifact($1, $2, $3, $4, $5, $6, $7, $8) AS refusal');
const CREATE_PACK = named('create_pack', 'SELECT create_disclosure_pack($1, $2, $3, $4, $5, $6)');
const ARTIFACTS_OF_RUN = named(
  'artifacts_of_run',
  'SELECT body::text FROM artifacts WHERE tenant = $1 AND run_id = $2 ORDER BY id',
);
const ARTIFACTS_NAMED = named(
  'artifacts_named',
  'SELECT id, body::text FROM artifacts WHERE tenant = $1 AND id = ANY ($2)',
);
// One statement reads at one moment.
const SNAPSHOT = named(
  'snapshot',
  `SELECT 0 AS part, '' AS id, body::text FROM runs WHERE tenant = $1 AND id = $2
   UNION ALL SELECT 1, id, body::text FROM artifacts WHERE tenant = $1 AND run_id = $2
   UNION ALL (SELECT 2, id, body::text FROM disclosure_packs WHERE tenant = $1 AND run_id = $2 ORDER BY id DESC LIMIT 1)
   ORDER BY part, id DESC`,
);
const LAST_SETTLED = named('last_settled', 'SELECT last_settled_event() AS number');
const EVENTS = named(
  'events',
  'SELECT number, body::text FROM events WHERE tenant = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4',
);
// One step through the index for each tenant.
const TENANTS = named(
  'tenants',
  `WITH RECURSIVE known AS (
     (SELECT tenant FROM runs ORDER BY tenant LIMIT 1)
     UNION ALL SELECT (SELECT tenant FROM runs WHERE tenant > known.tenant ORDER BY tenant LIMIT 1)
     FROM known WHERE known.tenant IS NOT NULL
   ) SELECT tenant FROM known WHERE tenant IS NOT NULL`,
);
const WRITABLE = named(
  'writable',
  `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable`,
);

// Newest first from below a cursor. Rows beyond the bytes of a page come without their body, which is then not even read.
function pageOf(name: string, table: string, filters: readonly string[]): Statement {
  const fits = ['tenant', ...filters].map((column, index) => `${column} = $${index + 1}`).join(' AND ');
  const [below, limit, bytes] = [2, 3, 4].map((number) => `$${number + filters.length}`);
  return named(
    name,
    `SELECT id, CASE WHEN total <= ${bytes}::bigint OR place = 1 THEN body::text END AS body FROM (
       SELECT id, body, sum(bytes) OVER newest AS total, row_number() OVER newest AS place FROM (
         SELECT id, body, bytes FROM ${table} WHERE ${fits} AND id < ${below}
         ORDER BY id DESC LIMIT ${limit}::bigint
       ) AS page WINDOW newest AS (ORDER BY id DESC)
     ) AS weighed ORDER BY id DESC`,
  );
}

const RUNS = pageOf('runs', 'runs', []);
const RUNS_OF_OWNER = pageOf('runs_of_owner', 'runs', ['owner']);
const RUNS_OF_STATUS = pageOf('runs_of_status', 'runs', ['status']);
const RUNS_OF_BOTH = pageOf('runs_of_both', 'runs', ['owner', 'status']);

function runList(owner: string | undefined, status: string | undefined): [Statement, string[]] {
  if (owner === undefined) return status === undefined ? [RUNS, []] : [RUNS_OF_STATUS, [status]];
  return status === undefined ? [RUNS_OF_OWNER, [owner]] : [RUNS_OF_BOTH, [owner, status]];
}

type FiledTable = 'artifacts' | 'disclosure_packs';
const FILED_LISTS: Record<FiledTable, { all: Statement; ofRun: Statement }> = {
  artifacts: { all: pageOf('all_artifacts', 'artifacts', []), ofRun: pageOf('run_artifacts', 'artifacts', ['run_id']) },
  disclosure_packs: {
    all: pageOf('all_packs', 'disclosure_packs', []),
    ofRun: pageOf('run_packs', 'disclosure_packs', ['run_id']),
  },
};
