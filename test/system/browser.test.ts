// A person opens /docs in a browser, tries an operation out and reads the answer.
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, get, testApp } from '../helper.ts';
import { complaintsOf, executablePath, launchBrowser } from './chromium.ts';

describe.skipIf(executablePath === undefined)('the documentation in a browser', () => {
  let app: Api;
  let url: string;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    app = await testApp();
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    complaints = complaintsOf(page);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('shows every operation, takes a request and shows its answer', async () => {
    await page.goto(`${url}/docs`);
    await page.waitForSelector('#operations-Runs-createRun');
    expect(await page.locator('.opblock').count()).toBe(28);

    const operation = page.locator('#operations-Runs-createRun');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.locator('textarea').fill('{"name":"from the browser","owner":"a person"}');
    await operation.getByRole('button', { name: 'Execute', exact: true }).click();
    const answer = operation.locator('.live-responses-table .response').first();
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').innerText()).toContain('201');
    expect(await answer.locator('.highlight-code').first().innerText()).toContain('from the browser');
    expect(await get(app, '/maestro/runs?owner=a+person')).toMatchObject([{ name: 'from the browser' }]);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
  });

  it.each(['createRun', 'listRuns'])('teaches with examples that the server takes as they stand: %s', async (id) => {
    await page.goto(`${url}/docs`);
    const operation = page.locator(`#operations-Runs-${id}`);
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute', exact: true }).click();
    const answer = operation.locator('.live-responses-table .response').first();
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').innerText()).toContain(id === 'createRun' ? '201' : '200');
  });

  it('breaks none of its own content security policy', () => {
    expect(complaints).toEqual([]);
  });
});
