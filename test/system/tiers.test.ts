import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SLOW_NAMES, testFiles } from '../tiers.ts';

const FILES = testFiles();
const STARTS_PROCESSES =
  /^import \{[^}]*\} from '(node:child_process|.*\/swift\.ts|.*\/system\/(processes|chromium)\.ts)'/m;

describe('the fast tier of tests', () => {
  it('starts no processes of its own', () => {
    const fast = FILES.filter(({ isSlow }) => !isSlow);
    const source = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
    expect(fast.length).toBeGreaterThan(100);
    expect(fast.filter(({ file }) => STARTS_PROCESSES.test(source(file)))).toEqual([]);
  });

  it('lacks by name only files that are there', () => {
    const names = FILES.map(({ file }) => basename(file, '.test.ts'));
    expect(SLOW_NAMES.filter((name) => !names.includes(name))).toEqual([]);
  });
});
