import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { requestLine } from '../../src/http/log-output.ts';

const OUTPUT = new URL('../../dist/http/log-output.js', import.meta.url).href;

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

const LINE = { level: 'info', time: '2026-01-31T10:00:00.000Z' };

it('the line of a request is JSON whatever its path, and leaves out the query string', () => {
  const request = { id: 'job-1', method: 'GET', url: '/a"b\\c\u007f?owner=secret' };
  const line = requestLine(request, Date.parse(LINE.time), 200, '', 1.23456);
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({
    ...{ ...LINE, id: 'job-1', method: 'GET', path: '/a"b\\c\u007f' },
    ...{ status: 200, ms: 1.23, msg: 'request' },
  });
});

it('the line of a refusal has the code of its problem', () => {
  const request = { id: 'job-1', method: 'GET', url: '/x' };
  const line = requestLine(request, Date.parse(LINE.time), 404, 'route_not_found', 1);
  expect(JSON.parse(line)).toMatchObject({ status: 404, code: 'route_not_found' });
});

it('the time of each line is its own, to the millisecond', () => {
  const request = { id: 'job-1', method: 'GET', url: '/x' };
  const start = Date.UTC(2026, 0, 31, 23, 59, 59);
  for (const time of [start, start + 7, start + 999, start + 1_000, start + 61_070, start]) {
    expect(JSON.parse(requestLine(request, time, 200, '', 1)).time).toBe(new Date(time).toISOString());
  }
});

it('lines are written as they are formatted', () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      ...['--input-type=module', '-e'],
      `import { bufferedOutput } from '${OUTPUT}'; const output = bufferedOutput((line) => line.toUpperCase());
       output.write('first\\n'); output.flushSync();`,
    ],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe('FIRST\n');
});

it('the line of a request has its path as JSON writes it, and its duration to a hundredth', () => {
  const paths = [
    '/maestro/runs/01a2_~-.%41',
    '/',
    '',
    '*',
    '/a b',
    '/"',
    '/\\',
    '/\n',
    '/\u2028',
    '/é',
    '/\ud800',
    "/'<",
  ];
  for (const path of paths) {
    for (const ms of [0, 0.004, 0.005, 0.3, 1.234, 9.994, 9.995, 9.999, 10.5, 1_234.567]) {
      const line = requestLine({ id: 'a', method: 'GET', url: `${path}?query` }, 0, 200, '', ms);
      expect(line).toContain(`"path":${JSON.stringify(path)},"status":200,"ms":${Math.round(ms * 100) / 100},"msg"`);
    }
  }
});
