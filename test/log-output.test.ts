import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const OUTPUT = new URL('../dist/log-output.js', import.meta.url).href;

function run(script: string): string {
  const source = `import { bufferedOutput } from '${OUTPUT}'; const output = bufferedOutput();
    process.on('exit', () => output.flushSync()); ${script}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' }).stdout;
}

it('a log line is written when the process exits, by itself or in haste', () => {
  expect(run("output.write('first\\n'); output.write('second\\n');")).toBe('first\nsecond\n');
  expect(run("output.write('last words\\n'); process.exit(3);")).toBe('last words\n');
  expect(run("output.write('last words\\n'); throw new Error('unforeseen');")).toBe('last words\n');
});

it('a log line is written soon, though no other follows', () => {
  const script = "output.write('alone\\n'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2_000);";
  expect(run(script)).toBe('alone\n');
});

it('lines come whole and in order, however many there are', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`).join('');
  expect(run("for (let index = 0; index < 5_000; index += 1) output.write('line ' + index + '\\n');")).toBe(lines);
});
