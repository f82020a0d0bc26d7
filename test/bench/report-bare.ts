// The figures beside a bare server as Markdown.
import type { Compared } from './against-bare.ts';
import type { Plan } from './plan.ts';
import { median, type Sample } from './rounds.ts';
import { atLeast, figures, fixed, pair, ratios, spread, table, whole } from './tables.ts';

export function bareReport(plan: Plan, compared: readonly Compared[]): string {
  return `The yardstick is a bare \`node:http\` server that answers the very same bytes (status, headers, body) from memory, under the same
load. Each of ${plan.rounds} interleaved rounds sends every request to every server for about ${plan.seconds} s over 64 connections;
${whole(plan.artifacts)} artifacts are in store. Maestro runs compiled, as \`npm start\` runs it.

**Share** is the CPU time (user and system) of a request in the bare server, divided by that in Maestro: 1.00 would be
as cheap. It is the median over the rounds, with the least and the greatest in parentheses, and it alone decides whether floor and aim
are met. The other columns are medians, Maestro's beside the bare server's.

### With its defaults

A log line for each request goes to /dev/null.

${comparison(compared, ({ ours }) => ours)}

### With \`LOG_LEVEL=warn\`

${comparison(compared, ({ quiet }) => quiet)}`;
}

function comparison(compared: readonly Compared[], lane: (one: Compared) => Sample[]): string {
  const rows = compared.map((one) => {
    const { row, bare } = one;
    const ours = lane(one);
    const shares = ratios(figures(bare, 'cpuMicros'), figures(ours, 'cpuMicros'));
    const speed = median(ratios(figures(ours, 'perSecond'), figures(bare, 'perSecond')));
    return [
      row.name,
      spread(shares, 2),
      ...atLeast(median(shares), row, 2),
      pair(ours, bare, 'cpuMicros', 1),
      `${fixed(speed, 2)}: ${pair(ours, bare, 'perSecond', 0)}`,
      pair(ours, bare, 'p99Ms', 1),
    ];
  });
  return table(['request', 'share', 'floor', 'aim', 'CPU µs a request', 'requests a second', 'p99 ms'], rows);
}
