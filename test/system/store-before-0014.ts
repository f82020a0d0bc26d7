// What the version before migration 0014 (commit a30e038) sends to PostgreSQL, word for word, with
// the values that it sends: a rolling upgrade has such a process at work beside one of this
// version. It goes when the functions that it calls go.
import pg from 'pg';
import { Artifact } from '../../src/domain/artifact/artifact.ts';
import type { ArtifactChange } from '../../src/domain/artifact/artifact-events.ts';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import { isPending } from '../../src/domain/evidence/pending.ts';
import { readingBytes, runReading } from '../../src/domain/evidence/reading.ts';
import { DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import { Run } from '../../src/domain/run/run.ts';
import type { RunChange } from '../../src/domain/run/update-run.ts';
import { rowText } from '../../src/json/row-text.ts';

const SQL = {
  get_run: 'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2',
  lock_run: 'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE',
  lock_run_and_end: 'SELECT body::text, ended_at FROM runs WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE',
  get_artifact: 'SELECT body::text FROM artifacts WHERE tenant = $1 AND id = $2',
  get_pack: 'SELECT body::text FROM disclosure_packs WHERE tenant = $1 AND id = $2',
  create_runs: 'SELECT create_runs($1, $2)',
  update_run: 'SELECT update_run($1, $2, $3, $4, $5, $6, $7)',
  delete_run: 'SELECT delete_run($1, $2, $3)',
  claim_key: 'SELECT known_fingerprint AS fingerprint, known_body::text AS body FROM claim_key($1, $2, $3, $4, $5)',
  remember: 'UPDATE idempotency_keys SET body = $3 WHERE tenant = $1 AND scope = $2',
  create_artifact: 'SELECT create_artifact($1, $2, $3, $4, $5, $6, $7, $8) AS refusal',
  lock_run_of_artifact: `SELECT 1 AS locked FROM runs WHERE tenant = $1 AND id = (SELECT run_id FROM artifacts WHERE tenant = $1 AND id = $2)
   FOR NO KEY UPDATE`,
  update_artifact:
    'SELECT update_artifact($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS refusal',
  get_reading: `SELECT artifacts.body::text AS artifact, readings.body::text AS reading, findings::text
   FROM artifacts LEFT JOIN readings ON readings.tenant = artifacts.tenant AND artifact_id = id
   WHERE artifacts.tenant = $1 AND id = $2`,
  create_pack: 'SELECT create_disclosure_pack($1, $2, $3, $4, $5, $6)',
  artifacts_of_run: 'SELECT body::text FROM artifacts WHERE tenant = $1 AND run_id = $2 ORDER BY id',
};

type Name = keyof typeof SQL;
type Body = { body: string };
type Ask = <Row extends object>(name: Name, values: unknown[]) => Promise<Row[]>;

const MOST_ARTIFACTS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The calls of that version on one tenant, over a pool of its own. */
export function storeBefore0014(url: string, tenant: string) {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const askOf =
    (client: pg.Pool | pg.PoolClient): Ask =>
    async (name, values) =>
      (await client.query({ name, text: SQL[name] }, [tenant, ...values])).rows;
  const ask = askOf(pool);

  async function transaction<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(askOf(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  const createRun = async (asking: Ask, run: Run, event: MaestroEvent) => {
    const [body, bytes] = written(Run, run);
    const keys = JSON.stringify({ id: run.id, owner: run.owner, status: run.status, bytes }).slice(0, -1);
    await asking('create_runs', [`[${keys},"body":${body},"event":${JSON.stringify(event)}}]`]);
    return run;
  };

  return {
    createRun: (run: Run, event: MaestroEvent) => createRun(ask, run, event),
    createRunOnce: (run: Run, event: MaestroEvent, key: { scope: string; fingerprint: string; at: string }) =>
      transaction(async (asking) => {
        const since = new Date(Date.parse(key.at) - 24 * 60 * 60 * 1_000).toISOString();
        const [known] = await asking<Body>('claim_key', [key.scope, key.fingerprint, key.at, since]);
        if (known !== undefined) return JSON.parse(known.body) as Run;
        await createRun(asking, run, event);
        await asking('remember', [key.scope, rowText(Run, run)]);
        return run;
      }),
    updateRun: (id: string, change: (run: Run) => RunChange) =>
      transaction(async (asking) => {
        const [row] = await asking<Body>('lock_run', [id]);
        const changed = change(JSON.parse(row?.body ?? '') as Run);
        if (changed === null) return;
        const { run, event } = changed;
        await asking('update_run', [id, run.owner, run.status, ...written(Run, run), JSON.stringify(event)]);
      }),
    deleteRun: (id: string, decide: (run: Run) => MaestroEvent) =>
      transaction(async (asking) => {
        const [row] = await asking<Body>('lock_run_and_end', [id]);
        await asking('delete_run', [id, JSON.stringify(decide(JSON.parse(row?.body ?? '') as Run))]);
      }),
    async createArtifact(artifact: Artifact, event: MaestroEvent) {
      const { id, run_id } = artifact;
      const values = [id, run_id, ...written(Artifact, artifact), JSON.stringify(event), MOST_ARTIFACTS, MOST_BYTES];
      const [answer] = await ask<{ refusal: string | null }>('create_artifact', values);
      if (answer?.refusal !== null) throw new Error(`refused: ${answer?.refusal}`);
    },
    updateArtifact: (id: string, change: (artifact: Artifact) => ArtifactChange) =>
      transaction(async (asking) => {
        await asking('lock_run_of_artifact', [id]);
        const [row] = await asking<Body>('get_artifact', [id]);
        const changed = change(JSON.parse(row?.body ?? '') as Artifact);
        if (changed !== null) await asking('update_artifact', changedArtifact(changed));
      }),
    createPack: (runId: string, make: (artifacts: Artifact[]) => { pack: DisclosurePack; event: MaestroEvent }) =>
      transaction(async (asking) => {
        await asking('lock_run', [runId]);
        const held = (await asking<Body>('artifacts_of_run', [runId])).map(({ body }) => JSON.parse(body) as Artifact);
        const { pack, event } = make(held);
        await asking('create_pack', [pack.id, pack.run_id, ...written(DisclosurePack, pack), JSON.stringify(event)]);
      }),
    /** The text of a row, undefined where there is none. */
    textOf: async (name: 'get_run' | 'get_artifact' | 'get_pack', id: string) => (await ask<Body>(name, [id]))[0]?.body,
    readingOf: async (id: string) => (await ask<{ reading: string | null }>('get_reading', [id]))[0]?.reading ?? null,
    close: () => pool.end(),
  };
}

function written(schema: Parameters<typeof rowText>[0], row: object): [body: string, bytes: number] {
  const text = rowText(schema, row);
  return [text, Buffer.byteLength(text)];
}

function changedArtifact({ artifact, event, reading }: NonNullable<ArtifactChange>): unknown[] {
  const { id, run_id } = artifact;
  const sha256 = artifact.content?.digests.sha256 ?? null;
  const row = [id, run_id, ...written(Artifact, artifact), sha256, JSON.stringify(event), MOST_BYTES];
  if (reading === undefined || reading === null)
    return [...row, isPending(artifact), reading === undefined, null, null, null, null, null];
  const { findings, valid, verification } = reading;
  const kept = [JSON.stringify(runReading(id, reading)), readingBytes(reading), JSON.stringify({ findings, valid })];
  return [...row, false, false, ...kept, verification?.trust ?? null, verification?.trust_since ?? null];
}
