import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'maestro-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CACHE = fileURLToPath(new URL('../../dist/start/compile-cache.js', import.meta.url));

/** A program that keeps what was compiled of it, run once; `after` is run before its imports. */
function runProgram(env: Record<string, string> = {}, before = () => {}) {
  const place = mkdtempSync(join(folder, 'program-'));
  cpSync(CACHE, join(place, 'compile-cache.js'));
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  writeFileSync(join(place, 'part.js'), 'export const part = 42;');
  const entry = join(place, 'main.js');
  const lines = [
    "import { keepCompiled, writeCompiled } from './compile-cache.js';",
    'keepCompiled(import.meta.url);',
    "const { part } = await import('./part.js');",
    'writeCompiled();',
    'console.log(part);',
    "process.kill(process.pid, 'SIGKILL');",
  ];
  writeFileSync(entry, lines.join('\n'));
  before.call(place);
  const { stdout, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['42\n', '']);
  return join(place, '.compile-cache');
}

it('what was compiled is kept beside the program, where Node can, though the process is killed', () => {
  const kept = runProgram();
  const canKeep = 'flushCompileCache' in module;
  expect(existsSync(kept) && readdirSync(kept).length > 0).toBe(canKeep);
});

it('nothing is kept where that is disabled, nor where the folder cannot be written', () => {
  expect(existsSync(runProgram({ NODE_DISABLE_COMPILE_CACHE: '1' }))).toBe(false);
  const blocked = runProgram({}, function (this: unknown) {
    writeFileSync(join(String(this), '.compile-cache'), 'a file in its place');
  });
  expect(existsSync(blocked)).toBe(true);
});

it('the sources keep nothing', async () => {
  const { keepCompiled } = await import('../../src/start/compile-cache.ts');
  keepCompiled(pathToFileURL(join(folder, 'server.ts')).href);
  expect(existsSync(join(folder, '.compile-cache'))).toBe(false);
});
