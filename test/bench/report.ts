// The figures as Markdown.
import type { Compared } from './against-bare.ts';
import { CONTENT_BYTES, type ContentResults, SLOW_UPLOADS } from './content.ts';
import type { EventResults } from './event-reading.ts';
import type { EvidenceResults } from './evidence.ts';
import type { Growth } from './growth.ts';
import { machineFacts } from './machine.ts';
import type { OnPostgres, PostgresResults } from './on-postgres.ts';
import type { Plan } from './plan.ts';
import { eventTable } from './report-events.ts';
import { readingTable, waitingTable } from './report-evidence.ts';
import { floodTable, verifyingTable } from './report-verification.ts';
import { median, type Sample } from './rounds.ts';
import type { StartTimes } from './start-up.ts';
import { bullets, fixed, table, verdict, whole } from './tables.ts';
import type { VerificationResults } from './verification.ts';

export type Results = {
  plan: Plan;
  compared: Compared[];
  growth: Growth;
  starts: StartTimes;
  postgres: PostgresResults | null;
  events: EventResults;
  contents: ContentResults;
  evidences: EvidenceResults;
  verifications: VerificationResults;
};

const MOST_GROWTH = 1.5;
const MOST_GROWTH_ON_POSTGRES = 1.3;
const MOST_P99 = 20;
const MOST_EMBEDDED_START = 2;

export function report(results: Results): string {
  const { plan, compared, growth, starts, postgres, events, contents, evidences, verifications } = results;
  return `# Benchmarks

Written by \`make bench\`. All figures are of one run on one machine:

${bullets(machineFacts())}

## Beside a bare server

The yardstick is a bare \`node:http\` server that answers the very same bytes (status, headers, body) from memory, loaded the
same way. Each of ${plan.rounds} interleaved rounds sends every request to every server for about ${plan.seconds} s over 64 connections;
${whole(plan.artifacts)} artifacts are in store. Maestro runs compiled, as \`npm start\` runs it.

**Share** is the CPU time (user and system) that a request takes in the bare server, divided by that in Maestro: 1.00 would be
as cheap. It is the median over the rounds, the least and the greatest behind it, and it alone decides whether floor and aim
are met. The other columns are medians, Maestro's beside the bare server's.

### With its defaults

A log line for each request goes to /dev/null.

${comparison(compared, ({ ours }) => ours)}

### With \`LOG_LEVEL=warn\`

${comparison(compared, ({ quiet }) => quiet)}

## A bigger store

${grown(plan, growth)}

## On PostgreSQL

${postgres === null ? 'Not measured: there was no `pgbench`.' : onPostgres(plan, postgres)}

## Events

${eventTable(plan, events)}

## Content

${contentTable(plan, contents)}

## Documents

${readingTable(plan, evidences)}

${waitingTable(plan, evidences)}

## Signatures

${verifyingTable(plan, verifications)}

${floodTable(verifications)}

## Start

From the start of the process to the first 200 of \`GET /health\`, the median of ${plan.starts} starts.

${started(starts)}
`;
}

function comparison(compared: Compared[], lane: (one: Compared) => Sample[]): string {
  const rows = compared.map((one) => {
    const { row, bare } = one;
    const ours = lane(one);
    const shares = ratios(bare, ours, 'cpuMicros');
    const share = median(shares);
    const range = `${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)}`;
    return [
      row.name,
      `**${share.toFixed(2)}** (${range})`,
      `${row.floor.toFixed(2)} ${verdict(share >= row.floor)}`,
      `${row.aim.toFixed(2)} ${verdict(share >= row.aim)}`,
      pair(ours, bare, 'cpuMicros', 1),
      `${median(ratios(ours, bare, 'perSecond')).toFixed(2)}: ${pair(ours, bare, 'perSecond', 0)}`,
      pair(ours, bare, 'p99Ms', 1),
    ];
  });
  const head = ['request', 'share', 'floor', 'aim', 'CPU µs a request', 'requests a second', 'p99 ms'];
  return table(head, rows);
}

function grown(plan: Plan, { small, big, bytesPerArtifact }: Growth): string {
  const ratio = median(ratios(big, small, 'cpuMicros'));
  const gate = `CPU time of a release-gate request, ${whole(plan.bigStore)} artifacts in store beside ${whole(plan.smallStore)}`;
  return table(
    ['', 'measured', 'at most'],
    [
      [
        gate,
        `**${ratio.toFixed(2)}** (µs: ${pair(big, small, 'cpuMicros', 1)})`,
        `${MOST_GROWTH} ${verdict(ratio <= MOST_GROWTH)}`,
      ],
      [`p99 of the same, ms`, pair(big, small, 'p99Ms', 1), ''],
      [`Heap for each artifact at ${whole(plan.bigStore)}, its event included`, `${whole(bytesPerArtifact)} bytes`, ''],
    ],
  );
}

