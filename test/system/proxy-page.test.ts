// The configurations of docs/proxy.md: what passes through each, and that its numbers fit those of Maestro.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_WAIT_SECONDS } from '../../src/http/waiting.ts';
import { readConfig } from '../../src/start/config.ts';
import { proxyIsInstalled, type RunningProxy, startProxy } from '../proxies.ts';
import { blocksOf, ROOT } from '../walk-through.ts';
import { startMaestro, stopAll } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'maestro-proxy-page-'));
const CONTENT = randomBytes(3_000_000);
const FILE = join(folder, 'content');
writeFileSync(FILE, CONTENT);

let upstream: number;
beforeAll(async () => {
  upstream = Number(new URL((await startMaestro('', { AUTH: 'none' })).url).port);
});
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

const NAMES = ['nginx', 'haproxy', 'apache'] as const;
const VARIANTS = NAMES.flatMap((name) => [
  { name, where: 'alone', isPrefixed: false },
  { name, where: 'behind a prefix', isPrefixed: true },
]);

describe.each(VARIANTS)('$name $where', ({ name, isPrefixed }) => {
  const isInstalled = proxyIsInstalled(name);
  let proxy: RunningProxy;
  beforeAll(async () => {
    if (isInstalled) proxy = await startProxy(name, upstream, isPrefixed);
  });
  afterAll(() => proxy?.stop());

  const send = (method: string, path: string, body: unknown, headers = {}) =>
    fetch(`${proxy.url}/maestro/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const newRun = async (metadata = {}) =>
    (await (await send('POST', 'runs', { name: 'build', owner: 'team', metadata })).json()) as { id: string };

  it.skipIf(!isInstalled)('takes content by curl, which waits for 100 Continue, and gives it back', async () => {
    const { id: run_id } = await newRun();
    const made = await send('POST', 'artifacts', { run_id, kind: 'other', path_or_uri: 'file' });
    const { id } = (await made.json()) as { id: string };
    const url = `${proxy.url}/maestro/artifacts/${id}/content`;
    const sent = await promisify(execFile)('curl', ['-sS', '--noproxy', '*', '-T', FILE, '-w', '\n%{http_code}', url]);
    expect(sent.stdout).toMatch(/\n201$/);
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const fetched = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(sha256(Buffer.from(await fetched.arrayBuffer()))).toBe(sha256(CONTENT));
    expect((await fetch(url, { headers: { range: 'bytes=10-19' } })).status).toBe(206);
  });

  it.skipIf(!isInstalled)('leaves the ETag as it is, so that If-Match works', async () => {
    const { id } = await newRun({ fill: 'x'.repeat(10_000) });
    const found = await fetch(`${proxy.url}/maestro/runs/${id}`, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(found.headers.get('content-encoding')).toBe(null);
    const etag = found.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect((await send('PATCH', `runs/${id}`, { status: 'running' }, { 'if-match': etag })).status).toBe(200);
    expect((await send('PATCH', `runs/${id}`, { status: 'failed' }, { 'if-match': etag })).status).toBe(412);
  });

  it.skipIf(!isInstalled)('passes queries and odd ids on, and problems back', async () => {
    expect(await (await fetch(`${proxy.url}/maestro/runs?owner=no+%C3%A4body`)).json()).toEqual([]);
    const lost = await fetch(`${proxy.url}/maestro/runs/no%20such`);
    expect(lost.status).toBe(404);
    expect(await lost.json()).toMatchObject({
      type: 'urn:maestro:problem:run_not_found',
      detail: "Run 'no such' not found",
    });
  });

  it.skipIf(!isInstalled)('promises no longer keep-alive than it keeps', async () => {
    const { headers } = await fetch(`${proxy.url}/health`);
    expect(headers.get('keep-alive') ?? '').not.toContain('72');
  });
});

describe('the numbers of the page', () => {
  const blocks = blocksOf(readFileSync(join(ROOT, 'docs', 'proxy.md'), 'utf8'));
  const config = readConfig({});
  const all = (language: string, pattern: RegExp) => {
    const code = blocks.flatMap((block) => (block.language === language ? [block.code] : [])).join('\n');
    const found = [...code.matchAll(pattern)].map(([, number]) => Number(number));
    expect(found.length, `${language} ${pattern}`).toBeGreaterThan(0);
    return found;
  };

  it('let every answer take as long as Maestro lets it', () => {
    const longest = MAX_WAIT_SECONDS + config.HANDLER_TIMEOUT_MS / 1_000;
    const given = [
      ...all('nginx', /proxy_(?:read|send)_timeout (\d+)s/g),
      ...all('haproxy', /timeout (?:client|server) (\d+)s/g),
      ...all('apache', /ProxyTimeout (\d+)/g),
    ];
    expect(given).toHaveLength(5);
    for (const seconds of given) expect(seconds).toBeGreaterThan(longest);
  });

  it('close idle connections to Maestro before it does', () => {
    const given = [
      ...all('nginx', /keepalive_timeout (\d+)s/g),
      ...all('haproxy', /http-keep-alive (\d+)s/g),
      ...all('apache', /ttl=(\d+)/g),
    ];
    for (const seconds of given) expect(seconds).toBeLessThan(config.KEEP_ALIVE_TIMEOUT_MS / 1_000);
  });

  it('take content as large as Maestro does', () => {
    expect(all('nginx', /client_max_body_size (\d+)m/g)).toEqual([config.CONTENT_LIMIT / 1024 / 1024]);
    expect(all('apache', /LimitRequestBody (\d+)/g)).toEqual([config.CONTENT_LIMIT]);
  });
});
