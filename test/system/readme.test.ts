// The commands of the README and of the page with examples, run as printed, against a compiled server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  lacks,
  ROOT,
  runSession,
  type Step,
  sectionOf,
  startServer,
  stepsOf,
  withoutWhatVaries,
} from '../walk-through.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const EXAMPLES = readFileSync(join(ROOT, 'docs', 'examples.md'), 'utf8');
const WALK = sectionOf(README, '## Walk-through');

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

async function expectPromises(sections: string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const steps: Step[] = [];
  for (const section of sections) {
    const found = stepsOf(section).filter(({ command }) => !command.startsWith('make '));
    expect(found.length).toBeGreaterThan(0);
    steps.push(...found);
  }
  const { code, outputs, stderr } = await runSession(steps, server.port, environment);
  expect(withoutWhatVaries(outputs), stderr).toEqual(withoutWhatVaries(steps.map((step) => step.promised)));
  expect(code, stderr).toBe(0);
}

describe.skipIf(lacks('bash', 'curl', 'jq'))('the README, read with bash, curl and jq at hand,', () => {
  it('shows that the server answers', () => expectPromises([sectionOf(README, '## Run it')]));

  it('walks from a new run to its verdict with curl and prints what it promises', () => expectPromises([WALK]));

  it('goes on from there to the manifest, as the page with examples shows', () =>
    expectPromises([WALK, sectionOf(EXAMPLES, '## With curl')]));

  it.skipIf(lacks('http'))('walks the same way with HTTPie and prints what it promises', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'maestro-httpie-'));
    // What HTTPie does by itself where a terminal is attached.
    writeFileSync(join(folder, 'config.json'), '{"default_options": ["--ignore-stdin", "--pretty=format"]}');
    try {
      await expectPromises([sectionOf(EXAMPLES, '## With HTTPie')], { HTTPIE_CONFIG_DIR: folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('would not be believed if a step failed or printed something else', async () => {
    const altered = (text: string, by: string) => {
      expect(WALK).toContain(text);
      return expectPromises([WALK.replace(text, by)]);
    };
    await expect(altered('"status": "succeeded"', '"status": "failed"')).rejects.toThrow(/toEqual|deeply equal/);
    await expect(altered('"passed":true', '"passed":false')).rejects.toThrow(/toEqual|deeply equal/);
    const { code, outputs } = await runSession(
      [
        { command: 'false', promised: '' },
        { command: 'echo on', promised: 'on' },
      ],
      server.port,
    );
    expect({ code, outputs }).toEqual({ code: 1, outputs: [''] });
  });
});
