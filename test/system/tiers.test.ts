import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SLOW_FILES, testFiles } from '../tiers.ts';

const FILES = testFiles();
const STARTS_PROCESSES =
  /^import \{[^}]*\} from '(node:child_process|.*\/swift\.ts|.*\/(processes|chromium|server-process)\.ts)'/m;

describe('the fast tier of tests', () => {
  it('starts no processes of its own', () => {
    const fast = FILES.filter(({ isSlow }) => !isSlow);
    const source = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
    expect(fast.length).toBeGreaterThan(100);
    expect(fast.filter(({ file }) => STARTS_PROCESSES.test(source(file)))).toEqual([]);
  });

  it('lacks by name only files that are there', () => {
    const names = FILES.map(({ file }) => file);
    expect(SLOW_FILES.filter((name) => !names.includes(name))).toEqual([]);
  });
});
