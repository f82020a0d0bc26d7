// The statements that find readings to be made again: by an older reader, or with another trust.
import { type Lease, leases, reads } from './statements.ts';

const IS_STALE = `(reader < $6 OR (reader = $6 AND trust <> $3 AND verified_since <= $4))
  AND verify_leased_until <= clock_timestamp()`;

/**
 * Leases the stale readings that `some` selects and locks. One that is just being written is
 * locked: it is skipped, so that no two transactions wait for each other.
 */
function staleLease(name: string, some: string): Lease {
  return leases(
    name,
    `WITH leased AS (
       UPDATE readings SET
         verify_leased_until = clock_timestamp() + $5 * interval '1 millisecond', verify_attempts = verify_attempts + 1
       WHERE tenant = $1 AND artifact_id = ANY (ARRAY(${some}))
       RETURNING artifact_id, verify_attempts, verify_failures
     )
     SELECT body::text, verify_attempts AS attempts, verify_failures AS failures
     FROM leased JOIN artifacts ON tenant = $1 AND id = artifact_id`,
  );
}

// Three ranges of the index, as one for "another" would go through everything that is not stale:
// what older readers have read, and of ours what was verified with a trust before or after the
// current one by name. In each, what nobody has leased comes first. The number of candidates has a
// bound, as a process with an older trust finds everything that others have verified and may lease
// none of it. The inner query, which locks, runs for one candidate after the other until there are
// enough.
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

export const COUNT_STALE = reads(
  'count_stale',
  `SELECT count(*)::integer AS stale FROM (
     ${counted('reader < $4')}
     UNION ALL ${counted('reader = $4 AND trust < $2')}
     UNION ALL ${counted('reader = $4 AND trust > $2')} LIMIT $3
   ) AS counted`,
);
