// The statements of the store on PostgreSQL. Each reads by an index, whatever it is asked for.
import type { Statement } from './pool.ts';

/** Every statement, for the test that looks at their plans. */
export const STATEMENTS: Statement[] = [];

function named(name: string, text: string): Statement {
  const statement = { name, text };
  STATEMENTS.push(statement);
  return statement;
}

export const GET_RUN = named('get_run', 'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2');
export const LOCK_RUN = named(
  'lock_run',
  'SELECT body::text FROM runs WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE',
);
export const LOCK_RUN_AND_END = named(
  'lock_run_and_end',
  'SELECT body::text, ended_at FROM runs WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE',
);
export const GET_ARTIFACT = named('get_artifact', 'SELECT body::text FROM artifacts WHERE tenant = $1 AND id = $2');
export const GET_PACK = named('get_pack', 'SELECT body::text FROM disclosure_packs WHERE tenant = $1 AND id = $2');
export const CREATE_RUNS = named('create_runs', 'SELECT create_runs($1, $2)');
export const UPDATE_RUN = named('update_run', 'SELECT update_run($1, $2, $3, $4, $5, $6, $7)');
export const DELETE_RUN = named('delete_run', 'SELECT delete_run($1, $2, $3)');
export const CLAIM_KEY = named(
  'claim_key',
  'SELECT known_fingerprint AS fingerprint, known_body::text AS body FROM claim_key($1, $2, $3, $4, $5)',
);
export const REMEMBER = named('remember', 'UPDATE idempotency_keys SET body = $3 WHERE tenant = $1 AND scope = $2');
export const CREATE_ARTIFACT = named(
  'create_artifact',
  'SELECT create_artifact($1, $2, $3, $4, $5, $6, $7, $8) AS refusal',
);
export const LOCK_RUN_OF_ARTIFACT = named(
  'lock_run_of_artifact',
  `SELECT 1 AS locked FROM runs WHERE tenant = $1 AND id = (SELECT run_id FROM artifacts WHERE tenant = $1 AND id = $2)
   FOR NO KEY UPDATE`,
);
export const UPDATE_ARTIFACT = named(
  'update_artifact',
  'SELECT update_artifact($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS refusal',
);
export const HOLDS_CONTENT = named(
  'holds_content',
  'SELECT EXISTS (SELECT FROM artifacts WHERE tenant = $1 AND content_sha256 = $2) AS held',
);
export const NAMED_CONTENTS = named(
  'named_contents',
  `SELECT DISTINCT content_sha256 AS sha256 FROM artifacts WHERE tenant = $1 AND content_sha256 IS NOT NULL
   ORDER BY content_sha256 LIMIT $2`,
);
// The condition is that of the index.
export const LOST_READINGS = named(
  'lost_readings',
  `SELECT artifacts.body::text FROM readings JOIN artifacts ON artifacts.tenant = $1 AND id = artifact_id
   WHERE readings.tenant = $1 AND artifact_id > $2 AND (
     findings::text LIKE '{"findings":[{"code":"content\\_lost",%'
     OR readings.body::text LIKE '%"links":[{"link":"signature","held":false,"code":"content\\_lost",%'
   )
   ORDER BY artifact_id LIMIT $3`,
);
export const GET_READING = named(
  'get_reading',
  `SELECT artifacts.body::text AS artifact, readings.body::text AS reading, findings::text
   FROM artifacts LEFT JOIN readings ON readings.tenant = artifacts.tenant AND artifact_id = id
   WHERE artifacts.tenant = $1 AND id = $2`,
);
// The clock is the server's: those of several processes may differ.
export const LEASE_READINGS = named(
  'lease_readings',
  `WITH leased AS (
     UPDATE waiting_readings SET leased_until = clock_timestamp() + $3 * interval '1 millisecond', attempts = attempts + 1
     WHERE tenant = $1 AND artifact_id = ANY (ARRAY(
       SELECT artifact_id FROM waiting_readings WHERE tenant = $1 AND leased_until <= clock_timestamp()
       ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
     ))
     RETURNING artifact_id, due, attempts
   )
   SELECT body::text, attempts FROM leased JOIN artifacts ON tenant = $1 AND id = artifact_id ORDER BY due`,
);
// Only one of the two has a row, as below. An expired lease is not revived.
export const EXTEND_LEASE = named(
  'extend_lease',
  `WITH waiting AS (
     UPDATE waiting_readings SET leased_until = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE tenant = $1 AND artifact_id = $2 AND leased_until > clock_timestamp()
   )
   UPDATE readings SET verify_leased_until = clock_timestamp() + $3 * interval '1 millisecond'
   WHERE tenant = $1 AND artifact_id = $2 AND verify_leased_until > clock_timestamp()`,
);
// Only one of the two has a row: what waits to be read has no reading.
export const FORGIVE_ATTEMPT = named(
  'forgive_attempt',
  `WITH waiting AS (
     UPDATE waiting_readings SET attempts = attempts - 1 WHERE tenant = $1 AND artifact_id = $2 AND attempts > 0
   )
   UPDATE readings SET verify_attempts = verify_attempts - 1 WHERE tenant = $1 AND artifact_id = $2 AND verify_attempts > 0`,
);

