import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { readPublicUrl } from '../../src/http/public-url.ts';
import { call, testApp, testDeps } from '../helper.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const PATHS = ['/', '/maestro', '/maestro/'];
const governance = readPublicUrl('https://ci.example.com/governance/');

const linksIn = (page: string) => [...page.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link).slice(1);

describe('the start page', () => {
  it.each(PATHS)('at %s is HTML to a browser and JSON to everybody else, and says that it depends', async (url) => {
    const app = await testApp();
    for (const accept of [BROWSER, 'text/html', 'text/html, */*', 'text/*', 'application/json;q=0.5, text/html']) {
      const { headers, body, statusCode } = await app.inject({ url, headers: { accept } });
      expect([statusCode, headers['content-type'], headers.vary], accept).toEqual([
        200,
        'text/html; charset=utf-8',
        'accept',
      ]);
      expect(body).toContain('<h1>Maestro</h1>');
    }
    for (const accept of [
      undefined,
      '*/*',
      'application/json',
      'application/json, text/html',
      'text/html;q=0',
      'image/png',
    ]) {
      const { headers, body } = await app.inject({ url, headers: accept === undefined ? {} : { accept } });
      expect([headers['content-type'], headers.vary], accept).toEqual(['application/json; charset=utf-8', 'accept']);
      expect(JSON.parse(body).service).toBe('maestro');
    }
  });

  it.each(PATHS)('at %s answers HEAD as GET without the body, and no other method', async (url) => {
    const app = await testApp();
    for (const accept of [BROWSER, '*/*']) {
      const [head, page] = [
        await app.inject({ method: 'HEAD', url, headers: { accept } }),
        await app.inject({ url, headers: { accept } }),
      ];
      expect([head.statusCode, head.body]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'content-security-policy', 'vary'])
        expect(head.headers[name], name).toBe(page.headers[name]);
    }
    const { headers } = await call(app, 405, { method: 'POST', url, payload: {} });
    expect(headers.allow).toBe('GET, HEAD');
  });

  it('leads to what there is, from every path, as JSON and as HTML', async () => {
    const app = await testApp();
    for (const url of PATHS) {
      const { links } = (await app.inject(url)).json();
      const { body } = await app.inject({ url, headers: { accept: BROWSER } });
      const all = [...Object.values<string>(links), ...linksIn(body)];
      expect(all.length).toBeGreaterThan(12);
      for (const link of all.filter((one) => !one.includes('{'))) {
        const target = new URL(link, `http://localhost${url}`).pathname;
        expect([200, 405], `${url} ${link}`).toContain((await app.inject(target)).statusCode);
      }
      expect(links.release_gate).toBe('/maestro/runs/{run_id}/release-gate');
    }
  });

  it.each([
    ['/', 'https://ci.example.com/governance/'],
    ['/maestro', 'https://ci.example.com/governance/maestro'],
    ['/maestro/', 'https://ci.example.com/governance/maestro/'],
  ])('leads behind the prefix: %s', async (url, address) => {
    const app = await testApp(testDeps({ publicUrl: governance }));
    const { links } = (await app.inject(url)).json();
    expect(links.runs).toBe('/governance/maestro/runs');
    const { body } = await app.inject({ url, headers: { accept: BROWSER } });
    for (const link of linksIn(body))
      expect(new URL(link, address).href).toContain('https://ci.example.com/governance/');
    expect(body).toContain('https://ci.example.com/governance/maestro/runs');
    expect(body).not.toContain('localhost');
    // A proxy that takes the prefix off, and nobody to say so.
    const untold = await (await testApp()).inject({ url, headers: { accept: BROWSER } });
    for (const link of linksIn(untold.body))
      expect(new URL(link, address).href).toMatch(/^https:\/\/ci\.example\.com\/governance\/[a-z.]+$/);
  });

  it('runs nothing, loads nothing, and is shown in no frame', async () => {
    const { headers, body } = await (await testApp()).inject({ url: '/', headers: { accept: BROWSER } });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(body).not.toMatch(/<script|src=|@import|url\(/);
  });

  it('shows commands for the address that it was asked at, and lets nothing else of a Host into them', async () => {
    const app = await testApp();
    const page = async (host: string) => (await app.inject({ url: '/', headers: { accept: BROWSER, host } })).body;
    expect(await page('maestro.example:9000')).toContain('curl -sS http://maestro.example:9000/maestro/runs');
    expect(await page('[::1]:8001')).toContain('http://[::1]:8001/maestro/runs');
    for (const host of ['$(id)', "a';id;'", 'a&b', 'a`id`']) {
      const { statusCode, body } = await app.inject({ url: '/', headers: { accept: BROWSER, host } });
      if (statusCode === 200) expect(body, host).toContain('http://localhost:');
      else expect(statusCode, host).toBe(400);
      expect(body.replaceAll(/jq.*|\$\(curl/g, ''), host).not.toMatch(/\$\(|`|id;/);
    }
  });
});

describe('what the start page says of readiness', () => {
  it('is that of the moment, and why where it is not ready', async () => {
    let readiness: 'starting' | 'ready' | 'stopping' = 'starting';
    const app = await testApp(testDeps({ readiness: () => readiness }));
    const status = async () =>
      /<p class="status[^>]*>([^<]*)</.exec((await app.inject({ url: '/', headers: { accept: BROWSER } })).body)?.[1];
    expect(await status()).toBe('Not ready: The server is starting');
    readiness = 'ready';
    expect(await status()).toBe('Ready');
    readiness = 'stopping';
    expect(await status()).toBe('Not ready: The server is stopping');
  });

  it('asks the store once a second, however many ask for the page, and not at all for JSON', async () => {
    let [asked, now] = [0, 1_000_000];
    let answer = async () => {};
    const ping = () => {
      asked += 1;
      return answer();
    };
    const stores = { kind: 'postgres', durability: 'durable', ping } as const;
    const app = await testApp(testDeps({ stores, now: () => new Date(now) }));
    const page = async () => (await app.inject({ url: '/', headers: { accept: BROWSER } })).body;
    await Promise.all(Array.from({ length: 50 }, page));
    await app.inject('/');
    expect(asked).toBe(1);
    now += 999;
    await page();
    expect(asked).toBe(1);
    now += 1;
    answer = async () => {
      throw new MaestroError('store_unavailable', 'The store is read-only');
    };
    expect(await page()).toContain('Not ready: The store is read-only');
    answer = async () => {
      throw new Error('password of the database: hunter2');
    };
    now += 1_000;
    const failed = await page();
    expect(failed).toContain('Not ready: ');
    expect(failed).not.toContain('hunter2');
    expect(asked).toBe(3);
  });

  it('comes though the store does not answer, which is not asked again before it has', { tags: 'slow' }, async () => {
    let [asked, now] = [0, 1_000_000];
    const ping = () => {
      asked += 1;
      return new Promise<void>(() => {});
    };
    const app = await testApp(
      testDeps({ stores: { kind: 'postgres', durability: 'durable', ping }, now: () => new Date(now) }),
    );
    for (let count = 0; count < 2; count += 1) {
      const { body } = await app.inject({ url: '/', headers: { accept: BROWSER } });
      expect(body).toContain('Not ready: The store does not answer');
      now += 60_000;
    }
    expect(asked).toBe(1);
  });
});