function onPostgres(plan: Plan, { version, rows, small, big }: PostgresResults): string {
  const head = ['request', 'share', 'floor', 'aim', 'a second', 'p50 ms', 'p99 by p50'];
  const ratio = median(ratios(big, small, 'p50Ms'));
  const growth = `p50 of a release-gate request, ${whole(plan.bigStore)} artifacts in the database beside ${whole(plan.smallStore)}`;
  return `The yardstick is \`pgbench\` (prepared statements, two threads) on the very same PostgreSQL ${version} with its own settings, which waits for its
disk. Both have 32 clients and take turns of about ${plan.seconds} s, ${plan.rounds} times; all of it shares the processors: \`pgbench\` or Maestro and its callers, and
PostgreSQL. ${whole(plan.artifacts)} artifacts are in the database, Maestro runs with its defaults. **Share** is Maestro's answers a second, divided by the
transactions a second of \`pgbench\`.

${table(head, rows.map(besidePgbench))}

${table(['', 'measured', 'at most'], [[growth, `**${ratio.toFixed(2)}** (ms: ${pair(big, small, 'p50Ms', 1)})`, `${MOST_GROWTH_ON_POSTGRES} ${verdict(ratio <= MOST_GROWTH_ON_POSTGRES)}`]])}`;
}

function besidePgbench({ name, floor, aim, pgbench, ours }: OnPostgres): string[] {
  const shares = ours.map(({ perSecond }, round) => perSecond / (pgbench[round] ?? Number.NaN));
  const share = median(shares);
  const slowest = median(ours.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));
  return [
    name,
    `**${share.toFixed(2)}** (${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)})`,
    `${floor.toFixed(2)} ${verdict(share >= floor)}`,
    `${aim.toFixed(2)} ${verdict(share >= aim)}`,
    `${whole(median(ours.map(({ perSecond }) => perSecond)))} / ${whole(median(pgbench))}`,
    fixed(median(ours.map(({ p50Ms }) => p50Ms)), 1),
    `${slowest.toFixed(1)}, at most ${MOST_P99} ${verdict(slowest < MOST_P99)}`,
  ];
}

const CONTENT_FLOOR = 0.6;
const CONTENT_AIM = 0.85;

function contentTable(plan: Plan, { up, down, alone, besideUploads }: ContentResults): string {
  const row = (name: string, { bare, ours }: ContentResults['up']) => {
    const shares = ours.map((speed, round) => speed / (bare[round] ?? Number.NaN));
    const share = median(shares);
    return [
      name,
      `**${share.toFixed(2)}** (${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)})`,
      `${CONTENT_FLOOR.toFixed(2)} ${verdict(share >= CONTENT_FLOOR)}`,
      `${CONTENT_AIM.toFixed(2)} ${verdict(share >= CONTENT_AIM)}`,
      `${whole(median(ours))} / ${whole(median(bare))}`,
    ];
  };
  const rows = [row('PUT content', up), row('GET content', down)];
  return `The yardstick is a bare \`node:http\` server that pipes what comes to a file, with SHA-256 and SHA-512 of it, and a file to who asks; it waits
for no disk and checks nothing. ${whole(CONTENT_BYTES / 1024 / 1024)} MiB each time, ${plan.rounds} rounds, one caller.

${table(['request', 'share', 'floor', 'aim', 'MB a second'], rows)}

Beside ${SLOW_UPLOADS} slow uploads, p99 of \`GET /maestro/runs/{id}\` over 16 connections is ${fixed(median(besideUploads), 1)} ms, and ${fixed(median(alone), 1)} ms without them.`;
}

function started({ fastify, compiled, tsx, embedded }: StartTimes): string {
  const share = embedded / compiled;
  const row = (name: string, ms: number) => [name, whole(ms), (ms / fastify).toFixed(2)];
  return table(
    ['', 'ms', 'of bare fastify'],
    [
      row('bare fastify with one route', fastify),
      row('`node dist/server.js`', compiled),
      row('`node --import tsx src/server.ts`', tsx),
      row('`DATABASE_URL=embedded:…`, on data that is there', embedded),
    ],
  ).concat(
    `\n\nWith its own PostgreSQL Maestro takes **${share.toFixed(2)}** times as long as without, at most ${MOST_EMBEDDED_START} ${verdict(share < MOST_EMBEDDED_START)}.`,
  );
}

/** The ratio in each round: what slows the machine for a while slows both sides of it. */
function ratios(over: Sample[], under: Sample[], figure: keyof Sample): number[] {
  return over.map((sample, round) => sample[figure] / (under[round]?.[figure] ?? Number.NaN));
}

function pair(one: Sample[], other: Sample[], figure: keyof Sample, digits: 0 | 1): string {
  const middle = (samples: Sample[]) => fixed(median(samples.map((sample) => sample[figure])), digits);
  return `${middle(one)} / ${middle(other)}`;
}
