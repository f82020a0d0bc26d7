// The statements that count what waits to be read and to be verified again. Each reads a range of
// the index by which it is leased, up to a bound.
import type { Waiting } from '../../jobs/work.ts';
import { type Lease, leases, type Read, reads } from './statements.ts';

const utc = (time: string) => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** `some` selects `since`, `leased_until`, `failed_at`, `failed_until` and `failure`. */
function counts(name: string, some: string): Read {
  return reads(
    name,
    `WITH counted AS (${some})
     SELECT count(*)::integer AS waiting, ${utc('min(since)')} AS oldest_waiting_at,
       (count(*) FILTER (
         WHERE leased_until > clock_timestamp() AND leased_until IS DISTINCT FROM failed_until
       ))::integer AS running,
       count(failed_at)::integer AS failed, ${utc('max(failed_at)')} AS failed_at,
       (array_agg(failure ORDER BY failed_at DESC) FILTER (WHERE failed_at IS NOT NULL))[1] AS failure
     FROM counted`,
  );
}

export const COUNT_WAITING = counts(
  'count_waiting',
  `SELECT since, leased_until, failed_at, failed_until, failure FROM waiting_readings
   WHERE tenant = $1 ORDER BY due LIMIT $2`,
);

const staleOf = (range: string) =>
  `(SELECT NULL::timestamptz AS since, verify_leased_until AS leased_until, verify_failed_at AS failed_at,
      verify_failed_until AS failed_until, verify_failure AS failure
    FROM readings WHERE tenant = $1 AND ${range} ORDER BY reader, trust LIMIT $3)`;

export const COUNT_STALE_IN_DETAIL = counts(
  'count_stale_in_detail',
  `${staleOf('reader < $4')}
   UNION ALL ${staleOf('reader = $4 AND trust < $2')}
   UNION ALL ${staleOf('reader = $4 AND trust > $2')} LIMIT $3`,
);

type CountedRow = Omit<Waiting, 'last_failure'> & {
  readonly failed_at: string | null;
  readonly failure: string | null;
};

export function counted([row]: readonly CountedRow[]): Waiting {
  if (row === undefined) throw new Error('A count has no row');
  const { failed_at: at, failure, ...counts } = row;
  return { ...counts, last_failure: at === null ? null : { at, detail: failure ?? '' } };
}

// Only one of the two has a row. The lease that ends later counts: another process may have the
// item by now. The statement has one time, so that the two ends are equal.
const failing = (prefix: string) =>
  `${prefix}attempts = greatest(${prefix}attempts - 1, 0),
   ${prefix}leased_until = greatest(${prefix}leased_until, statement_timestamp() + $3 * interval '1 millisecond'),
   ${prefix}failed_until = greatest(${prefix}leased_until, statement_timestamp() + $3 * interval '1 millisecond'),
   ${prefix}failed_at = statement_timestamp(), ${prefix}failures = ${prefix}failures + 1, ${prefix}failure = $4`;

export const FAIL_ATTEMPT: Lease = leases(
  'fail_attempt',
  `WITH waiting AS (
     UPDATE waiting_readings SET ${failing('')} WHERE tenant = $1 AND artifact_id = $2
   )
   UPDATE readings SET ${failing('verify_')} WHERE tenant = $1 AND artifact_id = $2`,
);
