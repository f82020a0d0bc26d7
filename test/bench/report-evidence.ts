// The figures of documents as Markdown.
import type { DocumentName } from '../evidence/documents.ts';
import type { EvidenceResults } from './evidence.ts';
import type { Plan } from './plan.ts';
import type { ReadingSample } from './reading-process.ts';
import { median } from './rounds.ts';
import { atMost, type Bounds, fixed, ratios, spread, table, verdict, whole } from './tables.ts';
import type { Answered } from './traffic.ts';

/** How many times as long as `JSON.parse` a document may take, in its larger form. */
const TIMES: Partial<Record<DocumentName, Bounds>> = {
  'CycloneDX JSON': { floor: 7, aim: 5 },
  'CycloneDX XML': { floor: 30, aim: 20 },
  'SPDX YAML': { floor: 20, aim: 12 },
  'JUnit XML': { floor: 10, aim: 6 },
};

export function documentReport(plan: Plan, results: EvidenceResults): string {
  return `${readingTable(plan, results)}

${waitingTable(plan, results)}`;
}

function readingTable({ rounds, entries }: Plan, { readings }: EvidenceResults): string {
  const [few, many] = entries;
  const small = readings.filter((one) => one.entries === few);
  const rows = small.map((one) => {
    const large = readings.find(({ name, entries }) => name === one.name && entries === many) ?? one;
    return readingRow(one, large);
  });
  const head = [
    'document',
    `a second, ${whole(few)} entries`,
    `times \`JSON.parse\`, ${whole(few)} entries`,
    `times \`JSON.parse\`, ${whole(many)} entries`,
    'floor',
    'aim',
    `MB of ${whole(many)}`,
    'CPU ms for 1,000 of them',
  ];
  return `How many documents one processor reads in a second of its time, schema checked and facts counted; and how many times as long that takes as
\`JSON.parse\` of the very same bytes. CPU time in one warm process, ${rounds} rounds. Entries are components, subjects, statements, results, findings or
test cases. Documents marked * are not JSON: \`JSON.parse\` reads the same document in JSON. Floor and aim are for the larger documents. The last
column is of these too, Maestro's beside that of \`JSON.parse\`.

${table(head, rows)}`;
}

function readingRow(small: ReadingSample, large: ReadingSample): string[] {
  const { name, isJson, bytes, entries, read, parsed } = large;
  const times = ratios(read, parsed);
  const bounds = TIMES[name];
  const ms = (micros: readonly number[]) => fixed(median(micros) / entries, 2);
  return [
    isJson ? name : `${name} *`,
    whole(1e6 / median(small.read)),
    spread(ratios(small.read, small.parsed), 1),
    spread(times, 1),
    ...(bounds === undefined ? ['', ''] : atMost(median(times), bounds, 0)),
    fixed(bytes / 1e6, 1),
    `${ms(read)} / ${ms(parsed)}`,
  ];
}

/** How much longer others may wait while documents are read. */
export const MOST_ADDED_MS = 50;

/** How long answers took, by what happened meanwhile. */
export function waits(samplesOf: Record<string, Answered[]>): string {
  const rows = Object.entries(samplesOf).map(([name, samples]) => [
    name,
    ...(['p50Ms', 'p99Ms', 'maxMs'] as const).map((figure) => fixed(median(samples.map((one) => one[figure])), 2)),
  ]);
  return table(['', 'p50 ms', 'p99 ms', 'longest ms'], rows);
}

function waitingTable({ sbomBytes }: Plan, { alone, besideReadings, read }: EvidenceResults): string {
  const added = median(besideReadings.map(({ maxMs }, round) => maxMs - (alone[round]?.maxMs ?? Number.NaN)));
  const size = whole(sbomBytes / 1024 / 1024);
  return `While SBOMs of ${size} MiB are sent and read one after the other, ${read} in all, \`GET /maestro/runs/{id}\` without pause over one connection:

${waits({ 'nothing is read': alone, 'SBOMs are read': besideReadings })}

The longest wait is **${fixed(added, 1)} ms** more than without, at most ${MOST_ADDED_MS} ${verdict(added <= MOST_ADDED_MS)}.`;
}
