// Maestro behind nginx, Apache and HAProxy as people run them: compression, and a prefix that the
// proxy takes off.
import { hash } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPublicUrl } from '../../src/http/public-url.ts';
import { commandsOf } from '../../src/routes/home-page.ts';
import { type Api, testApp, testDeps } from '../helper.ts';
import { freePort } from '../postgres.ts';
import { proxyIsInstalled, type RunningProxy, startApache, startHaproxy, startNginx } from '../proxies.ts';
import { run } from '../walk-through.ts';

type Answer = { status: number; headers: Record<string, string | undefined>; bytes: Buffer };

/** Asks with the headers given and no others: `fetch` would undo the compression. */
function ask(
  url: string,
  method = 'GET',
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      const { statusCode: status = 0 } = response;
      const answered = (chunks: Buffer[]) =>
        resolve({ status, headers: response.headers as Answer['headers'], bytes: Buffer.concat(chunks) });
      response.toArray().then(answered, reject);
    });
    sent.on('error', reject).end(body);
  });
}

const json = ({ bytes, headers }: Answer) =>
  JSON.parse(String(headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes));
const JSON_BODY = { 'content-type': 'application/json' };
const GZIP = { 'accept-encoding': 'gzip' };
const addressOf = (app: Api) => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

const onNginx = (target: string) => startNginx(`location / { proxy_pass ${target}; }`);
const weakened = (tag: string) => `W/${tag}`;
const suffixed = (tag: string) => tag.replace(/"$/, '-gzip"');

describe.each([
  // Neither nginx nor Apache looks at no-transform.
  { name: 'nginx', there: proxyIsInstalled('nginx'), starts: onNginx, changed: weakened, transforms: true },
  { name: 'Apache', there: proxyIsInstalled('apache'), starts: startApache, changed: suffixed, transforms: true },
  { name: 'HAProxy', there: proxyIsInstalled('haproxy'), starts: startHaproxy, changed: weakened, transforms: false },
])('$name, which compresses', ({ there, starts, changed, transforms }) => {
  let app: Api;
  let proxy: RunningProxy;
  beforeAll(async () => {
    if (!there) return;
    app = await testApp(testDeps(), { localOnly: () => true });
    await app.listen({ host: '127.0.0.1', port: 0 });
    proxy = await starts(addressOf(app));
  });
  afterAll(async () => {
    await proxy?.stop();
    await app?.close();
  });

  it.skipIf(!there)(
    'gives back tags that still count: no 304 missed, no 412 for nothing, and none left out',
    async () => {
      const created = await ask(`${proxy.url}/maestro/runs`, 'POST', JSON_BODY, '{"name":"n","owner":"o"}');
      const url = `${proxy.url}/maestro/runs/${json(created).id}`;
      const read = await ask(url, 'GET', GZIP);
      const sent = String((await ask(url)).headers.etag);
      expect([read.headers['content-encoding'], read.headers.etag]).toEqual(['gzip', changed(sent)]);
      const tag = String(read.headers.etag);
      expect((await ask(url, 'GET', { ...GZIP, 'if-none-match': tag })).status).toBe(304);
      const headers = { ...JSON_BODY, 'if-match': tag };
      expect((await ask(url, 'PATCH', headers, '{"cost_actual":1}')).status).toBe(200);
      expect((await ask(url, 'GET', { ...GZIP, 'if-none-match': tag })).status).toBe(200);
      const late = await ask(url, 'PATCH', headers, '{"cost_actual":2}');
      expect([late.status, json(late).detail]).toEqual([412, 'The row has changed since you read it: read it again']);
      expect(json(await ask(url)).cost_actual).toBe(1);
    },
  );

  it.skipIf(!there)('sends content whole where it changed its tag, and part of it where not', async () => {
    const bytes = Buffer.from(JSON.stringify({ filler: 'x'.repeat(5_000) }));
    const { id } = json(await ask(`${proxy.url}/maestro/runs`, 'POST', JSON_BODY, '{"name":"n","owner":"o"}'));
    const payload = JSON.stringify({ run_id: id, kind: 'other', path_or_uri: 'x' });
    const artifact = json(await ask(`${proxy.url}/maestro/artifacts`, 'POST', JSON_BODY, payload));
    const url = `${proxy.url}/maestro/artifacts/${artifact.id}/content`;
    const length = { 'content-length': String(bytes.length), 'content-type': 'application/octet-stream' };
    expect((await ask(url, 'PUT', length, bytes)).status).toBe(201);
    const tag = `"${hash('sha256', bytes)}"`;
    const read = await ask(url, 'GET', GZIP);
    expect(read.headers['cache-control']).toBe('private, no-cache, no-transform');
    const [encoding, etag, digest] = ['content-encoding', 'etag', 'repr-digest'].map((name) => read.headers[name]);
    expect([encoding, etag]).toEqual(transforms ? ['gzip', changed(tag)] : [undefined, tag]);
    // It is of the bytes as they were stored, whatever came of them on the way.
    expect(digest).toBe(`sha-256=:${hash('sha256', bytes, 'base64')}:`);
    expect(encoding === 'gzip' ? gunzipSync(read.bytes) : read.bytes).toEqual(bytes);
    for (const had of [tag, changed(tag)]) {
      expect((await ask(url, 'GET', { ...GZIP, 'if-none-match': had })).status, had).toBe(304);
      expect((await ask(url, 'PUT', { ...length, 'if-match': had }, bytes)).status, had).toBe(200);
      expect((await ask(url, 'PUT', { ...length, 'if-none-match': had }, bytes)).status, had).toBe(412);
    }
    const range = { range: 'bytes=0-9' };
    expect((await ask(url, 'GET', { ...range, 'if-range': tag })).bytes).toEqual(bytes.subarray(0, 10));
    expect((await ask(url, 'GET', { ...range, 'if-range': changed(tag) })).bytes).toEqual(bytes);
  });
});

const PREFIX = '/governance';
const STRIPS = (target: string) => `location ${PREFIX}/ { proxy_pass ${target}/; }`;
const KEEPS = (target: string) => `location ${PREFIX}/ { proxy_pass ${target}; proxy_set_header Host $http_host; }`;

describe.skipIf(!proxyIsInstalled('nginx')).each([
  { how: 'takes it off', locations: STRIPS },
  { how: 'leaves it on', locations: KEEPS },
])('behind the prefix /governance/ of a proxy that $how', ({ locations }) => {
  let app: Api;
  let front: RunningProxy;
  let base: string;
  beforeAll(async () => {
    // The public URL has to be known first, the address of the server too: a second proxy stands
    // for the one with the name.
    const port = await freePort();
    front = await startNginx(locations(`http://127.0.0.1:${port}`));
    base = `${front.url}${PREFIX}`;
    app = await testApp(testDeps({ publicUrl: readPublicUrl(`${base}/`) }), { localOnly: () => true });
    await app.listen({ host: '127.0.0.1', port });
  });
  afterAll(async () => {
    await front?.stop();
    await app?.close();
  });

  it('Location leads to what was created, and Link to the next page', async () => {
    const bodies: [string, object][] = [
      ['runs', { name: 'n', owner: 'o' }],
      ['runs', { name: 'n', owner: 'o' }],
    ];
    let run_id = '';
    for (const [noun, body] of bodies) {
      const created = await ask(`${base}/maestro/${noun}`, 'POST', JSON_BODY, JSON.stringify(body));
      expect(created.status).toBe(201);
      run_id = json(created).id;
      expect(created.headers.location).toBe(`${PREFIX}/maestro/${noun}/${run_id}`);
      expect(json(await ask(new URL(String(created.headers.location), base).href)).id).toBe(run_id);
    }
    for (const [noun, body] of [
      ['artifacts', { run_id, kind: 'other', path_or_uri: 'x' }],
      ['disclosure-packs', { run_id, summary: 'x' }],
    ] as const) {
      const created = await ask(`${base}/maestro/${noun}`, 'POST', JSON_BODY, JSON.stringify(body));
      expect((await ask(new URL(String(created.headers.location), base).href)).status, noun).toBe(200);
      await ask(`${base}/maestro/${noun}`, 'POST', JSON_BODY, JSON.stringify(body));
      await followsLink(`${base}/maestro/${noun}?limit=1&run_id=${run_id}`);
    }
    await followsLink(`${base}/maestro/runs?limit=1&owner=o`);
  });

  async function followsLink(url: string): Promise<void> {
    const first = await ask(url);
    const [, link = ''] = /^<([^>]+)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    expect(link, url).toMatch(/^\/governance\/maestro\//);
    const second = await ask(new URL(link, url).href);
    expect(json(second)).toHaveLength(1);
    expect(json(second)[0].id).not.toBe(json(first)[0].id);
  }

  it('what Maestro says of itself leads back to it, also to a caller that goes past the proxy', async () => {
    const { servers, paths } = json(await ask(`${base}/openapi.json`));
    expect(servers.map(({ url }: { url: string }) => url)).toEqual([base]);
    expect(Object.keys(paths)).toContain('/maestro/runs');
    const { links } = json(await ask(`${base}/`));
    for (const link of Object.values<string>(links).filter((one) => !one.includes('{'))) {
      for (const at of [base, addressOf(app)])
        expect([200, 405], link).toContain((await ask(new URL(link, at).href)).status);
    }
  });

  it('the commands of the start page run as they stand', async () => {
    const page = String((await ask(`${base}/`, 'GET', { accept: 'text/html' })).bytes);
    const shown = [...page.matchAll(/<pre><code>(.*?)<\/code><\/pre>/g)].map(([, text = '']) =>
      text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
    );
    expect(shown).toEqual(commandsOf(base).map(([, command]) => command));
    const printed = [];
    for (const command of shown) printed.push(JSON.parse((await run('bash', ['-c', command])).stdout));
    expect(printed[0].name).toBe('first run');
    expect(printed[1][0].id).toBe(printed[0].id);
    expect(printed[2]).toMatchObject({ run_id: printed[0].id, passed: false });
  });
});
