// Pipelines, content and creates beside a reader of events, on two builds.
import { contentRounds, newContents, type Speeds } from './content.ts';
import { readsEvents, startCreates } from './event-reading.ts';
import { type Comparison, inTurns, type Pair } from './pairs.ts';
import { type PipelineSamples, pipelineRounds, SIDE_BY_SIDE } from './pipelines.ts';
import { ROOT } from './server-process.ts';
import { inMemory, onPostgres, type Servers, withDatabases } from './two-servers.ts';

const WITH_CONTENT = { keepsContent: true };

/** Pipelines alone and side by side, in memory and on PostgreSQL. */
export async function pipelinePairs({ generator, plan, other }: Comparison): Promise<Pair[]> {
  const run = async (servers: Servers, where: string) => {
    const samples = await pipelineRounds(generator, servers, plan);
    const together = `pipelines ${SIDE_BY_SIDE} side by side, ${where}`;
    const each = (speeds: readonly number[]) => speeds.map((perSecond) => 1_000 / perSecond);
    return [
      pairOf<PipelineSamples>(`pipeline alone, ${where}`, 'ms', samples, ({ aloneMs }) => aloneMs),
      pairOf<PipelineSamples>(together, 'ms', samples, ({ perSecond }) => each(perSecond)),
      pairOf<PipelineSamples>(together, 'CPU ms', samples, ({ cpuMs }) => cpuMs),
    ];
  };
  return [
    ...(await inMemory(other, (servers) => run(servers, 'in memory'), WITH_CONTENT)),
    ...(await onPostgres(other, (servers) => run(servers, 'on PostgreSQL'), WITH_CONTENT)),
  ];
}

/** How long a megabyte of content takes. */
export function contentPairs({ plan, other }: Comparison): Promise<Pair[]> {
  const act = async (servers: Servers) => {
    const lanes = [];
    for (const server of servers) lanes.push({ server, ...(await newContents(server, plan.rounds + 1)) });
    const speeds = await contentRounds(lanes, plan);
    const each = (megabytes: readonly number[]) => megabytes.map((perSecond) => 1_000 / perSecond);
    return [
      pairOf<Speeds>('PUT content', 'ms/MB', speeds, ({ up }) => each(up)),
      pairOf<Speeds>('GET content', 'ms/MB', speeds, ({ down }) => each(down)),
    ];
  };
  return inMemory(other, act, WITH_CONTENT);
}

/** Creates alone and beside a reader of events; none where the other build has no such reader. */
export async function eventPairs(comparison: Comparison): Promise<Pair[]> {
  const { generator, plan, other } = comparison;
  if (!readsEvents(other)) {
    process.stdout.write('events: not compared, because the other build has no reader of events\n');
    return [];
  }
  return withDatabases(async (urls) => {
    const ours = await startCreates(generator, urls.ours, plan);
    const theirs = await startCreates(generator, urls.other, plan, other);
    try {
      // The first ones let both be compiled.
      for (const creates of [ours, theirs]) await creates.alone();
      return await inTurns(comparison, async (build) => {
        const { alone, beside } = build === ROOT ? ours : theirs;
        return [
          { name: 'POST run by 64 writers', unit: 'ms', value: 1_000 / (await alone()) },
          { name: 'POST run beside a reader of events', unit: 'ms', value: 1_000 / (await beside()).perSecond },
        ];
      });
    } finally {
      for (const creates of [ours, theirs]) await creates.stop();
    }
  });
}

function pairOf<Samples>(
  name: string,
  unit: string,
  [ours, other]: readonly Samples[],
  figuresOf: (samples: Samples) => number[],
): Pair {
  if (ours === undefined || other === undefined) throw new Error(`${name}: a build was not measured`);
  return { name, unit, ours: figuresOf(ours), other: figuresOf(other) };
}
