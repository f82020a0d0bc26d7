import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolders } from '../../src/store/make-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'maestro-'));
const readOnly = join(root, 'read-only');
const isMounted = mountReadOnly();

function mountReadOnly(): boolean {
  mkdirSync(readOnly);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', readOnly], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (isMounted) execFileSync('umount', [readOnly]);
  rmSync(root, { recursive: true });
});

describe('making a folder', () => {
  it('makes those that it lies in, and tells the first that was missing', async () => {
    expect(await makeFolders(join(root, 'a/b/c'), 0o700)).toBe(join(root, 'a'));
    expect(statSync(join(root, 'a/b/c')).mode & 0o777).toBe(0o700);
    expect(await makeFolders(join(root, 'a/b/c'), 0o700)).toBeUndefined();
  });

  it('fails where a file is in the way', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(makeFolders(join(root, 'file'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolders(join(root, 'file/x/y'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(isMounted).each(['x', 'x/y/z'])('tells of a file system that is read-only: %s', async (path) => {
    await expect(makeFolders(join(readOnly, path), 0o700)).rejects.toMatchObject({ code: 'EROFS' });
  });
});
