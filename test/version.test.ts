import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { VERSION } from '../src/version.ts';

const ROOT = join(import.meta.dirname, '..');

it('is the version that package.json states', () => {
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
  expect(VERSION).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
});

it('is the same in the compiled file, whatever the working directory', () => {
  const script = `console.log((await import('${pathToFileURL(join(ROOT, 'dist/version.js'))}')).VERSION)`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: '/', encoding: 'utf8' });
  expect(stdout.trim()).toBe(VERSION);
});
