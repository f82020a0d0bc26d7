// The whole example of the page on verified evidence, run as it stands there: from a key to a gate that passes on signatures alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lacks, ROOT, run, runSession, sectionOf, stepsOf } from '../walk-through.ts';
import { newFolder, removeFolders } from './documents-sent.ts';
import { startMaestro, stopAll } from './processes.ts';

afterAll(async () => {
  await stopAll();
  removeFolders();
});

describe.skipIf(lacks('bash', 'curl', 'jq', 'openssl'))('the page on verified evidence', () => {
  it('leads from a key to a run that passes on signatures alone, and prints what it promises', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'verify.md'), 'utf8');
    const [keys, ...rest] = stepsOf(sectionOf(page, '## A whole example'));
    const folder = newFolder();
    const made = await run('bash', ['-euo', 'pipefail', '-c', `cd '${folder}'\n${keys?.command}`]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const environment = { TRUST_FILE: join(folder, 'trust.yaml'), GATE_MINIMUM_LEVEL: 'verified' };
    const { url } = await startMaestro('', environment);
    const steps = [{ command: `cd '${folder}'`, promised: '' }, ...rest];
    const { code, outputs, stderr } = await runSession(steps, Number(new URL(url).port));
    // The last step shows what names the built thing, in an order that the page does not promise.
    const named = outputs.pop()?.split('\n') ?? [];
    expect(outputs, stderr).toEqual(steps.slice(0, -1).map(({ promised }) => promised));
    expect(named).toHaveLength(3);
    expect(code, stderr).toBe(0);
  });
});