const IS_STALE = `(reader < $6 OR (reader = $6 AND trust <> $3 AND verified_since <= $4))
  AND verify_leased_until <= clock_timestamp()`;

// Whoever writes one of them just now has it locked: it is passed over, so that nobody waits in a circle.
/** Leases the stale that `some` selects and locks. */
function staleLease(name: string, some: string): Statement {
  return named(
    name,
    `WITH leased AS (
       UPDATE readings SET
         verify_leased_until = clock_timestamp() + $5 * interval '1 millisecond', verify_attempts = verify_attempts + 1
       WHERE tenant = $1 AND artifact_id = ANY (ARRAY(${some}))
       RETURNING artifact_id, verify_attempts
     )
     SELECT body::text, verify_attempts AS attempts FROM leased JOIN artifacts ON tenant = $1 AND id = artifact_id`,
  );
}

// Three ranges of the index, as one for "another" would go through all that is not stale: what older readers have read, and of ours what was
// verified with a trust before or after the one by name. Of each those that nobody has come first. How many are looked at has a bound, as a
// process with an older trust finds all that others have verified and may have none of it. The inner query, which locks, is run for one
// candidate after the other until there are enough.
const candidates = (range: string) =>
  `(SELECT artifact_id, reader, trust, verified_since, verify_leased_until FROM readings WHERE tenant = $1 AND ${range}
    ORDER BY reader, trust, verify_leased_until, artifact_id LIMIT 1000)`;
export const LEASE_STALE = staleLease(
  'lease_stale',
  `SELECT artifact_id FROM (
     ${candidates('reader < $6')}
     UNION ALL ${candidates('reader = $6 AND trust < $3')}
     UNION ALL ${candidates('reader = $6 AND trust > $3')}
   ) AS candidates
   CROSS JOIN LATERAL (
     SELECT FROM readings WHERE tenant = $1 AND artifact_id = candidates.artifact_id AND ${IS_STALE}
     FOR UPDATE SKIP LOCKED
   ) AS locked
   WHERE ${IS_STALE} LIMIT $2`,
);
export const LEASE_STALE_OF_RUNS = staleLease(
  'lease_stale_of_runs',
  `SELECT artifact_id FROM readings WHERE tenant = $1 AND run_id = ANY ($7) AND ${IS_STALE} LIMIT $2 FOR UPDATE SKIP LOCKED`,
);
const counted = (range: string) =>
  `(SELECT FROM readings WHERE tenant = $1 AND ${range} ORDER BY reader, trust LIMIT $3)`;
