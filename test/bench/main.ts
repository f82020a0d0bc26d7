// Measures the compiled server and writes the figures to docs/benchmarks.md. `BENCH_QUICK=1` only prints them, after a
// minute: it shows that the command works, and its figures are noise.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { againstBare } from './against-bare.ts';
import { content } from './content.ts';
import { eventReading } from './event-reading.ts';
import { evidence } from './evidence.ts';
import { growth } from './growth.ts';
import { onPostgres } from './on-postgres.ts';
import { FULL, QUICK } from './plan.ts';
import { report } from './report.ts';
import { ROOT } from './server-process.ts';
import { startTimes } from './start-up.ts';
import { startGenerator } from './traffic-process.ts';
import { verification } from './verification.ts';

const quick = (process.env.BENCH_QUICK ?? '') !== '';
const plan = quick ? QUICK : FULL;

if (process.platform !== 'linux') throw new Error('CPU time is read from /proc, which only Linux has');
say('building');
execFileSync('npm', ['run', 'build', '--silent'], { cwd: ROOT, stdio: 'inherit' });
const generator = startGenerator();
try {
  say('starting servers');
  const starts = await startTimes(plan.starts);
  say('filling a store, then loading it beside a bare server');
  const compared = await againstBare(generator, plan);
  say('filling a big store, then loading it beside a small one');
  const grown = await growth(generator, plan);
  say('sending and fetching content');
  const contents = await content(generator, plan);
  say('reading documents of every format, then SBOMs beside other requests');
  const evidences = await evidence(generator, plan);
  say('verifying signed documents, then bundles beside other requests');
  const verifications = await verification(generator, plan);
  say('the same on PostgreSQL, beside pgbench');
  const postgres = await onPostgres(generator, plan);
  say('creating runs beside a reader of events');
  const events = await eventReading(generator, plan);
  const text = report({ plan, compared, growth: grown, starts, postgres, events, contents, evidences, verifications });
  if (!quick) writeFileSync(`${ROOT}docs/benchmarks.md`, text);
  process.stdout.write(`\n${text}`);
  say(quick ? 'done; a quick run is not written down' : 'done; written to docs/benchmarks.md');
} finally {
  generator.stop();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
