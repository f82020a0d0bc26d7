// The figures of documents as Markdown.
import type { EvidenceResults } from './evidence.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { fixed, table, verdict, whole } from './tables.ts';
import type { Answered } from './traffic.ts';

export function readingTable({ rounds, entries }: Plan, { readings }: EvidenceResults): string {
  const [few, many] = entries;
  const names = new Set(readings.map(({ name }) => name));
  const rows = [...names].map((name) => {
    const of = readings.filter((one) => one.name === name);
    const shares = of.map(({ read, parsed }) => {
      const times = read.map((micros, round) => micros / (parsed[round] ?? Number.NaN));
      return `**${fixed(median(times), 1)}** (${fixed(Math.min(...times), 1)} to ${fixed(Math.max(...times), 1)})`;
    });
    const [, large] = of;
    const { isJson = false, bytes = 0, read = [], parsed = [] } = large ?? {};
    const ms = (micros: readonly number[]) => fixed(median(micros) / 1_000 / (many / 1_000), 2);
    return [isJson ? name : `${name} *`, ...shares, fixed(bytes / 1e6, 1), `${ms(read)} / ${ms(parsed)}`];
  });
  const head = [
    'document',
    `${whole(few)} entries`,
    `${whole(many)} entries`,
    `MB of ${whole(many)}`,
    'CPU ms for 1,000 of them',
  ];
  return `How many times as long it takes to read a document, its schema checked, its facts counted, as \`JSON.parse\` takes for the very same bytes: CPU
time in one warm process, ${rounds} rounds. Entries are components, subjects, statements, results, findings or test cases. What is marked * is no JSON:
there \`JSON.parse\` has the same document in JSON. The last column is of the larger ones, ours beside \`JSON.parse\`.

${table(head, rows)}`;
}

/** How much longer others may wait while documents are read. */
export const MOST_ADDED_MS = 50;

/** How long answers took, by what went on meanwhile. */
export function waits(samplesOf: Record<string, Answered[]>): string {
  const rows = Object.entries(samplesOf).map(([name, samples]) => [
    name,
    ...(['p50Ms', 'p99Ms', 'maxMs'] as const).map((figure) => fixed(median(samples.map((one) => one[figure])), 2)),
  ]);
  return table(['', 'p50 ms', 'p99 ms', 'longest ms'], rows);
}

export function waitingTable({ sbomBytes }: Plan, { alone, besideReadings, read }: EvidenceResults): string {
  const added = median(besideReadings.map(({ maxMs }, round) => maxMs - (alone[round]?.maxMs ?? Number.NaN)));
  const size = whole(sbomBytes / 1024 / 1024);
  return `While SBOMs of ${size} MiB are sent and read one after the other, ${read} in all, \`GET /maestro/runs/{id}\` over one connection that asks all the time:

${waits({ 'nothing is read': alone, 'SBOMs are read': besideReadings })}

The longest wait is **${fixed(added, 1)} ms** more than without, at most ${MOST_ADDED_MS} ${verdict(added <= MOST_ADDED_MS)}.`;
}
