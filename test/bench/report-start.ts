// The figures of the start as Markdown.
import type { Plan } from './plan.ts';
import type { StartTimes } from './start-up.ts';
import { atMost, fixed, table, verdict, whole } from './tables.ts';

const TIMES_FASTIFY = { floor: 2.6, aim: 2 };
const MOST_EMBEDDED_START = 2;

export function startReport(plan: Plan, { fastify, compiled, tsx, embedded }: StartTimes): string {
  const share = embedded / compiled;
  const row = (name: string, ms: number, bounds = ['', '']) => [name, whole(ms), fixed(ms / fastify, 2), ...bounds];
  const rows = [
    row('bare fastify with one route', fastify),
    row('`node dist/server.js`', compiled, atMost(compiled / fastify, TIMES_FASTIFY, 1)),
    row('`node --import tsx src/server.ts`', tsx),
    row('`DATABASE_URL=embedded:…`, on existing data', embedded),
  ];
  return `From the start of the process to the first 200 of \`GET /health\`, the median of ${plan.starts} starts.

${table(['', 'ms', 'times bare fastify', 'floor', 'aim'], rows)}

With its own PostgreSQL Maestro takes **${fixed(share, 2)}** times as long as without, at most ${MOST_EMBEDDED_START} ${verdict(share < MOST_EMBEDDED_START)}.`;
}
