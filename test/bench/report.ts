// The figures as Markdown.
import type { Compared } from './against-bare.ts';
import type { Growth } from './growth.ts';
import { machineFacts } from './machine.ts';
import type { Plan } from './plan.ts';
import { median, type Sample } from './rounds.ts';
import type { StartTimes } from './start-up.ts';

export type Results = { plan: Plan; compared: Compared[]; growth: Growth; starts: StartTimes };

const MOST_GROWTH = 1.5;

export function report({ plan, compared, growth, starts }: Results): string {
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

function started({ fastify, compiled, tsx }: StartTimes): string {
  const row = (name: string, ms: number) => [name, whole(ms), (ms / fastify).toFixed(2)];
  return table(
    ['', 'ms', 'of bare fastify'],
    [
      row('bare fastify with one route', fastify),
      row('`node dist/server.js`', compiled),
      row('`node --import tsx src/server.ts`', tsx),
    ],
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

const verdict = (met: boolean) => (met ? 'met' : '**missed**');
const whole = (value: number) => fixed(value, 0);
const bullets = (lines: string[]) => lines.map((line) => `- ${line}`).join('\n');

function fixed(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
