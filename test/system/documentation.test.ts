// A newcomer opens /docs and presses every button in the order of the page, without typing anything.
import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACT_ID, RUN_ID } from '../../src/openapi/examples/story.ts';
import { type Api, testApp } from '../helper.ts';
import { executablePath, launchBrowser } from './chromium.ts';

/** Every operation in the order of the page, and what it answers to the values that its form begins with. */
const PAGE: [operation: string, status: string][] = [
  ['Runs-createRun', '201'],
  ['Runs-listRuns', '200'],
  ['Runs-getRun', '200'],
  ['Runs-updateRun', '200'],
  ['Runs-getRunManifest', '200'],
  ['Artifacts-createArtifact', '201'],
  ['Artifacts-listArtifacts', '200'],
  ['Artifacts-getArtifact', '200'],
  ['Artifacts-putArtifactContent', '201'],
  ['Artifacts-getArtifactContent', '200'],
  ['Evidence-getEvidence', '200'],
  ['Evidence-readEvidenceAgain', '200'],
  ['Evidence-inspectEvidence', '200'],
  ['Release_gate-checkReleaseGate', '200'],
  ['Disclosure_packs-createDisclosurePack', '201'],
  ['Disclosure_packs-listDisclosurePacks', '200'],
  ['Disclosure_packs-getDisclosurePack', '200'],
  ['Trust-getTrust', '200'],
  ['Callers-getWhoami', '200'],
  ['Callers-createToken', '201'],
  ['Callers-listTokens', '200'],
  ['Callers-rotateToken', '200'],
  ['Callers-revokeToken', '204'],
  ['Callers-getToken', '200'],
  ['Jobs-listJobs', '200'],
  ['Health-getHealth', '200'],
  ['Health-getReadiness', '200'],
  ['Health-getVersion', '200'],
];

describe.skipIf(executablePath === undefined)('the forms of the documentation', { timeout: 180_000 }, () => {
  let app: Api;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    app = await testApp();
    await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    page.setDefaultTimeout(45_000);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  async function open(): Promise<void> {
    await page.goto(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/docs`);
    await page.waitForSelector('#operations-Runs-createRun');
  }

  /** Opens an operation's form, or closes it. */
  const toggle = (operation: string) => page.locator(`#operations-${operation} .opblock-summary-control`).click();

  async function tryOut(operation: string): Promise<Locator> {
    await toggle(operation);
    const form = page.locator(`#operations-${operation}`);
    await form.getByRole('button', { name: 'Try it out' }).click();
    return form;
  }

  async function execute(form: Locator): Promise<{ status: string; body: string }> {
    const answered = page.waitForResponse((response) => !response.url().includes('/docs'));
    await form.getByRole('button', { name: 'Execute', exact: true }).click();
    const response = await answered;
    const status = form.locator('.live-responses-table .response .response-col_status').first();
    await status.getByText(String(response.status())).first().waitFor();
    return { status: (await status.innerText()).trim().slice(0, 3), body: await response.text() };
  }

  it('are all in the list of this test, in this order', async () => {
    await open();
    const ids = await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id));
    expect(ids).toEqual(PAGE.map(([operation]) => `operations-${operation}`));
  });

  it('work as they stand, one after the other, and lead to a run that passes the gate', async () => {
    await open();
    const statuses: typeof PAGE = [];
    let gate = '';
    for (const [operation] of PAGE) {
      const { status, body } = await execute(await tryOut(operation));
      if (operation.endsWith('checkReleaseGate')) gate = body;
      statuses.push([operation, status]);
      await toggle(operation);
    }
    expect(statuses).toEqual(PAGE);
    expect(JSON.parse(gate)).toMatchObject({ passed: true, details: { artifact_count: 1, compliant_artifacts: 1 } });
  });

  it('take over what was created into a form that is open, and again when another is created', async () => {
    await open();
    const attach = await tryOut('Artifacts-createArtifact');
    const body = attach.locator('textarea');
    expect(await body.inputValue()).toContain(RUN_ID);
    const create = await tryOut('Runs-createRun');
    const read = await tryOut('Runs-getRun');
    for (const _ of ['first', 'second']) {
      const { id } = JSON.parse((await execute(create)).body);
      await expect.poll(() => body.inputValue()).toContain(id);
      await expect.poll(() => read.locator('input[placeholder="run_id"]').inputValue()).toBe(id);
    }
    expect((await execute(attach)).status).toBe('201');
  });

  it('keep what a person has typed', async () => {
    await open();
    const read = await tryOut('Runs-getRun');
    await read.locator('input[placeholder="run_id"]').fill('my-run');
    const pack = await tryOut('Disclosure_packs-createDisclosurePack');
    await pack.locator('textarea').fill(`{"run_id": "${RUN_ID}", "summary": "mine"}`);
    const other = await tryOut('Runs-getRunManifest');
    const { id } = JSON.parse((await execute(await tryOut('Runs-createRun'))).body);
    await expect.poll(() => other.locator('input[placeholder="run_id"]').inputValue()).toBe(id);
    expect(await read.locator('input[placeholder="run_id"]').inputValue()).toBe('my-run');
    expect(await pack.locator('textarea').inputValue()).toBe(`{"run_id": "${RUN_ID}", "summary": "mine"}`);
    expect((await execute(read)).status).toBe('404');
  });

  it('name the example until something was created', async () => {
    await open();
    const { status, body } = await execute(await tryOut('Artifacts-getArtifact'));
    expect(status).toBe('404');
    expect(JSON.parse(body).detail).toBe(`Artifact '${ARTIFACT_ID}' not found`);
  });
});
