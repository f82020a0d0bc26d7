// The figures on PostgreSQL as Markdown.
import type { OnPostgres, PostgresResults } from './on-postgres.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { atLeast, figures, fixed, pair, ratios, spread, table, verdict, whole } from './tables.ts';

const MOST_GROWTH = 1.3;
const MOST_P99 = 20;

export function postgresReport(plan: Plan, results: PostgresResults | null): string {
  if (results === null) return 'Not measured: there was no `pgbench`.';
  const { version, rows, small, big } = results;
  const ratio = median(ratios(figures(big, 'p50Ms'), figures(small, 'p50Ms')));
  const stores = `${whole(plan.bigStore)} artifacts in the database beside ${whole(plan.smallStore)}`;
  const growth = [
    `p50 of a release-gate request, ${stores}`,
    `**${fixed(ratio, 2)}** (ms: ${pair(big, small, 'p50Ms', 1)})`,
    `${MOST_GROWTH} ${verdict(ratio <= MOST_GROWTH)}`,
  ];
  return `The yardstick is \`pgbench\` (prepared statements, two threads) on the very same PostgreSQL ${version} with its default settings, which sync each
commit to disk. Both have 32 clients and take turns of about ${plan.seconds} s, ${plan.rounds} times. All of it shares the processors: \`pgbench\` or Maestro and its callers,
and PostgreSQL. ${whole(plan.artifacts)} artifacts are in the database, and Maestro runs with its defaults. **Share** is Maestro's answers a second, divided by
the transactions a second of \`pgbench\`.

${table(['request', 'share', 'floor', 'aim', 'a second', 'p50 ms', 'p99 by p50'], rows.map(besidePgbench))}

${table(['', 'measured', 'at most'], [growth])}`;
}

function besidePgbench({ name, floor, aim, pgbench, ours }: OnPostgres): string[] {
  const speeds = ours.map(({ perSecond }) => perSecond);
  const shares = ratios(speeds, pgbench);
  const slowest = median(ours.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));
  return [
    name,
    spread(shares, 2),
    ...atLeast(median(shares), { floor, aim }, 2),
    `${whole(median(speeds))} / ${whole(median(pgbench))}`,
    fixed(median(ours.map(({ p50Ms }) => p50Ms)), 1),
    `${fixed(slowest, 1)}, at most ${MOST_P99} ${verdict(slowest < MOST_P99)}`,
  ];
}
