import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { requestLine } from '../src/log-output.ts';

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

it('the line of a request is JSON whatever its path, and leaves out the query string', () => {
  const request = { id: 'job-1', method: 'GET', url: '/a"b\\c\u007f?owner=secret' };
  const line = requestLine(request, 1_769_853_600_000, 200, 1.23456);
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({
    ...{ level: 30, time: 1_769_853_600_000, id: 'job-1', method: 'GET', path: '/a"b\\c\u007f' },
    ...{ status: 200, ms: 1.23, msg: 'request' },
  });
});
