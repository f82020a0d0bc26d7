import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { type Ledger, openLedger } from '../../../src/store/postgres/ledger.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/pool.ts';
import { reads, writes } from '../../../src/store/postgres/statements.ts';
import { postgresStores } from '../../product-stores.ts';
import { stamp } from '../contract/kit.ts';
import { newDatabase, sql } from '../database.ts';

const CREATE_RUNS = writes('create_runs', 'many');
const UPDATE_RUN = writes('update_run', 1);
const CREATE_ARTIFACT = writes('create_artifact', 1);
const UPDATE_ARTIFACT = writes('update_artifact', 3);
const CREATE_PACK = writes('create_disclosure_pack', 1);
const GET_RUN = reads('get', 'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2');

let url: string;
let database: Database;
let ledger: Ledger;
beforeAll(async () => {
  const options = await newDatabase();
  url = options.url;
  await (await postgresStores(options)).close();
  database = openDatabase(options);
  ledger = openLedger(database, 'default');
});
afterAll(() => database.close());

/** An event whose text holds `odd` and keys in this order. */
const anEvent = (odd = ''): MaestroEvent =>
  ({
    ...createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp()).event,
    b: odd,
    a: { '10': 1, 2: odd },
  }) as never;

const eventTexts = async () =>
  (await sql<{ body: string }>(url, 'SELECT body::text FROM events ORDER BY number DESC')).map(({ body }) => body);

/** Texts that PostgreSQL can take no member out of, or would write in another way. */
const BODIES = [
  '{"z":1,"a":"\\u0000","z":2}',
  '{"lone":"\\ud800 \\udc00","é":"💥","escaped":"\\u0041\\/\\\\u0000"}',
  '{ "spaces" :\t[1.10, 1e2, -0, 12345678901234567890] }',
];

describe('bodies and events', () => {
  it.each(BODIES)('are kept to the byte, whatever they hold: %s', async (body) => {
    const [run, artifact, pack] = [uuidv7(), uuidv7(), uuidv7()];
    const event = anEvent('\0 \ud800 "');
    const bytes = Buffer.byteLength(body);
    const row = { id: run, owner: 'o', status: 'pending', bytes };
    const ofRun = { run_id: run, bytes, max_bytes: 1_000_000 };
    await ledger.record(CREATE_RUNS, event, { runs: [row] }, body);
    await ledger.record(UPDATE_RUN, event, { ...row, ended_at: null }, body);
    await ledger.record(CREATE_ARTIFACT, event, { ...ofRun, id: artifact, max_artifacts: 9 }, body);
    const reading = { bytes, reader: 3, trust: null, trust_since: null };
    const changed = { ...ofRun, id: artifact, sha256: null, is_pending: false, reading };
    await ledger.record(UPDATE_ARTIFACT, event, changed, body, body, body);
    await ledger.record(CREATE_PACK, event, { id: pack, run_id: run, bytes }, body);
    const kept = await sql<{ body: string }>(
      url,
      `SELECT body::text FROM runs WHERE id = '${run}' UNION ALL SELECT body::text FROM artifacts WHERE id = '${artifact}'
       UNION ALL SELECT body::text FROM readings WHERE artifact_id = '${artifact}'
       UNION ALL SELECT findings::text FROM readings WHERE artifact_id = '${artifact}'
       UNION ALL SELECT body::text FROM disclosure_packs WHERE id = '${pack}'`,
    );
    expect(kept).toEqual(Array.from({ length: 5 }, () => ({ body })));
    expect((await eventTexts()).slice(0, 5)).toEqual(Array.from({ length: 5 }, () => JSON.stringify(event)));
  });

  it('that are recorded together are kept with their own row', async () => {
    const put = ledger.recordTogether(CREATE_RUNS, 'runs');
    const ids = Array.from({ length: 100 }, () => uuidv7());
    await Promise.all(
      ids.map((id, index) => {
        const body = BODIES[index % BODIES.length] as string;
        return put(anEvent(id), { id, owner: id, status: 'pending', bytes: index }, body);
      }),
    );
    for (const [index, id] of ids.entries()) {
      const rows = await sql<{ owner: string; bytes: number; body: string; event: string }>(
        url,
        `SELECT owner, bytes, runs.body::text, events.body::text AS event
         FROM runs JOIN events ON run_id = id WHERE id = '${id}'`,
      );
      expect(rows).toMatchObject([{ owner: id, bytes: index, body: BODIES[index % BODIES.length] }]);
      expect(JSON.parse(rows[0]?.event ?? '').b).toBe(id);
    }
  });
});

