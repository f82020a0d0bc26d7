import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { earlyLog } from '../../src/start/log.ts';
import { running, SERVER, start } from './server-process.ts';

describe('the log', () => {
  it('writes its log as JSON where no terminal is, with words for levels and ISO times', async () => {
    const { child, out, exited, ready } = start();
    const url = await ready();
    await fetch(`${url}/maestro/runs/x`);
    child.kill('SIGTERM');
    await exited;
    const lines = out.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const { level, time } of lines) {
      expect(['info', 'warn']).toContain(level);
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([{ status: 404, code: 'run_not_found' }]);
  });

  it('writes its log for people where it is told to, and takes no other word for its format', async () => {
    const pretty = start({ LOG_FORMAT: 'pretty' });
    await pretty.ready();
    expect(pretty.out.text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: The memory store is in use/m);
    const bad = start({ LOG_FORMAT: 'logfmt' });
    expect((await bad.exited).code).toBe(1);
    expect(bad.out.errors).toBe('maestro: Bad configuration: LOG_FORMAT must be one of auto, json, pretty\n');
  });

  // `script` of util-linux gives a process a terminal. `exec`, as a shell that stays ends with 130 at Ctrl-C.
  it.skipIf(!existsSync('/usr/bin/script'))(
    'writes its log for people at a terminal, and stops at Ctrl-C',
    async () => {
      const child = spawn('/usr/bin/script', ['-qec', `exec ${process.execPath} ${SERVER}`, '/dev/null'], {
        env: { ...process.env, PORT: '0', HOST: '127.0.0.1', SHUTDOWN_WAIT_MS: '0', NO_COLOR: '1' },
      });
      running.add(child);
      let text = '';
      child.stdout.on('data', (data) => {
        text += data;
      });
      const exited = once(child, 'exit');
      await expect.poll(() => text, { timeout: 30_000 }).toContain('Maestro is ready at');
      child.stdin.write('\u0003');
      expect((await exited)[0]).toBe(0);
      running.delete(child);
      expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: Maestro is ready at/m);
      expect(text).toContain('INFO: Stopping: no request is open');
      expect(text).toContain('INFO: stopped');
    },
  );
});

describe('what is said before there is a log', () => {
  it('comes into it once there is one, in order, and only what cannot wait is complained of at once', () => {
    const complaints: string[] = [];
    const lines: string[] = [];
    const early = earlyLog((message) => complaints.push(message));
    early.info('first');
    early.warnNow('urgent');
    early.warn('second');
    expect([complaints, lines]).toEqual([['urgent'], []]);
    early.begin({ info: (message) => lines.push(`info ${message}`), warn: (message) => lines.push(`warn ${message}`) });
    expect(lines).toEqual(['info first', 'warn second']);
    early.warnNow('late');
    early.info('third');
    expect(lines.slice(2)).toEqual(['warn late', 'info third']);
    expect(complaints).toEqual(['urgent']);
  });
});
