// Measures the compiled server and writes the figures to docs/benchmarks.md. `BENCH_PARTS` names the sections that are
// measured, separated by commas. `BENCH_QUICK=1` only prints the figures, after a minute or two: it shows that the command
// works, and its figures are noise.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { machineFacts } from './machine.ts';
import { partsOf } from './parts.ts';
import { FULL, QUICK } from './plan.ts';
import { report } from './report.ts';
import { SECTIONS, type Section } from './sections.ts';
import { ROOT } from './server-process.ts';
import { startGenerator } from './traffic-process.ts';

const PAGE = `${ROOT}docs/benchmarks.md`;
const quick = (process.env.BENCH_QUICK ?? '') !== '';
const plan = quick ? QUICK : FULL;

if (process.platform !== 'linux') throw new Error('CPU time is read from /proc, which only Linux has');
const parts = partsOf(Object.keys(SECTIONS), process.env.BENCH_PARTS);
say('building');
execFileSync('npm', ['run', 'build', '--silent'], { cwd: ROOT, stdio: 'inherit' });
const generator = startGenerator();
const measured = new Map<string, string>();
try {
  for (const part of parts) {
    const { heading, saying, measured: measure } = SECTIONS[part] as Section;
    say(saying);
    const text = await measure(generator, plan);
    measured.set(heading, text);
    say(`\n## ${heading}\n\n${text}\n`);
  }
} finally {
  generator.stop();
}
if (quick) say('done; a quick run is not written to docs/benchmarks.md');
else {
  const headings = Object.values(SECTIONS).map(({ heading }) => heading);
  const written = readFileSync(PAGE, 'utf8');
  writeFileSync(PAGE, report(measured, { headings, machine: machineFacts(), written }));
  say('done; written to docs/benchmarks.md');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
