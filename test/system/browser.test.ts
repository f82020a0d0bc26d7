// A person opens /docs in a browser, tries an operation out and reads the answer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, get, testApp } from '../helper.ts';
import { start } from '../start/server-process.ts';
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

describe.skipIf(executablePath === undefined)('the Authorize button of the documentation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-authorize-'));
  const secret = 'a3c1'.repeat(16);
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends GET /maestro/whoami from its form, and returns what the page shows of the answer. */
  async function whoami(page: Page): Promise<{ status: string; body: string }> {
    const operation = page.locator('#operations-Callers-getWhoami');
    const answered = page.waitForResponse((response) => response.url().endsWith('/maestro/whoami'));
    await operation.getByRole('button', { name: 'Execute', exact: true }).click();
    const status = String((await answered).status());
    const answer = operation.locator('.live-responses-table .response').first();
    await answer.locator('.response-col_status').getByText(status).first().waitFor();
    return { status, body: await answer.locator('.highlight-code').first().innerText() };
  }

  it('sends the token that a person enters, until that person logs out', async () => {
    const file = join(folder, 'admin-token');
    writeFileSync(file, secret, { mode: 0o600 });
    const { child, ready, exited } = start({ AUTH: 'required', ADMIN_TOKEN_FILE: file });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    const complaints = complaintsOf(page);
    await page.goto(`${await ready()}/docs`);
    const operation = page.locator('#operations-Callers-getWhoami');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const before = await whoami(page);
    expect([before.status, before.body]).toEqual(['401', expect.stringContaining('credentials_missing')]);

    const dialog = page.locator('.dialog-ux .modal-ux');
    await page.locator('.auth-wrapper .btn.authorize').click();
    expect(await dialog.innerText()).toContain('An API token of Maestro (mst_...), or the ID token of a CI job.');
    if (process.env.SCREENSHOT)
      await page.screenshot({ path: process.env.SCREENSHOT.replace('.png', '-authorize.png') });
    await dialog.locator('input').fill(secret);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    const after = await whoami(page);
    expect([after.status, after.body]).toEqual(['200', expect.stringContaining('"operator"')]);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT.replace('.png', '-known.png') });

    await page.locator('.auth-wrapper .btn.authorize').click();
    await dialog.getByRole('button', { name: 'Remove authorization' }).click();
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    expect((await whoami(page)).status).toBe('401');
    // The browser itself logs each 401.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });
});