export const COUNT_STALE = named(
  'count_stale',
  `SELECT count(*)::integer AS stale FROM (
     ${counted('reader < $4')}
     UNION ALL ${counted('reader = $4 AND trust < $2')}
     UNION ALL ${counted('reader = $4 AND trust > $2')} LIMIT $3
   ) AS counted`,
);
export const CREATE_PACK = named('create_pack', 'SELECT create_disclosure_pack($1, $2, $3, $4, $5, $6)');
export const ARTIFACTS_OF_RUN = named(
  'artifacts_of_run',
  'SELECT body::text FROM artifacts WHERE tenant = $1 AND run_id = $2 ORDER BY id',
);
export const ARTIFACTS_NAMED = named(
  'artifacts_named',
  'SELECT id, body::text FROM artifacts WHERE tenant = $1 AND id = ANY ($2)',
);
export const RUNS_OF_ARTIFACTS = named(
  'runs_of_artifacts',
  'SELECT id, run_id FROM artifacts WHERE tenant = $1 AND id = ANY ($2)',
);
// One statement reads at one moment. Artifacts come as one array: a row for each would cost more than its text.
export const SNAPSHOT = named(
  'snapshot',
  `SELECT body::text AS run,
     (SELECT string_agg(body::text, ',' ORDER BY id DESC) FROM artifacts WHERE tenant = $1 AND run_id = $2) AS artifacts,
     (SELECT string_agg(body::text, ',') FROM readings WHERE tenant = $1 AND run_id = $2) AS readings,
     (SELECT body::text FROM disclosure_packs WHERE tenant = $1 AND run_id = $2 ORDER BY id DESC LIMIT 1) AS pack
   FROM runs WHERE tenant = $1 AND id = $2`,
);
export const LAST_SETTLED = named('last_settled', 'SELECT last_settled_event() AS number');
export const EVENTS = named(
  'events',
  'SELECT number, body::text FROM events WHERE tenant = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4',
);
// One step through the index for each tenant. Events stay when runs are deleted.
export const TENANTS = named(
  'tenants',
  `WITH RECURSIVE known AS (
     (SELECT tenant FROM events ORDER BY tenant LIMIT 1)
     UNION ALL SELECT (SELECT tenant FROM events WHERE tenant > known.tenant ORDER BY tenant LIMIT 1)
     FROM known WHERE known.tenant IS NOT NULL
   ) SELECT tenant FROM known WHERE tenant IS NOT NULL`,
);
export const CONTENT_PLACE = named('content_place', 'SELECT id, marked FROM content_place WHERE only_one');
export const LOCK_CONTENT_PLACE = named(
  'lock_content_place',
  `SELECT id, marked, EXISTS (
     SELECT FROM artifacts WHERE content_sha256 IS NOT NULL ORDER BY tenant, content_sha256 LIMIT 1
   ) AS "namesContent"
   FROM content_place WHERE only_one FOR UPDATE`,
);
export const UPDATE_CONTENT_PLACE = named(
  'update_content_place',
  'UPDATE content_place SET id = $1, marked = $2 WHERE only_one',
);
// One that nobody else has locked.
export const WRITE_PROBE = named(
  'write_probe',
  `UPDATE write_probes SET written_at = clock_timestamp() WHERE number = (
     SELECT number FROM write_probes ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
   ) RETURNING number`,
);
export const WRITABLE = named(
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

export function runList(owner: string | undefined, status: string | undefined): [Statement, string[]] {
  if (owner === undefined) return status === undefined ? [RUNS, []] : [RUNS_OF_STATUS, [status]];
  return status === undefined ? [RUNS_OF_OWNER, [owner]] : [RUNS_OF_BOTH, [owner, status]];
}

export type FiledTable = 'artifacts' | 'disclosure_packs';
export const FILED_LISTS: Record<FiledTable, { all: Statement; ofRun: Statement }> = {
  artifacts: { all: pageOf('all_artifacts', 'artifacts', []), ofRun: pageOf('run_artifacts', 'artifacts', ['run_id']) },
  disclosure_packs: {
    all: pageOf('all_packs', 'disclosure_packs', []),
    ofRun: pageOf('run_packs', 'disclosure_packs', ['run_id']),
  },
};
