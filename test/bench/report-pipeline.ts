// The figures of pipelines as Markdown.
import { type PipelineResults, type PipelineSamples, SIDE_BY_SIDE } from './pipelines.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { atLeast, atMost, fixed, ratios, spread, table } from './tables.ts';

const ALONE_MS = { floor: 120, aim: 100 };
const TIMES_THE_LEAST = { floor: 4, aim: 3 };
const PER_SECOND = { floor: 10, aim: 14 };

export function pipelineReport(plan: Plan, { memory, postgres, least }: PipelineResults): string {
  return `What a CI job waits for: it reports a run and sets it to running, reports four artifacts, uploads their content and sets the run to
succeeded. Then it asks the gate with \`Prefer: wait=30\`, which passes. The uploads are a CycloneDX SBOM in JSON of 2 MB and one of 200 kB, a
JUnit report in XML of 670 kB, and a build of 600 kB in no known format. Each \`PUT\` waits until its document has been read, as it does by default.
These are 12 requests over one connection. Every pipeline has documents of its own, valid by their schemas.

**The least** is a bare \`node:http\` server that takes the same 12 requests. It computes SHA-256 of each content twice, writes and syncs it once, and
has \`JSON.parse\` read what is JSON, and the same report as JSON in place of the XML.

One after the other, ${plan.pipelinesAlone} in each of ${plan.rounds} interleaved rounds on warm servers:

${table(
  ['Maestro', 'p50 ms', 'floor', 'aim', 'times the least', 'floor', 'aim'],
  [
    [
      'in memory',
      spread(memory.aloneMs, 0),
      ...atMost(median(memory.aloneMs), ALONE_MS, 0),
      timesTheLeast(memory, least),
      ...atMost(median(ratios(memory.aloneMs, least.aloneMs)), TIMES_THE_LEAST, 0),
    ],
    ['on PostgreSQL', spread(postgres.aloneMs, 0), '', '', timesTheLeast(postgres, least), '', ''],
    ['the least', spread(least.aloneMs, 0), '', '', '', '', ''],
  ],
)}

${SIDE_BY_SIDE} side by side, ${plan.pipelinesTogether} in each round, on the same processors as the callers:

${table(
  ['Maestro', 'pipelines a second', 'floor', 'aim', 'CPU ms a pipeline, readers included'],
  [
    together('in memory', memory, PER_SECOND),
    together('on PostgreSQL', postgres, PER_SECOND),
    together('the least', least, null),
  ],
)}`;
}

function timesTheLeast({ aloneMs }: PipelineSamples, least: PipelineSamples): string {
  return spread(ratios(aloneMs, least.aloneMs), 1);
}

function together(name: string, { perSecond, cpuMs }: PipelineSamples, bounds: typeof PER_SECOND | null): string[] {
  const verdicts = bounds === null ? ['', ''] : atLeast(median(perSecond), bounds, 0);
  return [name, spread(perSecond, 1), ...verdicts, fixed(median(cpuMs), 0)];
}
