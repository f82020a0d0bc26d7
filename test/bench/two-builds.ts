// Compares this build with another one, both in the same interleaved rounds: `make bench-against BUILD=../other-checkout`.
// The other checkout is installed and built. A ratio above 1.00 says that this build costs more. `BENCH_PARTS` names what
// is compared, separated by commas; all by default. `BENCH_ROUNDS` is the number of rounds.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { type Comparison, type Pair, pairTable } from './pairs.ts';
import { contentPairs, eventPairs, pipelinePairs } from './pairs-of-pipelines.ts';
import { readingPairs, startPairs, verifyingPairs } from './pairs-of-processes.ts';
import { requestsInMemory, requestsOnPostgres } from './pairs-of-requests.ts';
import { partsOf } from './parts.ts';
import { FULL, QUICK } from './plan.ts';
import { ROOT } from './server-process.ts';
import { startGenerator } from './traffic-process.ts';

const PARTS: Readonly<Record<string, (comparison: Comparison) => Promise<Pair[]>>> = {
  pipeline: pipelinePairs,
  reading: readingPairs,
  verifying: verifyingPairs,
  memory: requestsInMemory,
  postgres: requestsOnPostgres,
  content: contentPairs,
  start: startPairs,
  events: eventPairs,
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('BUILD is not set: the folder of the other checkout');
const parts = partsOf(Object.keys(PARTS), process.env.BENCH_PARTS);
const sized = (process.env.BENCH_QUICK ?? '') === '' ? { ...FULL, artifacts: 20_000 } : QUICK;
const generator = startGenerator();
const comparison: Comparison = {
  generator,
  plan: { ...sized, rounds: Number(process.env.BENCH_ROUNDS ?? sized.rounds) },
  other: resolve(folder),
};
const pairs: Pair[] = [];

try {
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: ROOT, stdio: 'inherit' });
  for (const part of parts) pairs.push(...((await PARTS[part]?.(comparison)) ?? []));
} finally {
  generator.stop();
  // Where a part fails, the others were measured all the same.
  process.stdout.write(`${pairTable(pairs)}\n`);
}
