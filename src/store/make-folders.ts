// Makes a folder and those above it, and reports the true reason where that fails.
import { access, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Like a recursive `mkdir`: resolves to the first folder that was made, or to undefined where all
 * existed.
 */
export async function makeFolders(path: string, mode: number): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // A recursive mkdir reports ENOENT for a read-only file system. A plain one reports EROFS.
  const first = await firstMissing(resolve(path));
  await mkdir(first, { mode });
  await mkdir(path, { recursive: true, mode });
  return first;
}

async function firstMissing(path: string): Promise<string> {
  const parent = dirname(path);
  const isThere = await access(parent).then(
    () => true,
    () => false,
  );
  return isThere || parent === path ? path : firstMissing(parent);
}
