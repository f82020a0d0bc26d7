// The two tiers of tests. The fast tier runs in the processes of the test runner, over stores in memory and one
// PostgreSQL. The slow tier starts processes, browsers and proxies, or waits much: everything in test/system, and the files
// below, and single tests with the tag `slow`. `npm test` runs both, `npm run test:fast` the fast tier.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Files outside test/system by name, so that a move to another folder keeps their tier. */
export const SLOW_NAMES = [
  // They start processes.
  'embedded',
  'file',
  'folder-lock',
  'log',
  'log-output',
  'make-folders',
  'binaries',
  'postmaster',
  'server',
  'start-worker',
  'worker',
  'worker-life',
  'workers',
  // They start Swift.
  's3',
  's3-objects',
  // It takes the time of the event loop.
  'overload',
];

export const SLOW = ['test/system/**/*.test.ts', ...SLOW_NAMES.map((name) => `test/**/${name}.test.ts`)];

/** Every test file by its path from the root, with its tier. */
export function testFiles(): { file: string; isSlow: boolean }[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map((file) => ({
      file: `test/${file}`,
      isSlow: file.startsWith('system/') || SLOW_NAMES.includes(basename(file, '.test.ts')),
    }));
}
