import { beforeAll, describe, expect, it } from 'vitest';
import { requestLine } from '../../src/http/log-output.ts';
import { prettyLines } from '../../src/start/pretty-log.ts';

const AT = Date.UTC(2026, 0, 31, 10);
const REQUEST = { id: 'job-1', method: 'GET', url: '/maestro/runs?owner=x' };

describe('the log for people', () => {
  let pretty: (line: string) => string;
  beforeAll(async () => {
    pretty = await prettyLines(false);
  });

  it('has a line for each request, and the code and the id of each refusal', () => {
    expect(pretty(requestLine(REQUEST, AT, 200, '', 1.234))).toMatch(
      /^\[\d\d:\d\d:\d\d\.000\] INFO: GET \/maestro\/runs 200 1\.23 ms\s*\n$/,
    );
    expect(pretty(requestLine(REQUEST, AT, 422, 'validation_failed', 1))).toMatch(
      /INFO: GET \/maestro\/runs 422 validation_failed \(job-1\) 1 ms\s*\n$/,
    );
    const below =
      '{"level":"info","time":"2026-01-31T10:00:00.000Z","id":"a","status":400,"code":"b","msg":"request"}\n';
    expect(pretty(below)).toMatch(/INFO: 400 b \(a\)\s*\n$/);
  });

  it('has one line for each other message, with what belongs to it', () => {
    const line = { level: 'warn', time: '2026-01-31T10:00:00.000Z', id: 'job-1', reason: 'gone', msg: 'not_ready' };
    expect(pretty(`${JSON.stringify(line)}\n`)).toMatch(/WARN: not_ready \(job-1\) \{"reason":"gone"\}\n$/);
  });

  it('shows the stack of an error', () => {
    const err = { type: 'Error', message: 'broken', stack: 'Error: broken\n    at here' };
    const text = pretty(`${JSON.stringify({ level: 'error', err, msg: 'internal_error' })}\n`);
    expect(text).toContain('ERROR: internal_error');
    expect(text).toContain('at here');
  });

  it('never sends a terminal what steers it', () => {
    const url = '/a\u001b[2J\u009b2J\nb';
    const text = pretty(requestLine({ ...REQUEST, url }, AT, 404, 'route_not_found', 1));
    expect(text).toContain('GET /a\ufffd[2J\ufffd2J\ufffdb 404');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('has colours where they are asked for', async () => {
    expect((await prettyLines(true))(requestLine(REQUEST, AT, 200, '', 1))).toContain('\u001b[32mINFO');
  });
});
