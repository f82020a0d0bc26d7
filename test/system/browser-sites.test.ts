// What a browser may do from where: pages of ours behind a prefix and on every name of this
// machine, and pages of others.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { readPublicUrl } from '../../src/http/public-url.ts';
import { type Api, get, SETTINGS, testApp, testDeps } from '../helper.ts';
import { freePort } from '../postgres.ts';
import { proxyIsInstalled, type RunningProxy, startNginx } from '../proxies.ts';
import { complaintsOf, executablePath, launchBrowser } from './chromium.ts';

const local = { localOnly: () => true };
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let browser: Browser;
beforeAll(async () => {
  if (executablePath !== undefined) browser = await launchBrowser('--host-resolver-rules=MAP *.example 127.0.0.1');
});
afterAll(() => browser?.close());

/**
 * Opens Swagger UI, creates a run with the example as it stands, and returns the address that it
 * was sent to.
 */
async function tryItOut(docs: string, owner: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const complaints = complaintsOf(page);
  await page.goto(docs);
  const operation = page.locator('#operations-Runs-createRun');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.locator('textarea').fill(JSON.stringify({ name: 'from the browser', owner }));
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await operation.getByRole('button', { name: 'Execute', exact: true }).click();
  const answer = operation.locator('.live-responses-table .response').first();
  await answer.waitFor();
  expect(await answer.locator('.response-col_status').innerText()).toContain('201');
  expect(complaints).toEqual([]);
  const address = (await sent).url();
  await page.close();
  return address;
}

describe.skipIf(executablePath === undefined || !proxyIsInstalled('nginx')).each([
  { told: 'told by PUBLIC_URL', publicUrl: true },
  { told: 'not told', publicUrl: false },
])('behind the prefix /governance/ that a proxy takes off, $told', ({ publicUrl }) => {
  let app: Api;
  let front: RunningProxy;
  let base: string;
  beforeAll(async () => {
    const port = await freePort();
    // nginx names the server by its address, so that Host is not that of the page.
    const host = publicUrl ? '' : 'proxy_set_header Host $http_host;';
    front = await startNginx(`location /governance/ { proxy_pass http://127.0.0.1:${port}/; ${host} }`);
    base = `${front.url}/governance`;
    app = await testApp(testDeps({ publicUrl: publicUrl ? readPublicUrl(base) : null }), local);
    await app.listen({ host: '127.0.0.1', port });
  });
  afterAll(async () => {
    await front?.stop();
    await app?.close();
  });

  it('what is tried out is sent to the prefix', async () => {
    expect(await tryItOut(`${base}/docs`, 'behind a prefix')).toBe(`${base}/maestro/runs`);
    expect(await get(app, '/maestro/runs?owner=behind+a+prefix')).toHaveLength(1);
  });

  it.each(['/docs/', '/docs?x=1', '/docs/?x=1', '/docs/static/index.html', '/docs/static/'])(
    '%s loads all its files',
    async (path) => {
      const page = await browser.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${base}${path}`);
      await page.waitForSelector('#operations-Runs-createRun');
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it.each(['/', '/maestro', '/maestro/'])(
    'the page at %s is shown by its own policy, and its links lead on',
    async (path) => {
      const page = await browser.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${base}${path}`);
      expect(await page.locator('.status').innerText()).toBe('Ready');
      // The styles count only where the policy lets them.
      expect(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).toBe('736px');
      const links = await page.evaluate<string[]>("[...document.querySelectorAll('a')].map(({ href }) => href)");
      expect(links.length).toBeGreaterThan(4);
      for (const link of links) {
        expect(link).toContain(`${base}/`);
        expect((await fetch(link)).status, link).toBe(200);
      }
      await page.getByRole('link', { name: '/docs' }).click();
      await page.waitForSelector('#operations-Runs-createRun');
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});

describe.skipIf(executablePath === undefined)('on this machine', () => {
  let app: Api;
  let close: () => Promise<unknown>;
  let port: string;
  let elsewhere: Server;
  beforeAll(async () => {
    app = await testApp(testDeps(), local);
    const listening = await listen(app as never, 'localhost', 0, SETTINGS.http, testDeps());
    close = listening.close;
    port = new URL(listening.url).port;
    elsewhere = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>another site</title>');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    elsewhere?.close();
    await close?.();
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'maestro.localhost'])('calls can be tried out at %s', async (host) => {
    expect(await tryItOut(`http://${host}:${port}/docs`, host)).toBe(`http://${host}:${port}/maestro/runs`);
    expect(await get(app, `/maestro/runs?owner=${encodeURIComponent(host)}`)).toHaveLength(1);
  });

  it.each(['localhost', '127.0.0.1', 'evil.example'])(
    'a page of another site, here %s, writes nothing',
    async (host) => {
      const page = await browser.newPage();
      await page.goto(addressOf(elsewhere).replace('127.0.0.1', host));
      const before = await get(app, '/maestro/runs');
      const run = { name: 'foreign', owner: 'foreign' };
      const tried = await page.evaluate(
        async ([at, payload]) => {
          const outcomes = [];
          for (const [path, type, mode] of [
            ['/maestro/runs', 'application/json', 'cors'],
            ['/maestro/runs', 'text/plain', 'no-cors'],
            ['/maestro/evidence/inspect', 'text/plain', 'no-cors'],
          ] as const) {
            const sent = fetch(`${at}${path}`, {
              method: 'POST',
              mode,
              headers: { 'content-type': type },
              body: payload ?? '',
            });
            outcomes.push(
              await sent.then(
                (answer) => answer.type,
                () => 'refused',
              ),
            );
          }
          return outcomes;
        },
        [`http://localhost:${port}`, JSON.stringify(run)],
      );
      expect(tried).toEqual(['refused', 'opaque', 'opaque']);
      // A form is sent as a navigation, so that its answer can be seen.
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === 'POST'),
        page.evaluate(`
          const form = document.createElement('form');
          form.method = 'post';
          form.enctype = 'text/plain';
          form.action = 'http://localhost:${port}/maestro/evidence/inspect';
          document.body.append(form);
          form.submit();
        `),
      ]);
      expect(answer.status()).toBe(403);
      expect(await get(app, '/maestro/runs')).toEqual(before);
      await page.close();
    },
  );

  it('a name of somebody else that leads here reads nothing', async () => {
    const page = await browser.newPage();
    for (const path of ['/', '/docs', '/maestro/runs', '/openapi.json', '/maestro/trust']) {
      const response = await page.goto(`http://rebound.example:${port}${path}`);
      expect([response?.status(), await response?.text()], path).toEqual([
        403,
        expect.stringContaining('host_not_allowed'),
      ]);
    }
    expect((await page.goto(`http://rebound.example:${port}/health`))?.status()).toBe(200);
    await page.close();
  });
});