describe('a ledger', () => {
  it('says why a write was refused, and null where it was not', async () => {
    const fields = { id: uuidv7(), run_id: 'nope', max_artifacts: 1, max_bytes: 1, bytes: 2 };
    const events = (await eventTexts()).length;
    expect(await ledger.record(CREATE_ARTIFACT, anEvent(), fields, '{}')).toBe('no run');
    expect(await eventTexts()).toHaveLength(events);
    const run = { id: uuidv7(), owner: 'o', status: 'pending', bytes: 2 };
    expect(await ledger.record(CREATE_RUNS, anEvent(), { runs: [run] }, '{}')).toBeNull();
    expect(await ledger.record(CREATE_ARTIFACT, anEvent(), { ...fields, run_id: run.id }, '{}')).toBe('bytes');
  });

  it('gives a write the run of its event, null where it is of none', async () => {
    await sql(
      url,
      `CREATE TABLE notes (body json);
       CREATE FUNCTION create_note(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO notes VALUES (new_body);
         PERFORM record_event(fields->>'tenant', fields->>'run_id', event);
       END $$`,
    );
    // Not by `writes`, which would list it among the statements of the store.
    const text = 'SELECT create_note($1, $2, $3) AS refusal';
    const CREATE_NOTE = { kind: 'write', name: 'create_note', parameters: 3, text } as const;
    for (const run_id of ['run-1', null]) {
      const event = { ...stamp(), type: 'note.created', run_id, note_id: 'note-1', data: {} };
      await ledger.record(CREATE_NOTE, event as never, {}, '{}');
      const rows = await sql(url, `SELECT run_id, body FROM events WHERE body::text LIKE '%${event.id}%'`);
      expect(rows).toEqual([{ run_id, body: event }]);
    }
    await sql(url, 'DROP TABLE notes; DROP FUNCTION create_note');
  });

  it('writes for its own tenant, whatever the fields and the key say', async () => {
    const id = uuidv7();
    const run = { id, owner: 'o', status: 'pending', bytes: 2 };
    const key = { scope: id, fingerprint: 'f', at: stamp().at, tenant: 'other' };
    await ledger.idempotent(key, z.looseObject({}), async ({ record }) => {
      await record(CREATE_RUNS, anEvent(), { tenant: 'other', runs: [run] }, '{}');
      return {};
    });
    const tables = ['runs WHERE id', 'events WHERE run_id', 'idempotency_keys WHERE scope'];
    for (const table of tables)
      expect(await sql(url, `SELECT tenant FROM ${table} = '${id}'`), table).toEqual([{ tenant: 'default' }]);
  });

  it('rolls back with its transaction what it recorded', async () => {
    const id = uuidv7();
    const events = (await eventTexts()).length;
    const boom = new Error('boom');
    const work = ledger.transaction(async ({ record, read }) => {
      await record(CREATE_RUNS, anEvent(), { runs: [{ id, owner: 'o', status: 'pending', bytes: 2 }] }, '{}');
      expect(await read(GET_RUN, id)).toEqual([{ body: '{}' }]);
      throw boom;
    });
    await expect(work).rejects.toBe(boom);
    expect(await ledger.read(GET_RUN, id)).toEqual([]);
    expect(await eventTexts()).toHaveLength(events);
  });
});
