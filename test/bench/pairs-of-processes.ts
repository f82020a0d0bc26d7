// Reading, verifying and starting, by processes of two builds that take turns.
import { join } from 'node:path';
import { measuredBy } from './measuring.ts';
import { type Comparison, inTurns, type Pair } from './pairs.ts';
import type { ReadingOrder, ReadingSample } from './reading-process.ts';
import { median } from './rounds.ts';
import { PRODUCTION, startServer, stop } from './server-process.ts';
import { signedDocuments } from './signed-documents.ts';
import type { VerifyingOrder, VerifyingSample } from './verifying-process.ts';

/** CPU time of a warm process for each format. */
export function readingPairs(comparison: Comparison): Promise<Pair[]> {
  // V8 still compiles during the first few: with two rounds, two processes of one build differed by up to a factor of two.
  const order: ReadingOrder = { entries: [1_000], rounds: 12 };
  return inTurns(comparison, async (build) => {
    const samples = await measuredBy<ReadingSample[]>('reading-process.ts', { ...order, build });
    return samples.map(({ name, read }) => ({ name: `reading ${name}`, unit: 'CPU ms', value: median(read) / 1_000 }));
  });
}

/** CPU time of a warm process for each signed document. */
export async function verifyingPairs(comparison: Comparison): Promise<Pair[]> {
  const order: VerifyingOrder = { ...(await signedDocuments()), rounds: 2, seconds: 0.5 };
  return inTurns(comparison, async (build) => {
    const samples = await measuredBy<VerifyingSample[]>('verifying-process.ts', { ...order, build });
    return samples.map(({ name, verified }) => ({
      name: `verifying ${name}`,
      unit: 'CPU µs',
      value: median(verified),
    }));
  });
}

/** From the start of the process to the first answer. */
export function startPairs(comparison: Comparison): Promise<Pair[]> {
  return inTurns(comparison, async (build) => {
    const server = await startServer([join(build, PRODUCTION)]);
    await stop(server);
    return [{ name: 'start', unit: 'ms', value: server.startMs }];
  });
}
