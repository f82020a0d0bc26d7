// The two tiers of tests. The fast tier runs in the processes of the test runner, over stores in
// memory and one PostgreSQL. The slow tier starts processes, browsers and proxies, or waits long:
// everything in test/system, the files below, and single tests with the tag `slow`. `npm test` runs
// both, `npm run test:fast` the fast tier.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Files outside test/system that are slow. */
export const SLOW_FILES = [
  // They start the compiled server or other processes; `capabilities` adds statements to those of
  // the product, whose tests must not see them.
  ...['admin-token-file', 'auth-file', 'capabilities', 'commands', 'compile-cache', 'create-token', 'log', 'open'].map(
    (name) => `start/${name}`,
  ),
  ...['serve', 'signals', 'sockets', 'stores', 'trust'].map((name) => `start/${name}`),
  ...['binaries', 'embedded', 'folder', 'folder-lock', 'keep-running', 'postmaster', 'postmaster-start'].map(
    (name) => `store/embedded/${name}`,
  ),
  ...['start-worker', 'worker', 'worker-life'].map((name) => `evidence/workers/${name}`),
  ...['blobs/file', 'evidence/workers', 'http/log-output', 'server', 'store/make-folders'],
  // They start Swift.
  ...['blobs/s3', 'blobs/s3-objects'],
  // They block the event loop, or wait for seconds.
  ...['evidence/inspect', 'http/let-go', 'http/linger', 'http/overload', 'store/postgres/patience'],
].map((name) => `test/${name}.test.ts`);

export const SLOW = ['test/system/**/*.test.ts', ...SLOW_FILES];

/** Every test file by its path from the root, with its tier. */
export function testFiles(): { file: string; isSlow: boolean }[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map((name) => `test/${name}`)
    .map((file) => ({ file, isSlow: file.startsWith('test/system/') || SLOW_FILES.includes(file) }));
}
