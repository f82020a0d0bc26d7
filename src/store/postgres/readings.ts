import type { Artifact } from '../../domain/artifact/artifact.ts';
import { isStorable } from '../../domain/bounds.ts';
import type { ReadingDetails, RunReading } from '../../domain/evidence/reading.ts';
import type { Leased, ReadingStore } from '../../evidence/store.ts';
import type { Ledger } from './ledger.ts';
import { COUNT_STALE_IN_DETAIL, COUNT_WAITING, counted, FAIL_ATTEMPT } from './reading-progress.ts';
import { type Body, one, rowOf } from './rows.ts';
import { COUNT_STALE, LEASE_STALE, LEASE_STALE_OF_RUNS } from './stale-readings.ts';
import { leases, reads } from './statements.ts';

const GET_READING = reads(
  'get_reading',
  `SELECT artifacts.body::text AS artifact, readings.body::text AS reading, findings::text
   FROM artifacts LEFT JOIN readings ON readings.tenant = artifacts.tenant AND artifact_id = id
   WHERE artifacts.tenant = $1 AND id = $2`,
);
// The condition is that of the index.
const IS_LOST = `(
  findings::text LIKE '{"findings":[{"code":"content\\_lost",%'
  OR readings.body::text LIKE '%"links":[{"link":"signature","held":false,"code":"content\\_lost",%'
)`;
const LOST_READINGS = reads(
  'lost_readings',
  `SELECT artifacts.body::text FROM readings JOIN artifacts ON artifacts.tenant = $1 AND id = artifact_id
   WHERE readings.tenant = $1 AND artifact_id > $2 AND ${IS_LOST}
   ORDER BY artifact_id LIMIT $3`,
);
const COUNT_LOST = reads(
  'count_lost',
  `SELECT count(*)::integer AS lost FROM (
     SELECT FROM readings WHERE tenant = $1 AND ${IS_LOST} ORDER BY artifact_id LIMIT $2
   ) AS counted`,
);
// The clock is the server's: those of several processes may differ.
const LEASE_WAITING = leases(
  'lease_waiting',
  `WITH leased AS (
     UPDATE waiting_readings SET leased_until = clock_timestamp() + $3 * interval '1 millisecond', attempts = attempts + 1
     WHERE tenant = $1 AND artifact_id = ANY (ARRAY(
       SELECT artifact_id FROM waiting_readings WHERE tenant = $1 AND leased_until <= clock_timestamp()
       ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
     ))
     RETURNING artifact_id, due, attempts, failures
   )
   SELECT body::text, attempts, failures FROM leased JOIN artifacts ON tenant = $1 AND id = artifact_id ORDER BY due`,
);
// Only one of the two has a row: what waits to be read has no reading. An expired lease is not
// revived.
const EXTEND_LEASE = leases(
  'extend_lease',
  `WITH waiting AS (
     UPDATE waiting_readings SET leased_until = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE tenant = $1 AND artifact_id = $2 AND leased_until > clock_timestamp()
   )
   UPDATE readings SET verify_leased_until = clock_timestamp() + $3 * interval '1 millisecond'
   WHERE tenant = $1 AND artifact_id = $2 AND verify_leased_until > clock_timestamp()`,
);
const REFUND_ATTEMPT = leases(
  'refund_attempt',
  `WITH waiting AS (
     UPDATE waiting_readings SET attempts = attempts - 1 WHERE tenant = $1 AND artifact_id = $2 AND attempts > 0
   )
   UPDATE readings SET verify_attempts = verify_attempts - 1 WHERE tenant = $1 AND artifact_id = $2 AND verify_attempts > 0`,
);

export const stores = { readings: readingStore };

function readingStore({ read, scan, lease }: Ledger): ReadingStore {
  return {
    get: async (id) => details(await one(read, GET_READING, id, 'artifact_not_found')),
    async lost(after, limit) {
      if (!isStorable(after)) return [];
      return (await scan<Body>(LOST_READINGS, after, limit)).map(({ body }) => rowOf<Artifact>(body));
    },
    async countLost(max) {
      const [answer] = await scan<{ lost: number }>(COUNT_LOST, max);
      return answer?.lost ?? 0;
    },
    leaseWaiting: async (limit, ms) => (await lease<LeasedRow>(LEASE_WAITING, limit, ms)).map(leased),
    async leaseStale(limit, { reader, digest, since }, runs, ms) {
      const values = [limit, digest, since, ms, reader];
      const rows =
        runs === null
          ? await lease<LeasedRow>(LEASE_STALE, ...values)
          : await lease<LeasedRow>(LEASE_STALE_OF_RUNS, ...values, runs.filter(isStorable));
      return rows.map(leased);
    },
    async countStale({ reader, digest }, max) {
      const [answer] = await scan<{ stale: number }>(COUNT_STALE, digest, max, reader);
      return answer?.stale ?? 0;
    },
    async extendLease(id, ms) {
      if (isStorable(id)) await lease(EXTEND_LEASE, id, ms);
    },
    async refundAttempt(id) {
      if (isStorable(id)) await lease(REFUND_ATTEMPT, id);
    },
    async failAttempt(id, { detail }, ms) {
      if (isStorable(id)) await lease(FAIL_ATTEMPT, id, ms, detail);
    },
    waiting: async (max) => counted(await scan(COUNT_WAITING, max)),
    stale: async ({ reader, digest }, max) => counted(await scan(COUNT_STALE_IN_DETAIL, digest, max, reader)),
  };
}

type Parts = { artifact: string; reading: string | null; findings: string | null };

function details({ artifact, reading, findings }: Parts): { artifact: Artifact; reading: ReadingDetails | null } {
  if (reading === null) return { artifact: rowOf(artifact), reading };
  const { artifact_id: _, ...kept } = rowOf<RunReading>(reading);
  const found = rowOf<Pick<ReadingDetails, 'findings' | 'valid'>>(findings ?? '{}');
  return { artifact: rowOf(artifact), reading: { ...kept, ...found } };
}

type LeasedRow = Body & Pick<Leased, 'attempts' | 'failures'>;

function leased({ body, attempts, failures }: LeasedRow): Leased {
  return { artifact: rowOf(body), attempts, failures };
}
