// The rules of `make check` that a stray promise breaks, held against code that breaks them.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const OXLINT = join(ROOT, 'node_modules', '.bin', 'oxlint');

// One file each; `act` rejects.
const FAULTS = {
  'returned-in-finally': [
    'typescript(return-await)',
    'export async function f() { try { return act(); } finally { act2(); } }',
  ],
  'returned-in-try': [
    'typescript(return-await)',
    'export async function f() { try { return act(); } catch { return 0; } }',
  ],
  'nobody-awaits': ['typescript(no-floating-promises)', 'export function f() { act(); }'],
  'thrown-away': ['typescript(no-floating-promises)', 'export function f() { void act(); }'],
  'only-finally': ['typescript(no-floating-promises)', 'export function f() { act().finally(act2); }'],
  'only-then': ['typescript(no-floating-promises)', 'export function f() { act().then(act2); }'],
  'async-listener': [
    'typescript(no-misused-promises)',
    'export function f() { listen(async () => { await act(); }); }',
  ],
  'async-executor': [
    'typescript(no-misused-promises)',
    'export const f = () => new Promise(async (done) => { done(await act()); });',
  ],
} as const;

const DECLARED = `declare function act(): Promise<number>;
declare function act2(): void;
declare function listen(heard: () => void): void;
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'maestro-lint-'));
  const compilerOptions = { strict: true, lib: ['ES2023'], types: [], module: 'NodeNext', noEmit: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
  for (const [name, [, code]] of Object.entries(FAULTS)) writeFileSync(join(folder, `${name}.ts`), DECLARED + code);
  writeFileSync(
    join(folder, 'awaited.ts'),
    `${DECLARED}export async function f() { try { return await act(); } finally { act2(); } }`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function codesIn(name: string): Promise<string[]> {
  const args = ['-c', join(ROOT, '.oxlintrc.json'), '--format=json', join(folder, `${name}.ts`)];
  const { stdout } = await promisify(execFile)(OXLINT, args, { cwd: folder }).catch((error) => error);
  return JSON.parse(stdout).diagnostics.map(({ code }: { code: string }) => code);
}

it.each(Object.entries(FAULTS))('the linter refuses a promise that is %s', async (name, [code]) => {
  expect(await codesIn(name)).toEqual([code]);
});

it('the linter takes a promise that is awaited', async () => {
  expect(await codesIn('awaited')).toEqual([]);
});

it('make check runs the linter over sources and tests', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.check.split(' && ')).toContain('oxlint src test vitest.config.ts');
});
